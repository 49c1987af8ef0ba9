import type { RunOutcome, RunView, Trigger } from './dto.ts';
import type { AppError, ErrorCode } from './errors.ts';

const triggers: { readonly [Each in Trigger]: string } = {
  start: 'because CalSync started',
  interval: 'on schedule',
  manual: 'because you asked for it',
  wake: 'because the computer woke up',
  network: 'because the network was back',
  settings: 'because you changed something',
  account: 'because you signed in',
  command: 'from the command line',
  undo: 'because you undid an earlier one',
};

const outcomes: { readonly [Each in RunOutcome]: string } = {
  running: 'It is still going on.',
  ok: 'Everything went well.',
  partial: 'Some calendars could not be synced; the rest went well.',
  failed: 'It did not work.',
  offline: 'Google could not be reached.',
  interrupted: 'It was stopped before its end; the rest follows with the next one.',
};

/** Takes why a sync began; returns it as a clause without a capital or a full stop, fit to stand after a time. */
export function triggerText(trigger: Trigger): string {
  return triggers[trigger];
}

/** Takes how a sync went; returns it in a sentence. */
export function outcomeText(outcome: RunOutcome): string {
  return outcomes[outcome];
}

/**
 * Takes a sync and how numbers are written; returns what it did to blocks, in a sentence, or null where there is nothing
 * to say. That nothing had to be changed is said only of one that went well, because any other cannot know.
 */
export function changesText(run: RunView, number: (value: number) => string): string | null {
  const parts = [
    run.added > 0 ? `${number(run.added)} added` : '',
    run.changed > 0 ? `${number(run.changed)} changed` : '',
    run.removed > 0 ? `${number(run.removed)} removed` : '',
    run.held > 0 ? `${number(run.held)} waiting for you` : '',
  ].filter((part) => part !== '');
  if (parts.length > 0) return `Blocks: ${parts.join(', ')}.`;
  return run.outcome === 'ok' ? 'Nothing had to be changed.' : null;
}

/** Takes a sync; returns how it went in a few words: what it did, and where it did not go well, that before. */
export function runText(run: RunView, number: (value: number) => string): string {
  const changes = changesText(run, number);
  if (run.outcome === 'ok' && changes !== null) return changes;
  return changes === null ? outcomeText(run.outcome) : `${outcomeText(run.outcome)} ${changes}`;
}

/** Failures that the outcome has told already. */
const told: { readonly [Each in RunOutcome]?: ErrorCode } = { offline: 'offline', interrupted: 'cancelled' };

/** Takes a sync; returns those of its failures that say more than how it went. */
export function furtherErrors(run: RunView): readonly AppError[] {
  return run.errors.filter((error) => error.code !== told[run.outcome]);
}
