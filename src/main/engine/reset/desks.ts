import { mayWrite } from '../../../shared/access.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import type { CalendarId, EventId, SourceRef } from '../../../shared/ids.ts';
import type { EventRow } from '../../core/model.ts';
import type { CalendarRecord } from '../../ports/store.ts';
import type { reachableAccesses } from '../access.ts';
import type { EngineDeps } from '../deps.ts';

/** One calendar that blocks are taken off. */
export interface Clearing {
  readonly calendar: CalendarRecord;
  /** Blocks for events of these calendars are this install's there (design.md, "Whose block"). */
  readonly ours: ReadonlySet<CalendarId>;
  /** Those of them whose blocks go. */
  readonly from: ReadonlySet<CalendarId>;
  /** Whether nothing of CalSync is to be left there: what does not go is then counted as left. */
  readonly whole: boolean;
}

/** What is to be removed, and how. */
export interface RemovalRequest {
  readonly clearings: readonly Clearing[];
  /** Calendars whose events may be behind a block: they are read where the database does not know. */
  readonly calendars: readonly CalendarRecord[];
  /** Calendars on which blocks of others are taken, too. */
  readonly othersOn: ReadonlySet<CalendarId>;
  /** Told after each request what came of it so far, so that a killed removal can go on with the same receipt. */
  readonly onRemoved?: (counts: { readonly removed: number; readonly alreadyGone: number }) => void;
}

/** How an account reaches a calendar. */
export type ReachedAs = ReturnType<typeof reachableAccesses>[number];

/** What came of one block, by its calendar and id. */
export type Fate = 'removed' | 'gone' | 'failed';

/** What is known of one calendar that is cleared. */
export interface Desk {
  readonly clearing: Clearing;
  /** Live blocks of the last search. */
  blocks: ReadonlyMap<EventId, EventRow>;
  copies: number;
  /** Blocks that are named by another address than the calendar is known to have had. */
  strangers: number;
  readonly fates: Map<EventId, Fate>;
  readonly removedRefs: Set<SourceRef>;
  /** Sources of the blocks removed before the last search: one that it shows for them is the work of another computer. */
  earlierRefs: ReadonlySet<SourceRef>;
  readonly cameBack: Set<EventId>;
  /** The account that could search it; null before, and where none can. */
  through: ReachedAs | null;
  failure: AppError | null;
  open: boolean;
}

/** Takes what is to be removed; returns a desk for each calendar on which that may be found. */
export function openDesks({ store }: EngineDeps, request: RemovalRequest): readonly Desk[] {
  // What stands on a calendar that may have another address now is found, and counted, there.
  const asked = new Set(store.renamings().flatMap((one) => (one.state === 'asked' ? [one.formerId] : [])));
  return request.clearings.flatMap((clearing): Desk[] => {
    const { calendar } = clearing;
    if (asked.has(calendar.id)) return [];
    const canWrite = calendar.accesses.some((access) => mayWrite(access.access));
    const readOnly = !canWrite && calendar.accesses.length > 0;
    // A calendar that never could be written holds no block of ours; one that could and cannot any more is named.
    if (readOnly && store.liveBlocksOn(calendar.id).length === 0) return [];
    return [
      {
        clearing,
        blocks: new Map(),
        copies: 0,
        strangers: 0,
        fates: new Map(),
        removedRefs: new Set(),
        earlierRefs: new Set(),
        cameBack: new Set(),
        through: null,
        failure: readOnly ? appError('calendar-read-only', calendar.name) : null,
        open: !readOnly,
      },
    ];
  });
}
