import type { OtherBlocks, RemovalFindings, ResetReceipt, StillThere } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import type { CalendarId, EventId } from '../../../shared/ids.ts';
import type { EventRow } from '../../core/model.ts';
import type { BlockStore } from '../../ports/store.ts';
import type { Desk } from './desks.ts';

/** A removal, as far as it has come. */
export interface SoFar {
  readonly desks: readonly Desk[];
  readonly store: Pick<BlockStore, 'liveBlocksOn'>;
  /** Whether a block goes. */
  readonly goes: (desk: Desk, row: EventRow) => boolean;
  /** Whether a block is not known to be this install's. */
  readonly isOther: (desk: Desk, row: EventRow) => boolean;
  /** Names of calendars that could not be read: events of theirs may be behind blocks of others. */
  readonly unread: readonly string[];
}

/** Counts what went and what had gone before. */
export function countsOf(desks: readonly Desk[]): { readonly removed: number; readonly alreadyGone: number } {
  const fates = desks.flatMap((desk) => [...desk.fates.values()]);
  return {
    removed: fates.filter((fate) => fate === 'removed').length,
    alreadyGone: fates.filter((fate) => fate === 'gone').length,
  };
}

/** Blocks that the last search has shown and that are nobody's here. */
function othersOn({ desks, isOther }: SoFar): OtherBlocks[] {
  return desks.flatMap((desk) => {
    const { calendar, whole } = desk.clearing;
    if (!whole) return [];
    const others = [...desk.blocks.values()].filter((row) => isOther(desk, row) && !desk.fates.has(row.id));
    const own = calendar.accesses.some((access) => access.access === 'owns');
    return others.length === 0 ? [] : [{ calendarId: calendar.id, name: calendar.name, count: others.length, own }];
  });
}

/** Blocks that should have gone: where the calendar itself could not be asked, as many as the database knows. */
function leftOn(store: SoFar['store'], desk: Desk): readonly EventId[] {
  const { calendar, from } = desk.clearing;
  const failed = [...desk.fates].flatMap(([id, fate]) => (fate === 'failed' ? [id] : []));
  if (desk.through !== null) return failed;
  const known = store.liveBlocksOn(calendar.id);
  return known.flatMap(({ blockId, sourceId }) => (sourceId !== null && from.has(sourceId) ? [blockId] : []));
}

/** Blocks that should have gone and are still there, by their calendar. */
export function leftByCalendar({ desks, store }: SoFar): ReadonlyMap<CalendarId, readonly EventId[]> {
  return new Map(desks.map((desk) => [desk.clearing.calendar.id, leftOn(store, desk)]));
}

function stillThere({ desks, store }: SoFar): StillThere[] {
  return desks.flatMap((desk) => {
    const { calendar } = desk.clearing;
    const count = leftOn(store, desk).length;
    if (count === 0 && (desk.failure === null || desk.through !== null)) return [];
    const error = desk.failure ?? appError('provider-trouble', calendar.name);
    return [{ calendarId: calendar.id, name: calendar.name, count, error, later: false }];
  });
}

function leftAloneOn(desks: readonly Desk[]): number {
  return desks.reduce((sum, desk) => sum + (desk.clearing.whole ? desk.copies : 0), 0);
}

function formerAddressOn(desks: readonly Desk[]): number {
  return desks.reduce((sum, desk) => sum + (desk.clearing.whole ? desk.strangers : 0), 0);
}

/** What a removal would take, and what it would leave. */
export function findingsOf(soFar: SoFar): RemovalFindings {
  const { desks, goes, unread } = soFar;
  const going = desks.map((desk) => [...desk.blocks.values()].filter((row) => goes(desk, row)).length);
  return {
    blocks: going.reduce((sum, count) => sum + count, 0),
    calendars: going.filter((count) => count > 0).length,
    leftAlone: leftAloneOn(desks) + formerAddressOn(desks),
    others: othersOn(soFar),
    still: stillThere(soFar),
    unread: [...unread],
  };
}

/** What a removal has taken and left; its numbers add up (design.md, "Reset"). */
export function receiptOf(soFar: SoFar): ResetReceipt {
  const { desks, unread } = soFar;
  const counts = countsOf(desks);
  const others = othersOn(soFar);
  const still = stillThere(soFar);
  const leftAlone = leftAloneOn(desks);
  const formerAddress = formerAddressOn(desks);
  const left = [...others, ...still].reduce((sum, { count }) => sum + count, 0);
  return {
    found: counts.removed + counts.alreadyGone + leftAlone + formerAddress + left,
    ...counts,
    leftAlone,
    formerAddress,
    others,
    still,
    unread: others.length === 0 ? [] : [...unread],
    cameBack: desks.reduce((sum, desk) => sum + desk.cameBack.size, 0),
    notRevoked: null,
  };
}
