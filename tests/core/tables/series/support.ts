import type { SourceEvent } from '../../../../src/main/core/model.ts';
import { at, on, type RowParts } from '../../../support/core-builders.ts';
import { cancelled, series, slot } from '../scene.ts';

/** What is shown instead of a slot, by its `MM-DD`; null is nothing. */
export type Instead = Record<string, string | null>;

/** Rows of a meeting before and after a change, and the operations of the plan that follows. */
export interface Change {
  readonly name: string;
  readonly before: readonly SourceEvent[];
  readonly after: readonly SourceEvent[];
  readonly operations: readonly string[];
}

/** Takes wall-clock times in Berlin; returns them as the times of a row. */
export const times = (from: string, to: string): RowParts => ({ start: at(from), end: at(to) });

/** Takes dates, the second one after the last day; returns them as the times of a row. */
export const days = (from: string, to: string): RowParts => ({ start: on(from), end: on(to) });

/** Takes a slot key and times in Berlin; returns an exception of the series that stands there. */
export const moved = (key: string, from: string, to: string): SourceEvent => slot(key, times(from, to));

/** Takes what else is special; returns the series marked free. */
export const free = (parts: RowParts = {}): SourceEvent => series({ transparent: true, ...parts });

/** Takes what a tombstone has lost; returns one that has nothing but its id left (google-calendar.md §0.7). */
export const bare = (key: string): SourceEvent => {
  const row = cancelled(key);
  return { ...row, row: { ...row.row, originalStart: null, iCalUid: 'series1@google.com' } };
};
