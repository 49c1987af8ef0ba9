import type { LeftReason, PlanPreview, UndoPreview } from './dto.ts';

const leftReasons: { readonly [Each in LeftReason]: string } = {
  'event-changed': 'its event changed since',
  'block-changed': 'the block was changed since',
};

/** Takes why something is not undone; returns it in a clause without a capital or a full stop, fit to stand after a count. */
export function leftText(reason: LeftReason): string {
  return leftReasons[reason];
}

/** Takes what an undo would do; returns whether it does anything: there may be nothing left of what the sync has written. */
export function undoesSomething({ preview, choices }: Pick<UndoPreview, 'preview' | 'choices'>): boolean {
  return preview.add + preview.change + preview.remove + preview.held > 0 || choices > 0;
}

/**
 * Takes what an undo writes; returns how many blocks stay away from then on, and how many are kept as they were. What restored
 * choices bring back or take away does neither.
 */
export function lastingOf({ targets }: Pick<PlanPreview, 'targets'>): { readonly away: number; readonly kept: number } {
  const rows = targets.flatMap((target) => target.rows).filter(({ reason }) => reason === 'undone');
  const sum = (away: boolean): number =>
    rows.reduce((total, { effect, count }) => ((effect === 'remove') === away ? total + count : total), 0);
  return { away: sum(true), kept: sum(false) };
}
