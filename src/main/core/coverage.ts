import type { Instant } from '../../shared/time.ts';
import type { Span } from './times.ts';

/**
 * What a read of a calendar covers, and so what it proves of all that it did not show, once it came to its end:
 * - `everything`: what was not shown is not there.
 * - `changes`: what was not shown is as it was.
 * - `window`: what lies in it and was not shown is not there; of all else it says nothing.
 */
export type Coverage =
  | { readonly of: 'everything' }
  | { readonly of: 'changes' }
  | { readonly of: 'window'; readonly from: Instant; readonly until: Instant };

/**
 * Takes what a read covers, and of one thing when it is (null: not known) and whether it is a series or one date of such; returns
 * whether that would have been shown if it were there. Of a series a window shows the dates that lie in it, which says nothing
 * of the series; what reaches over an edge may have been left out.
 */
export function wouldShow(
  coverage: Coverage,
  span: Pick<Span, 'startsAt' | 'endsAt'> | null,
  isOfSeries: boolean,
): boolean {
  switch (coverage.of) {
    case 'everything':
      return true;
    case 'changes':
      return false;
    case 'window':
      return !isOfSeries && span !== null && coverage.from <= span.startsAt && span.endsAt <= coverage.until;
  }
}
