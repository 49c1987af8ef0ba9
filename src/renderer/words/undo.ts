import type { LeftReason, UndoLeft } from '../../shared/dto.ts';
import { counted } from './counts.ts';

const left: { readonly [Reason in LeftReason]: (one: boolean) => string } = {
  'event-changed': (one) => (one ? 'its event changed since' : 'their events changed since'),
  'block-changed': (one) => (one ? 'it was changed since' : 'they were changed since'),
};

/** What is said of taking a sync back. */
export const undoWords = {
  button: 'Undo',
  buttonFor: (when: string): string => `Undo the sync of ${when}`,
  title: 'Undo this sync?',
  subject: (when: string): string => `The sync of ${when}.`,
  nothing: 'There is nothing to undo now.',
  nothingLeft: 'Nothing of it can be undone: all was changed since.',
  changed: 'Something has changed since you looked, so nothing was done. This is what undoing does now:',
  left: ({ reason, count }: UndoLeft): string =>
    `${counted(count, 'block is', 'blocks are')} left, because ${left[reason](count === 1)}.`,
  choices: (count: number): string => `${counted(count, 'of your choices is', 'of your choices are')} as before again.`,
  note: 'Nothing has been written yet. Your own events are never touched.',
  run: 'Undo',
  running: 'Undoing…',
  stays: 'You may close this. It goes on, and the activity tells what came of it.',
  doneTitle: 'The sync is undone',
  away: 'Blocks that were made stay away and are listed under “Muted blocks”.',
  kept: 'What was put back is kept until its event changes, or until you let go of it. It is listed there, too.',
  keptAlone: 'What was put back is kept until its event changes, or until you let go of it under “Muted blocks”.',
  noted: 'The undo is noted. The next sync carries it out.',

  keptTitle: 'Kept as they were',
  keptMeaning: 'These blocks are as they were before a sync that you undid, until their events change.',
  letGo: 'Let go',
  letGone: 'The block is what its event says again with the next sync.',
  keptFrom: (source: string, target: string): string => `in ${target}, from ${source}`,
} as const;
