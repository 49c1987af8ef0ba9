import { seriesIdFromSlotId } from '../../src/main/core/slot-ids.ts';
import { partsOf, writeParts } from '../../src/main/ports/block-writes.ts';
import type {
  BlockWrite,
  CalendarProvider,
  ProviderCall,
  ProviderLook,
  ProviderReply,
  WriteCall,
} from '../../src/main/ports/provider.ts';
import type { AccountId, EventId } from '../../src/shared/ids.ts';

type Replies = readonly (ProviderReply | undefined)[];

/** A call as a test writes it: whose slot it is about is told by the id. */
export type Asked = ProviderCall extends infer One
  ? One extends { readonly seriesId: unknown }
    ? Omit<One, 'seriesId'> & { readonly seriesId?: EventId | null }
    : One
  : never;

const isLook = (call: ProviderCall): call is ProviderLook => call.kind === 'get' || call.kind === 'find-slot';

/** Takes a call as a test writes it; returns it whole. */
export function callOf(asked: Asked): ProviderCall {
  const ofSlots = ['patch-slot', 'delete', 'remove'].includes(asked.kind);
  return (ofSlots ? { seriesId: seriesIdFromSlotId(asked.eventId), ...asked } : asked) as ProviderCall;
}

/** Takes looks or parts of writes, not both; sends them in one go, and returns a reply for each. */
export async function sendCalls(
  provider: CalendarProvider,
  accountId: AccountId,
  asked: readonly Asked[],
  signal?: AbortSignal,
): Promise<readonly ProviderReply[]> {
  const calls = asked.map(callOf);
  const looks = calls.filter(isLook);
  if (looks.length > 0) {
    if (looks.length < calls.length) throw new Error('looks and writes in one go');
    return provider.look(accountId, looks, signal);
  }
  return (await writeParts(provider, accountId, calls as readonly WriteCall[], signal)) as readonly ProviderReply[];
}

/** What a wrapped provider does with the calls of a request: `next` sends them. */
export type Sending = (
  calls: readonly ProviderCall[],
  next: (calls: readonly ProviderCall[]) => Promise<readonly ProviderReply[]>,
  accountId: AccountId,
) => Promise<Replies>;

/** Takes a provider, and what is done with the calls of each request of it; returns the provider with looks and writes sent so. */
export function sendingBy(provider: CalendarProvider, sending: Sending): CalendarProvider {
  return {
    ...provider,
    look: async (accountId, looks, signal) =>
      (await sending(
        looks,
        (calls) => provider.look(accountId, calls as readonly ProviderLook[], signal),
        accountId,
      )) as readonly ProviderReply[],
    write: async (accountId, writes, signal) => {
      const parts = writes.flatMap(partsOf);
      const replies = await sending(
        parts,
        async (calls) =>
          (await writeParts(provider, accountId, calls as readonly WriteCall[], signal)) as readonly ProviderReply[],
        accountId,
      );
      const byPart = new Map(parts.map((part, index) => [part, replies[index] ?? null]));
      return writes.map(({ whole, slots }: BlockWrite) => ({
        whole: whole === null ? null : (byPart.get(whole) ?? null),
        slots: slots.map((slot) => byPart.get(slot) ?? null),
      }));
    },
  };
}
