import type { AccountId, EventId } from '../../shared/ids.ts';
import type { BlockReply, BlockWrite, CalendarProvider, ProviderReply, WriteCall } from './provider.ts';

/** Takes a part of a write; returns the id of the block that it is about, or whose slot. */
export function blockOf(call: WriteCall): EventId {
  return ('seriesId' in call ? call.seriesId : null) ?? call.eventId;
}

/** Takes a part of a write; returns whether it is about one slot of a block. */
export const isOfSlot = (call: WriteCall): boolean => blockOf(call) !== call.eventId;

/** Takes parts of writes; returns the writes that they make up, one for each block, in the order in which blocks come first. */
export function blockWrites(parts: readonly WriteCall[]): readonly BlockWrite[] {
  const blocks = Map.groupBy(parts, (call) => `${call.calendarId}|${blockOf(call)}`);
  return [...blocks.values()].flatMap((ofBlock) => {
    const [whole = null, ...more] = ofBlock.filter((call) => !isOfSlot(call));
    // Nobody plans two of one block; if somebody does, both are sent, as they would be by two requests.
    return [{ whole, slots: ofBlock.filter(isOfSlot) }, ...more.map((one) => ({ whole: one, slots: [] }))];
  });
}

/** Takes a write; returns its parts, the block itself first. */
export const partsOf = ({ whole, slots }: BlockWrite): readonly WriteCall[] =>
  whole === null ? slots : [whole, ...slots];

/** Takes a write and what has come of it; returns each part with its reply, null where it was not tried. */
export function repliesOf(
  { whole, slots }: BlockWrite,
  reply: BlockReply | undefined,
): readonly (readonly [WriteCall, ProviderReply | null])[] {
  return [
    ...(whole === null ? [] : [[whole, reply?.whole ?? null] as const]),
    ...slots.map((slot, index) => [slot, reply?.slots[index] ?? null] as const),
  ];
}

/**
 * Takes a provider, an account and parts of writes; sends them as the writes that they make up, and returns a reply for each part, in
 * the order of the parts: undefined for one that was not tried.
 */
export async function writeParts(
  provider: Pick<CalendarProvider, 'write'>,
  accountId: AccountId,
  parts: readonly WriteCall[],
  signal?: AbortSignal,
): Promise<readonly (ProviderReply | undefined)[]> {
  const writes = blockWrites(parts);
  const replies = await provider.write(accountId, writes, signal);
  const byPart = new Map(writes.flatMap((write, index) => repliesOf(write, replies[index])));
  return parts.map((part) => byPart.get(part) ?? undefined);
}
