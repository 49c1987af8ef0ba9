import type { AppError } from '../../shared/errors.ts';
import type { HealthState } from '../../shared/health.ts';
import { messageFor } from '../../shared/messages.ts';
import { clean } from './text.ts';

/** A failure on its way out of the command line: what happened, and a hint that fits better than the usual one. */
export interface CliFailure {
  readonly error: AppError;
  /** What to do here and now, or null for what `messages.ts` says. */
  readonly hint: string | null;
}

/** Takes a failure and perhaps a better hint; returns both together. */
export function failure(error: AppError, hint: string | null = null): CliFailure {
  return { error, hint };
}

/** A failure as `--json` tells it. */
export interface ExplainedError {
  readonly code: AppError['code'] | 'held' | 'check-failed' | HealthState;
  readonly sentence: string;
  readonly action: string;
  readonly detail: string | null;
}

/** Takes a failure, returns it in words. */
export function explain({ error, hint }: CliFailure): ExplainedError {
  const { sentence, action } = messageFor(error, 'command-line');
  return { code: error.code, sentence: clean(sentence), action: clean(hint ?? action), detail: error.detail };
}
