import type { SlotKey } from '../../../shared/ids.ts';
import { isMuteOver, isWholeMeaning, meaningOf } from '../absent.ts';
import type { Mute, ObservedBlock } from '../model.ts';
import { namesOf, type Desired } from './desired.ts';
import { none, type TargetPlan } from './draft.ts';

/** What is muted of a block. */
export interface Mutes {
  readonly whole: boolean;
  /**
   * Each slot has the name it was muted by and the one it has now, because a buffer gives the slots of a block other names;
   * either leads to the one it was muted by.
   */
  readonly slots: ReadonlyMap<SlotKey, SlotKey>;
}

const noMutes: Mutes = { whole: false, slots: new Map() };

/**
 * Takes what is wanted on a target and what is there of it; returns the mutes that still hold for it. One that is over,
 * because its event is another one now than the one that the person did not want, is lifted, and what is gone by it is
 * wanted as if nobody had removed it.
 */
export function mutesThatHold(
  { draft, targetId, judged }: TargetPlan,
  desired: Desired,
  observed: readonly ObservedBlock[],
): { readonly mutes: readonly Mute[]; readonly observed: readonly ObservedBlock[] } {
  const own = draft.group.mutes.filter(
    (mute) => mute.targetId === targetId && (mute.sourceRef === desired.ref || isOfDate(mute, desired)),
  );
  if (own.length === 0) return { mutes: none, observed };
  const { toSource } = namesOf(desired);
  const over = new Set<SlotKey | null>();
  for (const mute of own) {
    const meaning = meaningOf(judged, mute.sourceRef, mute.slot === null ? null : toSource(mute.slot));
    if (isMuteOver(mute.meant, meaning)) {
      over.add(isOfDate(mute, desired) ? null : mute.slot);
      draft.lifted.push(mute);
    } else if (meaning !== null && !isWholeMeaning(mute.meant)) draft.renewed.push({ ...mute, meant: meaning });
  }
  if (over.size === 0) return { mutes: own, observed };
  const explained = { by: 'us' } as const;
  return {
    mutes: own.filter((mute) => !over.has(isOfDate(mute, desired) ? null : mute.slot)),
    observed: observed.map((block) => ({
      ...block,
      absence: over.has(null) && block.absence !== null ? explained : block.absence,
      slots: block.slots.map((slot) =>
        over.has(slot.key) && slot.absence !== null ? { ...slot, absence: explained } : slot,
      ),
    })),
  };
}

/** Whether a mute is about the date of a series that a block of its own stands for. */
export const isOfDate = ({ sourceRef, slot }: Mute, desired: Desired): boolean =>
  desired.kind === 'single' && sourceRef === desired.dateOf?.ref && slot === desired.dateOf.key;

/** Takes the mutes that hold for what is wanted; returns what of its block they are about. */
export function mutesOf(mutes: readonly Mute[], desired: Desired): Mutes {
  if (mutes.length === 0) return noMutes;
  const { toBlock } = namesOf(desired);
  let whole = false;
  const slots = new Map<SlotKey, SlotKey>();
  for (const mute of mutes) {
    if (mute.slot === null || isOfDate(mute, desired)) whole = true;
    else slots.set(toBlock(mute.slot), mute.slot).set(mute.slot, mute.slot);
  }
  return { whole, slots };
}
