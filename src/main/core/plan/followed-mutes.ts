import { endsOf, isMade, type Mute, type Operation, type OrphanedMute, type Skip } from '../model.ts';

/** What follows from mutes whose event is gone. */
export interface Followed {
  readonly operations: readonly Operation[];
  /** Mutes of the events that they go on with. */
  readonly mutes: readonly Mute[];
  readonly skips: readonly Skip[];
  /** Groups that are to be planned again, because a date of what is made now is muted. */
  readonly waiting: readonly string[];
}

/**
 * Takes what is planned for many meetings, replacements joined, and the mutes of events that are gone since the last run;
 * returns the same operations without the blocks that nobody wants: an event that has come back under a new id is one of the
 * same calendar, time, title and answer that never had a block, made in the run that shows the other one gone, and not made anew otherwise; one that
 * was moved to another calendar is the same meeting there. Of several that are alike each mute goes on with one. The mute of a date goes where its series went.
 */
export function followMutes(operations: readonly Operation[], orphans: readonly OrphanedMute[]): Followed {
  const mutes: Mute[] = [];
  const skips: Skip[] = [];
  const waiting: string[] = [];
  const dropped = new Set<Operation>();
  for (const { sourceRef, targetId, slot, meant, sourceId, groupKey, lives } of orphans) {
    if (slot === null) {
      const again = operations.find(
        (one) =>
          isMade(one) &&
          !dropped.has(one) &&
          one.targetId === targetId &&
          // One that is in another calendar now has not come back under a new id, and what had a block before is not new: otherwise
          // an appointment that only looks like it stays free.
          (lives ? one.groupKey === groupKey : one.sourceId === sourceId && one.reason === 'new-event') &&
          one.memory.meant === meant,
      );
      if (again === undefined || !isMade(again)) continue;
      dropped.add(again);
      mutes.push({ sourceRef: again.tag.sourceRef, targetId, slot: null, meant });
      skips.push({
        reason: 'muted',
        groupKey: again.groupKey,
        sourceId: again.sourceId,
        targetId,
        start: again.content.start,
      });
      continue;
    }
    for (const one of operations) {
      if (one.kind !== 'replace' || one.reason !== 'made-anew' || one.targetId !== targetId) continue;
      if (!one.gone.some((gone) => gone.marked?.tag.sourceRef === sourceRef)) continue;
      mutes.push({ sourceRef: one.makes.tag.sourceRef, targetId, slot, meant });
      waiting.push(...endsOf(one).map((end) => end.groupKey));
    }
  }
  if (mutes.length === 0) return { operations, mutes, skips, waiting };
  return { operations: operations.filter((one) => !dropped.has(one)), mutes, skips, waiting };
}
