import type { PlainOperation } from '../../core/model.ts';
import type { ProviderFailure, WriteCall } from '../../ports/provider.ts';
import type { BlockOutcome } from '../../ports/store.ts';
import { callOf, intentOf } from './calls.ts';
import type { Lane, Sender } from './lanes.ts';
import { fail, noteFailure, settle } from './outcomes.ts';
import { sendNoted, type Answered, type Asked } from './send.ts';

/** A call, and the operation that has come about once it succeeds. */
export interface Write<One extends PlainOperation = PlainOperation> extends Asked<WriteCall> {
  readonly operation: One;
}

/** Takes an operation; returns it with the call that carries it out. */
export function writeOf<One extends PlainOperation>(sender: Sender, lane: Lane, operation: One): Write<One> {
  return { operation, call: callOf(sender, operation, lane) };
}

/**
 * Takes writes with their replies; settles what was written, and fails what has no reply. `isSeenTo` is told of each other one, and
 * returns whether it has dealt with it; what it has not is noted as a failure.
 */
export function settleAll<One extends Write>(
  sender: Sender,
  lane: Lane,
  answered: readonly Answered<One>[],
  outcomes: BlockOutcome[],
  isSeenTo: (write: One, failure: ProviderFailure) => boolean,
): void {
  for (const write of answered) {
    const { operation, call, reply } = write;
    if (reply === undefined) fail(sender, lane, operation);
    else if (reply.ok) {
      // What was found in its place is not new, whatever was wanted.
      if (call.kind === 'insert') lane.made.add(call.eventId);
      settle(sender, lane, operation, reply.value, outcomes);
    } else if (!isSeenTo(write, reply.error)) noteFailure(sender, lane, operation, reply.error);
  }
}

/**
 * Sends writes in one go, and settles them as `settleAll` does. What removes is noted before it is sent, whichever try it is: otherwise a
 * process that ends in between would have its own removal taken for the person's.
 */
export async function writeAll<One extends Write>(
  sender: Sender,
  lane: Lane,
  writes: readonly One[],
  outcomes: BlockOutcome[],
  isSeenTo: (write: One, failure: ProviderFailure) => boolean = () => false,
): Promise<void> {
  const noted = writes.map((write) => ({ ...write, intent: intentOf(sender, lane, write.operation) }));
  settleAll(sender, lane, await sendNoted(sender, lane, noted), outcomes, isSeenTo);
}
