import type { AccountId, CalendarId, EventId } from '../../shared/ids.ts';
import type { EventGroup, EventRow, Mute, ObservedBlock, ObservedSlot, Unexplained } from '../core/model.ts';
import { ownershipOf } from '../core/ownership.ts';
import { isGone, type ProviderLook } from '../ports/provider.ts';
import type { BlockOutcome } from '../ports/store.ts';
import type { EngineDeps, RunScope } from './deps.ts';

const isUnexplained = ({ absence }: ObservedBlock | ObservedSlot): boolean => absence?.by === 'unknown';

const placeOf = (targetId: CalendarId, ref: string): string => `${targetId}|${ref}`;

/** What is missing in the groups of a plan, kept while they go by because a plan may be of more groups than fit in memory. */
export class Absences {
  readonly #found = new Map<string, Unexplained[]>();

  /** Takes groups; hands them on one by one, and keeps what is missing in them. */
  *noting(groups: Iterable<EventGroup>): Generator<EventGroup> {
    for (const group of groups) {
      for (const block of group.blocks) {
        if (isUnexplained(block)) this.#keep({ groupKey: group.key, block, slot: null });
        for (const slot of block.slots) {
          if (isUnexplained(slot)) this.#keep({ groupKey: group.key, block, slot });
        }
      }
      yield group;
    }
  }

  /** Takes a mute; returns what is missing of the same kind on the same target for the same event. */
  of(mute: Mute): readonly Unexplained[] {
    if (mute.gone !== undefined) return this.#found.get(placeOf(mute.targetId, mute.gone)) ?? [];
    const found = this.#found.get(placeOf(mute.targetId, mute.sourceRef)) ?? [];
    return found.filter(({ slot }) => (slot === null) === (mute.slot === null));
  }

  #keep(missing: Unexplained): void {
    const { targetId, id, tag } = missing.block;
    for (const place of [placeOf(targetId, tag.sourceRef), ...(missing.slot === null ? [placeOf(targetId, id)] : [])]) {
      const known = this.#found.get(place);
      if (known === undefined) this.#found.set(place, [missing]);
      else known.push(missing);
    }
  }
}

/** Mutes that are certain, and the groups in which something was not. */
export interface Confirmed {
  readonly mutes: readonly Mute[];
  readonly doubtful: ReadonlySet<string>;
}

/**
 * Looks at what is to be muted, by its id, before it is: a list may lag behind our own writes and show a removal when the
 * block has long been back, and a mute that nobody asked for would leave its time free for ever (google-calendar.md §4,
 * "Read-your-writes": only a look at the event itself tells). What is there after all is stored as it is found.
 */
export async function confirmMutes(
  deps: EngineDeps,
  scope: RunScope,
  mutes: readonly Mute[],
  absences: Absences,
  through: ReadonlyMap<CalendarId, AccountId>,
): Promise<Confirmed> {
  const doubtful = new Set<string>();
  const doubtfulMutes = new Set<Mute>();
  const outcomes: BlockOutcome[] = [];
  const byAccount = Map.groupBy(mutes, (mute) => through.get(mute.targetId));
  for (const [accountId, own] of byAccount) {
    if (accountId === undefined) continue;
    const looks = own.flatMap((mute) => absences.of(mute).map((missing) => ({ mute, missing })));
    const replies = await deps.provider.look(
      accountId,
      looks.map(({ missing }) => lookAt(missing)),
      scope.signal,
    );
    for (const [index, { mute, missing }] of looks.entries()) {
      const reply = replies[index];
      const row = reply?.ok === true ? reply.value : null;
      const gone = reply?.ok === false && isGone(reply.error);
      if (gone || (reply?.ok === true && (row === null || row.status === 'cancelled'))) continue;
      doubtful.add(missing.groupKey);
      doubtfulMutes.add(mute);
      const found = row === null ? null : foundOutcome(missing, row, deps.store.otherIds(missing.block.targetId));
      if (found !== null) outcomes.push(found);
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
  if (doubtful.size > 0) deps.logger.info('mutes-doubtful', { count: doubtfulMutes.size, there: outcomes.length });
  return { mutes: mutes.filter((mute) => !doubtfulMutes.has(mute)), doubtful };
}

/** Takes what is missing; returns the call that looks at it by its id. */
export function lookAt({ block, slot }: Unexplained): ProviderLook {
  const place = { calendarId: block.targetId, eventId: block.id };
  return slot === null ? { kind: 'get', ...place } : { kind: 'find-slot', ...place, slotKey: slot.key };
}

/** Takes what was thought missing, its row and the other ids of its calendar; returns what to store of it, or null where it is not ours. */
export function foundOutcome(
  { groupKey, block, slot }: Unexplained,
  row: EventRow,
  otherIds: readonly CalendarId[],
): BlockOutcome | null {
  const { targetId } = block;
  const ownership = ownershipOf(row, targetId, (id: EventId) => id === block.id, otherIds);
  if (slot === null) {
    return ownership.kind === 'block' && ownership.tag !== null
      ? { kind: 'block-written', targetId, row, tag: ownership.tag, echo: null, groupKey }
      : null;
  }
  const { key: slotKey, originalStart } = slot;
  return ownership.kind === 'block-slot' && ownership.blockId === block.id
    ? { kind: 'slot-written', targetId, blockId: block.id, slotKey, originalStart, row, echo: null }
    : null;
}
