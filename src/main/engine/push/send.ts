import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import type { EventRow, Tag } from '../../core/model.ts';
import type { ProviderCall, ProviderLook, ProviderReply, WriteCall } from '../../ports/provider.ts';
import type { BlockPlace, RemovalIntent } from '../../ports/store.ts';
import { isNotDone, sendWrites } from '../removals.ts';
import type { Lane, Sender } from './lanes.ts';

/** Calls that close a replacement go whatever calls the run off; what goes in one request with them does, too. */
export type Urgency = 'ordinary' | 'closing';

/** Something that is asked of a calendar. */
export interface Asked<Call extends ProviderCall = ProviderCall> {
  readonly call: Call;
}

/** What was asked, with the reply to it; undefined where there is none. */
export type Answered<One> = One & { readonly reply: ProviderReply | undefined };

/** Takes what asks only; sends it, and returns each with its reply. */
export async function ask<One extends Asked<ProviderLook>>(
  { deps, scope }: Sender,
  lane: Lane,
  asked: readonly One[],
): Promise<readonly Answered<One>[]> {
  return compared(lane, asked, (calls: readonly ProviderLook[]) =>
    deps.provider.look(lane.access.accountId, calls, scope.signal),
  );
}

/** Takes what writes; sends it, and returns each with its reply, a removal's being what became of it in the end. */
export async function send<One extends Asked<WriteCall>>(
  sender: Sender,
  lane: Lane,
  writes: readonly One[],
  urgency: Urgency = 'ordinary',
): Promise<readonly Answered<One>[]> {
  const { deps, scope } = sender;
  const sending = urgency === 'closing' ? { ...scope, signal: undefined } : scope;
  return compared(lane, writes, async (calls: readonly WriteCall[]) => {
    const makings = calls.map(makingOf);
    const made = makings.filter((one) => one !== null);
    if (made.length > 0) deps.store.noteMakings(scope.run, made);
    const { replies, writes: count } = await sendWrites(deps, sending, lane.access.accountId, calls);
    sender.writes += count;
    const unmade = makings.filter((one, index) => one !== null && isNotDone(replies[index]));
    if (unmade.length > 0) deps.store.dropMakings(unmade.filter((one) => one !== null));
    return replies;
  });
}

/** As `send`, for what may remove: that is noted before it goes out, and not any more where it was certainly not carried out. */
export async function sendNoted<One extends Asked<WriteCall> & { readonly intent: RemovalIntent | null }>(
  sender: Sender,
  lane: Lane,
  writes: readonly One[],
  urgency?: Urgency,
): Promise<readonly Answered<One>[]> {
  const { store } = sender.deps;
  store.noteRemovals(
    sender.scope.run,
    writes.flatMap(({ intent }) => intent ?? []),
  );
  const answered = await send(sender, lane, writes, urgency);
  const undone = answered.flatMap(({ intent, reply }) => (isNotDone(reply) ? (intent ?? []) : []));
  if (undone.length > 0) store.dropIntents(undone);
  return answered;
}

/** Takes a call; returns the block that it makes or brings back, or null where it does neither. */
function makingOf(call: WriteCall): BlockPlace | null {
  return call.kind === 'insert' || call.kind === 'replace'
    ? { targetId: call.calendarId, blockId: call.eventId }
    : null;
}

/**
 * Takes what is asked and what sends it; compares each answer with what was asked. A calendar that answers with something else
 * gets nothing more in this run, because what is stored from then on would be of another event; the next read tells what
 * stands there.
 */
async function compared<Call extends ProviderCall, One extends Asked<Call>>(
  lane: Lane,
  asked: readonly One[],
  sendCalls: (calls: readonly Call[]) => Promise<readonly (ProviderReply | undefined)[]>,
): Promise<readonly Answered<One>[]> {
  const open = asked.map(({ call }) => call).filter((call) => !lane.strange.has(call.calendarId));
  const replies = open.length === 0 ? [] : await sendCalls(open);
  const answered = new Map(open.map((call, index): [Call, ProviderReply | undefined] => [call, replies[index]]));
  return asked.map((one) => {
    const { call } = one;
    const reply = answered.get(call);
    if (reply?.ok !== true || reply.value === null || isAnswerTo(call, reply.value)) return { ...one, reply };
    lane.strange.add(call.calendarId);
    lane.closed.add(call.calendarId);
    return { ...one, reply: err({ kind: 'malformed', error: appError('answer-differs', call.calendarId, call.kind) }) };
  });
}

/** Whether an answer is about what was asked: the event by its id, and after a write of a whole block its tag as well. */
function isAnswerTo(call: ProviderCall, row: EventRow): boolean {
  switch (call.kind) {
    case 'insert':
    case 'replace':
    case 'patch':
      return row.id === call.eventId && row.tag !== null && sameTag(row.tag, call.tag);
    case 'patch-slot':
    case 'get':
      return row.id === call.eventId;
    default:
      return true;
  }
}

const sameTag = (one: Tag, other: Tag): boolean =>
  one.sourceRef === other.sourceRef && one.generation === other.generation && one.contentHash === other.contentHash;
