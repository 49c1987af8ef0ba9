import type { SlotKey } from '../../../shared/ids.ts';
import type { Mutes, ObservedBlock } from '../model.ts';
import { isMuteOf, isMuteOver, isOfDate, isWholeMeaning, meaningOf, mutesOf, noMutes } from '../mutes.ts';
import { namesOf, type Desired } from './desired.ts';
import type { TargetPlan } from './target-plan.ts';

/** What of a block is muted, and what is there of it to whoever knows that. */
interface Muted {
  readonly muted: Mutes;
  readonly observed: readonly ObservedBlock[];
}

/**
 * Takes what is wanted on a target and what is there of it; returns the mutes that still hold for it. One that is over,
 * because its event is another one now than the one that the person did not want, is lifted, and what is gone by it is
 * wanted as if nobody had removed it.
 */
export function mutesThatHold(
  { draft, group, targetId, judged }: TargetPlan,
  desired: Desired,
  observed: readonly ObservedBlock[],
): Muted {
  const { mutes } = group;
  if (mutes.length === 0) return { muted: noMutes, observed };
  const dateOf = desired.kind === 'single' ? desired.dateOf : null;
  const names = namesOf(desired);
  const of = { ref: desired.ref, targetId, names, dateOf };
  const own = mutes.filter((mute) => isMuteOf(mute, of));
  if (own.length === 0) return { muted: noMutes, observed };
  const over = new Set<SlotKey | null>();
  for (const mute of own) {
    const meaning = meaningOf(judged, mute.sourceRef, mute.slot === null ? null : names.toSource(mute.slot));
    if (isMuteOver(mute.meant, meaning)) {
      over.add(isOfDate(mute, of) ? null : mute.slot);
      draft.lifted.push(mute);
    } else if (meaning !== null && !isWholeMeaning(mute.meant)) draft.renewed.push({ ...mute, meant: meaning });
  }
  if (over.size === 0) return { muted: mutesOf(own, of), observed };
  const explained = { by: 'us' } as const;
  const left = own.filter((mute) => !over.has(isOfDate(mute, of) ? null : mute.slot));
  return {
    muted: mutesOf(left, of),
    observed: observed.map((block) => ({
      ...block,
      absence: over.has(null) && block.absence !== null ? explained : block.absence,
      slots: block.slots.map((slot) =>
        over.has(slot.key) && slot.absence !== null ? { ...slot, absence: explained } : slot,
      ),
    })),
  };
}
