import { number } from '../../shared/counts.ts';
import type { Progress } from '../../shared/dto.ts';
import { isNearDone } from '../../shared/near.ts';
import { second, type Instant } from '../../shared/time.ts';
import type { CliIo } from './terminal.ts';
import { truncateMiddle } from './text.ts';

const phases: { readonly [Phase in Progress['phase']]: string } = {
  reading: 'Reading calendars',
  planning: 'Working out what to do',
  writing: 'Writing blocks',
  searching: 'Looking for blocks',
  removing: 'Removing blocks',
};

function progressText(progress: Progress | null): string {
  if (progress === null) return 'Working…';
  const { phase, done, total } = progress;
  if (total === null) return done === 0 ? `${phases[phase]}…` : `${phases[phase]}… ${number(done)}`;
  const stands = isNearDone(progress) ? '; the next seven days are safe' : '';
  return `${phases[phase]}… ${number(done)} of ${number(total)}${stands}`;
}

/** How far something has come, in one line of the terminal that is written over and wiped at the end. */
export interface ProgressLine {
  readonly onProgress: (progress: Progress) => void;
  /** Wipes the line. Must be called before anything else is written. */
  readonly end: () => void;
}

/**
 * Takes the terminal; returns a progress line that shows itself after one second, and only where a person looks on:
 * never in a file, a pipe or a mail from cron.
 */
export function createProgressLine(io: CliIo): ProgressLine {
  if (!io.stderr.isTTY) return { onProgress: () => undefined, end: () => undefined };
  const startedAt: Instant = io.now();
  let latest: Progress | null = null;
  let shown = '';
  const draw = (): void => {
    if (io.now() - startedAt < second) return;
    const text = truncateMiddle(progressText(latest), Math.max(1, (io.stderr.columns ?? 80) - 1));
    if (text === shown) return;
    shown = text;
    io.stderr.write(`\r${text}\u001b[K`);
  };
  const stop = io.every(100, draw);
  return {
    onProgress: (progress) => {
      latest = progress;
    },
    end: () => {
      stop();
      if (shown !== '') io.stderr.write('\r\u001b[K');
      shown = '';
    },
  };
}
