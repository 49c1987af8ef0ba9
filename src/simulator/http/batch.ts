import type { Hono } from 'hono';
import { invalid } from '../failures.ts';
import { answerFailure } from './answers.ts';
import type { SimulatorEnvironment } from './environment.ts';

interface Part {
  readonly contentId: string | undefined;
  readonly request: Request;
}

/**
 * Registers the batch endpoint (google-calendar.md §4.3): each part of a multipart/mixed body goes through the whole
 * application by itself, and its answer carries `Content-ID: <response-…>`.
 */
export function registerBatch(app: Hono<SimulatorEnvironment>): void {
  app.post('/batch/calendar/v3', async (context) => {
    const backend = context.env.backend;
    const type = context.req.header('content-type') ?? '';
    const boundary = /^multipart\/mixed\s*;.*boundary="?([^";]+)"?/i.exec(type)?.[1];
    if (boundary === undefined) {
      return answerFailure(invalid('Failed to parse batch request, error: missing boundary.', undefined, 'badRequest'));
    }
    const parts = parseParts(context.env.bodyText, boundary, new URL(context.req.url).origin, context.req.raw.headers);
    if (parts === undefined || parts.length === 0) {
      return answerFailure(invalid('Failed to parse batch request, error: 0 items.', undefined, 'badRequest'));
    }
    if (parts.length > backend.service.switches.batchLimit) {
      const message = `The batch request limit of ${backend.service.switches.batchLimit} calls was exceeded.`;
      return answerFailure(invalid(message, undefined, 'batchSizeTooLarge'));
    }
    const number = context.env.requestNumber;
    const line = { cut: false };
    const cut = () => {
      line.cut = true;
    };
    const ordered = backend.service.switches.batchOrder === 'reversed' ? parts.toReversed() : parts;
    const answerBoundary = `batch_${backend.service.random.eventId()}`;
    let body = '';
    for (const { contentId, request } of ordered) {
      const answer = await context.env.handlePart(request, { batch: number, cut });
      const text = await answer.text();
      body += `--${answerBoundary}\r\nContent-Type: application/http\r\n`;
      if (contentId !== undefined) body += `Content-ID: ${responseId(contentId)}\r\n`;
      body += `\r\nHTTP/1.1 ${answer.status} ${reasonPhrase(answer.status)}\r\n`;
      answer.headers.forEach((value, name) => {
        body += `${name}: ${value}\r\n`;
      });
      body += `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}\r\n`;
    }
    body += `--${answerBoundary}--\r\n`;
    if (line.cut) context.env.cut();
    return new Response(body, {
      status: 200,
      headers: { 'content-type': `multipart/mixed; boundary=${answerBoundary}` },
    });
  });
}

function responseId(contentId: string): string {
  const inner = /^<(.*)>$/.exec(contentId)?.[1];
  return inner === undefined ? `response-${contentId}` : `<response-${inner}>`;
}

function reasonPhrase(status: number): string {
  const phrases: Readonly<Record<number, string>> = {
    200: 'OK',
    204: 'No Content',
    304: 'Not Modified',
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    409: 'Conflict',
    410: 'Gone',
    412: 'Precondition Failed',
    429: 'Too Many Requests',
    500: 'Internal Server Error',
    503: 'Service Unavailable',
  };
  return phrases[status] ?? 'Status';
}

/** Splits a multipart body into requests; undefined when a part is not an HTTP request to this API. */
function parseParts(body: string, boundary: string, origin: string, outer: Headers): Part[] | undefined {
  const pieces = body.split(new RegExp(`(?:^|\\r?\\n)--${boundary.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  if (pieces.length < 3 || !/^--/.test(pieces.at(-1) ?? '')) return undefined;
  const parts: Part[] = [];
  for (const piece of pieces.slice(1, -1)) {
    const part = parsePart(piece.replace(/^[ \t]*\r?\n/, ''), origin, outer);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

function parsePart(piece: string, origin: string, outer: Headers): Part | undefined {
  const [head, rest] = cutAtBlankLine(piece);
  const partHeaders = readHeaders(head.split(/\r?\n/));
  if (partHeaders === undefined || !/^application\/http/i.test(partHeaders.get('content-type') ?? '')) return undefined;
  const [requestHead, body] = cutAtBlankLine(rest.replace(/^(\r?\n)+/, ''));
  const [line = '', ...headerLines] = requestHead.split(/\r?\n/);
  const match = /^(GET|POST|PUT|PATCH|DELETE) (\S+)(?: HTTP\/1\.[01])?$/.exec(line.trim());
  const inner = readHeaders(headerLines);
  if (match === null || inner === undefined) return undefined;
  const [, method = '', target = ''] = match;
  const url = target.startsWith('/') ? `${origin}${target}` : target;
  if (!url.startsWith(`${origin}/calendar/v3/`)) return undefined;
  const headers = new Headers();
  // Because outer headers count for the parts too, except those that describe the outer body (google-calendar.md §4.3).
  outer.forEach((value, name) => {
    if (!/^(content-|transfer-|connection$|host$|accept-encoding$)/i.test(name)) headers.set(name, value);
  });
  inner.forEach((value, name) => headers.set(name, value));
  headers.delete('content-length');
  const text = body.replace(/\r?\n$/, '');
  const hasBody = method !== 'GET' && method !== 'DELETE' && text !== '';
  return {
    contentId: partHeaders.get('content-id') ?? undefined,
    request: new Request(url, hasBody ? { method, headers, body: text } : { method, headers }),
  };
}

function cutAtBlankLine(text: string): readonly [string, string] {
  const match = /\r?\n\r?\n/.exec(text);
  return match === null
    ? [text.trimEnd(), '']
    : [text.slice(0, match.index), text.slice(match.index + match[0].length)];
}

function readHeaders(lines: readonly string[]): Headers | undefined {
  const headers = new Headers();
  for (const line of lines) {
    if (line.trim() === '') continue;
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(line.trim());
    if (match === null) return undefined;
    headers.append(match[1] ?? '', match[2] ?? '');
  }
  return headers;
}
