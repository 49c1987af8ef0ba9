import { isMade, type Made, type OfSlot, type PlainOperation } from '../../core/model.ts';
import { isGone, type ProviderFailure, type ProviderReply } from '../../ports/provider.ts';

/** Whether a look at an event has shown that it is not there. */
export function showsGone(reply: ProviderReply | undefined): boolean {
  if (reply === undefined) return false;
  return reply.ok ? reply.value?.status === 'cancelled' : isGone(reply.error);
}

/** Whether a look has shown a slot that has been taken away. One that was never found may have another id. */
export const isAway = (reply: ProviderReply | undefined): boolean =>
  reply?.ok === true ? reply.value?.status === 'cancelled' : reply?.error.kind === 'already-gone';

/** Whether a failed making means that the id cannot be had: taken, or a cancelled event that will not come back. */
export function meansTaken(operation: Made, failure: ProviderFailure): boolean {
  return operation.kind === 'create' ? failure.kind === 'id-taken' : isNoRevival(failure);
}

/**
 * Whether a cancelled event will not come back. A 403 is among it (google-calendar.md §10 no. 6); where that means the whole
 * calendar, making a new block there will say so.
 */
export function isNoRevival(failure: ProviderFailure): boolean {
  return isGone(failure) || ['refused', 'id-taken', 'read-only'].includes(failure.kind);
}

/** Whether a block was refused that may have been so because it is an out-of-office event (google-calendar.md §3.1). */
export function isKindRefused(operation: PlainOperation, failure: ProviderFailure): operation is Made {
  return isMade(operation) && operation.content.outOfOffice && failure.kind === 'refused';
}

/**
 * Whether a failed writing of a slot may come from its id: unknown or ill-formed for this calendar. A slot that cannot
 * be put may also be a cancelled one that will not come back. Only a look at the slot tells.
 */
export function mayBeAstray(operation: OfSlot, failure: ProviderFailure): boolean {
  if (operation.kind === 'put-slot') return isNoRevival(failure);
  return failure.kind === 'not-found' || failure.kind === 'refused';
}
