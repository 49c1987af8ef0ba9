import { createHash } from 'node:crypto';
import { errorBody, invalid } from '../failures.ts';
import type { ApiFailure } from '../failures.ts';
import type { Outcome } from '../outcome.ts';
import { refuse, success } from '../outcome.ts';
import type { SimulatorContext } from './environment.ts';
import { applyMask, parseMask } from './fields.ts';

const HEADERS = {
  'content-type': 'application/json; charset=UTF-8',
  'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  vary: 'Origin, X-Origin, Referer',
  server: 'ESF',
};

/** Answers with Google's JSON error body. */
export function answerFailure(failure: ApiFailure): Response {
  const headers: Record<string, string> = { ...HEADERS };
  if (failure.retryAfterSeconds !== undefined) headers['retry-after'] = String(failure.retryAfterSeconds);
  if (failure.status === 401) headers['www-authenticate'] = 'Bearer realm="https://accounts.google.com/"';
  return new Response(JSON.stringify(errorBody(failure)), { status: failure.status, headers });
}

/** Answers with JSON, through the `fields` mask, with ETag and 304 on If-None-Match. */
export function answerJson(
  context: SimulatorContext,
  body: object,
  known: ReadonlySet<string>,
  etag?: string,
): Response {
  if (etag !== undefined && context.req.header('if-none-match') === etag) {
    return new Response(null, { status: 304, headers: { etag } });
  }
  const masked = maskBody(context, body, known);
  if (!masked.ok) return answerFailure(masked.failure);
  const headers: Record<string, string> = { ...HEADERS };
  if (etag !== undefined) headers['etag'] = etag;
  const spaces = context.req.query('prettyPrint') === 'true' ? 1 : undefined;
  return new Response(JSON.stringify(masked.value, undefined, spaces), { status: 200, headers });
}

function maskBody(context: SimulatorContext, body: object, known: ReadonlySet<string>): Outcome<unknown> {
  const fields = context.req.query('fields');
  if (fields === undefined) return success(body);
  const mask = parseMask(fields);
  const wrong = mask === undefined ? fields : [...mask.keys()].find((name) => name !== '*' && !known.has(name));
  if (mask === undefined || wrong !== undefined) {
    return refuse(invalid(`Invalid field selection ${wrong ?? fields}`, 'fields', 'invalidParameter'));
  }
  return success(applyMask(mask, body));
}

/** An etag of a collection, from its rows and its place in time. */
export function collectionEtag(...parts: readonly unknown[]): string {
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}"`;
}
