import { readJson, type JsonBody } from './json.ts';
import type { Answer } from './failures.ts';

/** What an answer, of a whole request or of a part, says. */
export type AnsweredJson =
  | Exclude<JsonBody, { readonly kind: 'none' }>
  /** No success, or none that makes sense. */
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Takes an answer, of a whole request or of a part; returns what it says. */
export function readAnswer(answer: Answer): AnsweredJson {
  const body = isSuccess(answer) ? readJson(answer.body) : null;
  return body === null || body.kind === 'none' ? { kind: 'refused', answer } : body;
}

/** Whether an answer is one of success (RFC 9110 §15.3). */
export const isSuccess = (answer: Answer): boolean => answer.status >= 200 && answer.status < 300;
