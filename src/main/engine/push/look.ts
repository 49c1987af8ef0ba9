import type { CalendarId, EventId } from '../../../shared/ids.ts';
import { observedOf, showsSame } from '../../core/content.ts';
import type { EventRow, Made, PlainOperation, UpdateOperation } from '../../core/model.ts';
import { ownershipOf } from '../../core/ownership.ts';
import type { ProviderReply } from '../../ports/provider.ts';
import { blockIdOf } from './calls.ts';
import type { Lane, Sender } from './lanes.ts';
import { ask } from './send.ts';

/** What a look for an operation has shown: the reply, and the row in it where there is one. */
export interface Seen<One> {
  readonly operation: One;
  readonly reply: ProviderReply | undefined;
  readonly row: EventRow | null;
}

/** Takes operations; asks for the block of each by its id, or for what `idOf` names. */
export async function lookUp<One extends PlainOperation>(
  sender: Sender,
  lane: Lane,
  operations: readonly One[],
  idOf: (operation: One, lane: Lane) => EventId = blockIdOf,
): Promise<readonly Seen<One>[]> {
  const answered = await ask(
    sender,
    lane,
    operations.map((operation) => ({
      operation,
      call: { kind: 'get', calendarId: operation.targetId, eventId: idOf(operation, lane) },
    })),
  );
  return answered.map(({ operation, reply }) => ({ operation, reply, row: rowOf(reply) }));
}

/** Takes a reply; returns the row in it, or null where it shows none. */
export const rowOf = (reply: ProviderReply | undefined): EventRow | null => (reply?.ok === true ? reply.value : null);

/** Whether a row is a live block: only such a one is ever written over. */
export const isOurs = ({ deps }: Sender, row: EventRow, targetId: CalendarId): boolean =>
  row.status !== 'cancelled' && ownershipOf(row, targetId, () => false, deps.store.otherIds(targetId)).kind === 'block';

/** Whether a block is already what an operation would make of it: our own answer got lost, or a list lags behind. */
export function isAsWanted(
  row: EventRow,
  { content, tag, targetId }: Made | UpdateOperation,
  { calendars }: Sender,
): boolean {
  const zone = calendars.get(targetId)?.timeZone ?? null;
  return row.tag?.contentHash === tag.contentHash && showsSame(content, observedOf(row), zone);
}
