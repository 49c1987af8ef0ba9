import { err, ok } from '../../../shared/result.ts';
import type { ProviderCall, ProviderFailure, ProviderReply } from '../../ports/provider.ts';
import { readAnswer, isSuccess } from './answers.ts';
import type { BatchPart } from './batch.ts';
import {
  classifyAnswer,
  classifyFault,
  failureOf,
  tooLarge,
  type Answer,
  type Place,
  type Verdict,
} from './failures.ts';
import { patchBody, removalBody, slotBody, wholeBody, writeOriginalStart } from './bodies.ts';
import { readEvent, readSlot, type RowContext } from './translate.ts';
import { fieldMasks, wireEventPageSchema } from './wire.ts';

/** What a request costs of the minute's budget: a patch counts three times (google-calendar.md §4). */
export const costOf = (call: ProviderCall): number => (call.kind === 'patch' || call.kind === 'patch-slot' ? 3 : 1);

/** A call, and its place among those that were sent. */
export interface Indexed {
  readonly call: ProviderCall;
  readonly index: number;
}

/** A call that has no final reply yet. */
export interface Open extends Indexed {
  /** What became of it last, or null before the first attempt. */
  readonly failure: ProviderFailure | null;
  /** Whether some attempt may have been carried out without our seeing it. */
  readonly outcomeUnknown: boolean;
}

/** What a part's answer comes to: a reply, or a verdict on what to do next. */
export type PartOutcome =
  { readonly kind: 'reply'; readonly reply: ProviderReply } | { readonly kind: 'verdict'; readonly verdict: Verdict };

const places: Readonly<Record<ProviderCall['kind'], Place['call']>> = {
  insert: 'insert',
  replace: 'change',
  patch: 'change',
  'patch-slot': 'change',
  delete: 'delete',
  remove: 'change',
  get: 'get',
  'find-slot': 'get',
};

/** Takes a call; returns where it goes, as failures are classified by it. */
export const placeOf = (call: ProviderCall): Place => ({
  call: places[call.kind],
  calendarId: call.calendarId,
  positioned: false,
});

/** A part without an answer, in a batch that was cut short: it may have been carried out. */
export const missingPart = (item: Open): PartOutcome => ({
  kind: 'verdict',
  verdict: classifyFault({ code: 'PART_MISSING', connecting: false }, placeOf(item.call)),
});

/** Takes an open call, the answer to its part and the time; returns what that comes to. */
export function readReply(item: Open, answer: Answer, now: number): PartOutcome {
  const { call } = item;
  const place = placeOf(call);
  const gone = answer.status === 404 || answer.status === 410;
  // Because an earlier attempt whose answer was lost has deleted it: that is what was asked for (google-calendar.md §7.6).
  const isRemoval = call.kind === 'delete' || call.kind === 'remove';
  if ((call.kind === 'delete' && isSuccess(answer)) || (isRemoval && gone && item.outcomeUnknown)) {
    return { kind: 'reply', reply: ok(null) };
  }
  const body = readAnswer(answer);
  if (body.kind === 'refused') return { kind: 'verdict', verdict: classifyAnswer(answer, place, now) };
  if (body.kind === 'too-much') return { kind: 'reply', reply: err(tooLarge(place)) };
  const json = body.value;
  const context: RowContext = { calendarId: call.calendarId, accountEmail: null };
  if (call.kind === 'find-slot') {
    const page = wireEventPageSchema.safeParse(json).data;
    const reply: ProviderReply =
      page === undefined
        ? err(failureOf('malformed', call.calendarId, `${call.kind}: no envelope`))
        : ok(readSlot(page, call.eventId, call.slotKey, context));
    return { kind: 'reply', reply };
  }
  // When it changed is told by looks alone, and an answer without a mask says it, too.
  const row = readEvent(call.kind === 'insert' && isObject(json) ? { ...json, updated: undefined } : json, context);
  if (row === null) {
    return { kind: 'reply', reply: err(failureOf('malformed', call.calendarId, `${call.kind}: no event`)) };
  }
  // Whoever asks for one event concludes from the answer that this one is gone, moved or not ours.
  return call.kind === 'get' && row.id !== call.eventId
    ? { kind: 'reply', reply: err(failureOf('malformed', call.calendarId, 'get: another event')) }
    : { kind: 'reply', reply: ok(row) };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Takes an open call; returns it as a part of a batch. Nobody is ever notified (design.md, "One cycle"). */
export function partOf(item: Indexed): BatchPart {
  const { call, index } = item;
  const events = `/calendar/v3/calendars/${encodeURIComponent(call.calendarId)}/events`;
  const event = `${events}/${encodeURIComponent(call.eventId)}`;
  const fields = `fields=${encodeURIComponent(fieldMasks.event)}`;
  const quiet = 'sendUpdates=none';
  switch (call.kind) {
    case 'insert':
      return {
        id: index,
        method: 'POST',
        // No mask: it is longer than all that it leaves out of the answer, and what answers is our own.
        path: `${events}?${quiet}`,
        ifMatch: null,
        body: { id: call.eventId, ...wholeBody(call.content, call.tag) },
      };
    case 'replace':
      return {
        id: index,
        method: 'PUT',
        path: `${event}?${quiet}&${fields}`,
        ifMatch: call.etag,
        body: wholeBody(call.content, call.tag),
      };
    case 'patch':
      return {
        id: index,
        method: 'PATCH',
        path: `${event}?${quiet}&${fields}`,
        ifMatch: call.etag,
        body: patchBody(call.content, call.tag, call.withColour),
      };
    case 'patch-slot':
      return {
        id: index,
        method: 'PATCH',
        path: `${event}?${quiet}&${fields}`,
        ifMatch: call.etag,
        body: slotBody(call.content),
      };
    case 'delete':
      return { id: index, method: 'DELETE', path: `${event}?${quiet}`, ifMatch: call.etag, body: null };
    case 'remove':
      return {
        id: index,
        method: 'PUT',
        path: `${event}?${quiet}&${fields}`,
        ifMatch: call.etag,
        body: removalBody(call.content, call.tag, call.mark),
      };
    case 'get':
      return {
        id: index,
        method: 'GET',
        path: `${event}?fields=${encodeURIComponent(fieldMasks.look)}`,
        ifMatch: null,
        body: null,
      };
    case 'find-slot': {
      const query = new URLSearchParams({
        originalStart: writeOriginalStart(call.slotKey),
        showDeleted: 'true',
        fields: fieldMasks.slotPage,
      });
      return { id: index, method: 'GET', path: `${event}/instances?${query.toString()}`, ifMatch: null, body: null };
    }
  }
}
