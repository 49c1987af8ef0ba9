import type { Reason } from '../../shared/dto.ts';
import type { CalendarId } from '../../shared/ids.ts';
import type { HeldBlock } from './model.ts';

/** More than this many blocks at once, and more than this share of them, is not done without the person. */
const guardFloor = 10;
const guardShare = 0.25;

/** Takes how many would go and of how many; returns whether that is too much to do unasked (design.md, "Guards"). */
export function isTooMany(count: number, outOf: number): boolean {
  return count > Math.max(guardFloor, outOf * guardShare);
}

/** Takes the calendar whose events seem to be gone; returns the name of that hold. */
export function massDeletionKey(sourceId: CalendarId): string {
  return `mass-deletion:${sourceId}`;
}

/** Takes the calendar whose blocks seem to be gone; returns the name of that hold. */
export function externalWipeKey(targetId: CalendarId): string {
  return `external-wipe:${targetId}`;
}

/** Takes why a block is removed; returns whether that follows from what its source says, and not from what the person chose in CalSync. */
export function isSaidBySource(reason: Reason): boolean {
  return reason === 'event-deleted' || reason === 'event-not-busy';
}

/** Takes what waits for the person; returns its name: the same for the same block in the same state. */
export function nameOfHeld({ targetId, blockId, slot, stamp }: HeldBlock): string {
  return [targetId, blockId, slot ?? '', stamp].join('|');
}
