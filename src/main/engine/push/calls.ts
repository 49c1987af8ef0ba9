import type { EventId } from '../../../shared/ids.ts';
import type { OfSlot, PlainOperation } from '../../core/model.ts';
import { removalReasonOf } from '../../core/removal.ts';
import type { WriteCall } from '../../ports/provider.ts';
import type { RemovalIntent, RemovalPlace } from '../../ports/store.ts';
import { newMark, removalCall } from '../removals.ts';
import type { Lane, Sender } from './lanes.ts';
import { slotIdOf as composed } from '../../core/slot-ids.ts';

/** Takes an operation; returns the id that its block has by now. */
export const blockIdOf = (operation: PlainOperation, lane: Lane): EventId =>
  lane.renamed.get(operation.blockId) ?? operation.blockId;

/** Takes an operation about a slot; returns the id that the slot has by now, as far as that is known. */
export function slotIdOf(operation: OfSlot, lane: Lane): EventId {
  const renamed = lane.renamed.get(operation.blockId);
  const id = renamed === undefined ? operation.slotId : composed(renamed, operation.slotKey);
  return lane.slotIds.get(id) ?? id;
}

/** The id of the slot that an operation is about, and the etag that is the condition of its write; null where it has none. */
function slotNow(
  operation: OfSlot,
  lane: Lane,
): { readonly eventId: EventId; readonly seriesId: EventId; readonly etag: string | null } {
  const eventId = slotIdOf(operation, lane);
  return { eventId, seriesId: blockIdOf(operation, lane), etag: lane.slotEtags.get(eventId) ?? null };
}

/** Takes an operation; returns the call that carries it out, by the ids that are known now. */
export function callOf(sender: Sender, operation: PlainOperation, lane: Lane): WriteCall {
  const calendarId = operation.targetId;
  const eventId = blockIdOf(operation, lane);
  const mark = () => newMark(sender.deps, sender.scope.run, sender.scope.removing ?? removalReasonOf(operation.reason));
  switch (operation.kind) {
    case 'create':
      return { kind: 'insert', calendarId, eventId, content: operation.content, tag: operation.tag };
    case 'revive':
      return {
        kind: 'replace',
        calendarId,
        eventId,
        content: operation.content,
        tag: operation.tag,
        etag: operation.etag,
      };
    case 'update':
      return {
        kind: 'patch',
        calendarId,
        eventId,
        content: operation.content,
        tag: operation.tag,
        etag: operation.etag,
        withColour: operation.withColour,
      };
    case 'delete':
      return removalCall(
        { calendarId, eventId, seriesId: null, etag: operation.etag },
        operation.marked ?? null,
        mark(),
      );
    case 'put-slot':
      return { kind: 'patch-slot', calendarId, ...slotNow(operation, lane), content: operation.content };
    case 'cancel-slot':
      return removalCall(
        { calendarId, ...slotNow(operation, lane) },
        // Planned for another generation, it would say another tag than that of its series.
        lane.renamed.has(operation.blockId) ? null : (operation.marked ?? null),
        mark(),
      );
  }
}

/** Takes an operation; returns what is to be noted before it is sent, or null where it removes nothing. */
export function intentOf(sender: Sender, lane: Lane, operation: PlainOperation): RemovalIntent | null {
  if (operation.kind !== 'delete' && operation.kind !== 'cancel-slot') return null;
  const slot = operation.kind === 'cancel-slot' ? operation.slotKey : null;
  const place: RemovalPlace = { targetId: operation.targetId, blockId: blockIdOf(operation, lane), slot };
  return { ...place, reason: sender.scope.removing ?? removalReasonOf(operation.reason) };
}
