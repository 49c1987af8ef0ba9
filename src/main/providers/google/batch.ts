import type { Answer } from './failures.ts';

/** One call inside a batch (google-calendar.md §4.3). */
export interface BatchPart {
  /** Names the part, so that its answer can be told from the others: digits only. */
  readonly id: number;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, from `/calendar/v3/` on. */
  readonly path: string;
  readonly ifMatch: string | null;
  readonly body: Readonly<Record<string, unknown>> | null;
}

const lineEnd = '\r\n';

/** Takes parts and a boundary that occurs in none of them; returns the body of a `multipart/mixed` request. */
export function writeBatch(parts: readonly BatchPart[], boundary: string): string {
  const pieces = parts.map((part) => {
    const body = part.body === null ? null : JSON.stringify(part.body);
    const lines = [
      `--${boundary}`,
      'Content-Type: application/http',
      `Content-ID: <item-${part.id}>`,
      '',
      `${part.method} ${part.path} HTTP/1.1`,
      // Because a line break in a stored etag would write headers of its own; without it the condition just fails.
      ...(part.ifMatch === null ? [] : [`If-Match: ${part.ifMatch.replace(/[^\x20-\x7e]/g, '')}`]),
      ...(body === null ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
      '',
      body ?? '',
    ];
    return lines.join(lineEnd);
  });
  return `${pieces.join(lineEnd)}${lineEnd}--${boundary}--${lineEnd}`;
}

/** Takes a `Content-Type` header; returns the boundary of a multipart body, or null when it is none. */
export function boundaryOf(contentType: string | null): string | null {
  if (contentType === null || !/^\s*multipart\//i.test(contentType)) return null;
  const match = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
  return match?.[1] ?? match?.[2] ?? null;
}

/**
 * Takes a multipart answer and its boundary; returns the answers by the id of their part. Answers without a known
 * name, and a last one that was cut short, are left out: for them the outcome is unknown. RFC 2046 §5.1.1.
 */
export function readBatch(body: string, boundary: string): ReadonlyMap<number, Answer> {
  const answers = new Map<number, Answer>();
  const delimiter = `--${boundary}`;
  // A delimiter stands at the start of a line; splitting there keeps a body that happens to hold the same text whole.
  const pieces = `${lineEnd}${body}`.split(new RegExp(`\\r?\\n${escapeForPattern(delimiter)}(?=--|[ \\t]*\\r?\\n|$)`));
  // The first piece is the preamble. The last is the epilogue after the closing delimiter, or a part that was cut off.
  for (const piece of pieces.slice(1, -1)) {
    const part = readPart(piece);
    if (part !== null) answers.set(part.id, part.answer);
  }
  return answers;
}

const escapeForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function readPart(piece: string): { readonly id: number; readonly answer: Answer } | null {
  const outer = splitHead(piece.replace(/^[ \t]*\r?\n/, ''));
  if (outer === null) return null;
  const name = /^<?(?:response-)?item-(\d{1,9})>?$/i.exec(readHeaders(outer.head).get('content-id') ?? '');
  const inner = splitHead(outer.rest);
  if (name === null || inner === null) return null;
  const [statusLine = '', ...headerLines] = inner.head.split(/\r?\n/);
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})(?: |$)/.exec(statusLine);
  if (status === null) return null;
  const headers = readHeaders(headerLines.join(lineEnd));
  return {
    id: Number(name[1]),
    answer: { status: Number(status[1]), header: (key) => headers.get(key) ?? null, body: inner.rest },
  };
}

/** Splits at the first empty line; an answer without a body may end with its last header. */
function splitHead(text: string): { readonly head: string; readonly rest: string } | null {
  if (text === '') return null;
  const match = /\r?\n\r?\n/.exec(text);
  if (match === null) return { head: text.trimEnd(), rest: '' };
  return { head: text.slice(0, match.index), rest: text.slice(match.index + match[0].length) };
}

function readHeaders(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
