import type { AccountId, CalendarId, EventId } from '../../shared/ids.ts';
import type { AbsenceLook, EventRow, MarkedRemoval, RemovalMark, RemovalMarks, Unexplained } from '../core/model.ts';
import { observedOf } from '../core/content.ts';
import { sayAgain } from '../core/removal.ts';
import { writeParts } from '../ports/block-writes.ts';
import { isGone, type ProviderFailure, type ProviderReply, type WriteCall } from '../ports/provider.ts';
import type { BlockOutcome, FoundAbsence, RemovalPlace } from '../ports/store.ts';
import { foundOutcome, lookAt } from './absences.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { putBackActivity, type PutBack } from './activity.ts';
import { endOf } from './lease.ts';

type Remove = Extract<WriteCall, { kind: 'remove' }>;

/** Takes the run and why; returns a mark that no other removal has. */
export function newMark({ random }: EngineDeps, run: number, reason: RemovalMark['reason']): RemovalMark {
  const chance = Math.floor(random.fraction() * 36 ** 8);
  return { reason, nonce: `${run.toString(36)}-${chance.toString(36)}` };
}

/** Takes where a removal goes and what it says; returns its call: an ordinary deletion where it can say nothing. */
export function removalCall(
  place: Pick<Remove, 'calendarId' | 'eventId' | 'seriesId' | 'etag'>,
  marked: MarkedRemoval | null,
  mark: RemovalMark,
): WriteCall {
  return marked === null ? { kind: 'delete', ...place } : { kind: 'remove', ...place, mark, ...marked };
}

/** Takes a row that is a block, where it is and what its removal is marked with; returns the call that removes it. */
export function removalOfRow(row: EventRow, calendarId: CalendarId, mark: RemovalMark): WriteCall {
  const { id: eventId, etag, tag } = row;
  const content = sayAgain(observedOf(row), row.kind === 'outOfOffice');
  return removalCall(
    { calendarId, eventId, seriesId: null, etag },
    tag === null || content === null ? null : { tag, content },
    mark,
  );
}

const ordinary = ({ calendarId, eventId, seriesId, etag }: Remove): WriteCall => ({
  kind: 'delete',
  calendarId,
  eventId,
  seriesId,
  etag,
});

/** Failures that say that a write was certainly not carried out. */
const notDone: ReadonlySet<ProviderFailure['kind']> = new Set<ProviderFailure['kind']>([
  'refused',
  'zone-refused',
  'read-only',
  'permission-missing',
  'api-disabled',
  'client-refused',
  'sign-in-needed',
]);

/** Takes a reply to a write; returns whether it was certainly not carried out. */
export function isNotDone(reply: ProviderReply | undefined): boolean {
  return reply?.ok === false && notDone.has(reply.error.kind);
}

/** Whether the form of a marked removal may be what was not taken. */
function isUnmarkable(reply: ProviderReply | undefined): boolean {
  if (reply === undefined) return false;
  if (reply.ok) return reply.value !== null && reply.value.status !== 'cancelled';
  // Only what it says was refused; a refusal of any other kind is no answer to the mark, and a removal without one would look like a
  // person's to other computers.
  return reply.error.kind === 'zone-refused' || (reply.error.kind === 'refused' && reply.error.invalid === true);
}

/** Replies to parts of writes, undefined for one that was not tried, and how many writes they took. */
export interface Sent {
  readonly replies: readonly (ProviderReply | undefined)[];
  readonly writes: number;
}

/**
 * Sends calls of one account, unless the run has ended meanwhile: then each is answered as called off. A removal leaves its mark where the calendar keeps marks, or may; where a marked one is not
 * taken, the ordinary deletion follows at once. That a calendar keeps marks is learnt with the first removal there, by reading the mark
 * back (design.md, "Mute"), and stored; that it keeps none, by the removals of two runs.
 */
export async function sendWrites(
  deps: EngineDeps,
  scope: RunScope,
  accountId: AccountId,
  calls: readonly WriteCall[],
): Promise<Sent> {
  const { provider, store, logger } = deps;
  const ended = endOf(deps, scope);
  if (ended !== null) {
    return { replies: calls.map(() => ({ ok: false, error: { kind: 'cancelled', error: ended } })), writes: 0 };
  }
  const known = calls.some((call) => call.kind === 'remove') ? store.removalMarks() : new Map<CalendarId, string>();
  const sent = calls.map((call) =>
    call.kind === 'remove' && known.get(call.calendarId) === 'not-kept' ? ordinary(call) : call,
  );
  const replies = [...(await writeParts(provider, accountId, sent, scope.signal))];
  const again = sent.flatMap((call, index) =>
    call.kind === 'remove' && isUnmarkable(replies[index]) ? [{ call, index }] : [],
  );
  const goesOn = again.length > 0 && endOf(deps, scope) === null;
  if (goesOn) {
    const plain = await writeParts(
      provider,
      accountId,
      // The row may have changed although nothing was removed.
      again.map(({ call, index }) => ordinary({ ...call, etag: etagAfter(replies[index]) ?? call.etag })),
      scope.signal,
    );
    for (const [position, { call, index }] of again.entries()) {
      const reply = plain[position];
      if (reply === undefined) continue;
      replies[index] = reply;
      // Refused both ways, it was not the mark.
      if (reply.ok) store.doubtRemovalMarks(call.calendarId, scope.run);
    }
    logger.info('removals-unmarked', { count: again.length });
  }
  const unknown = new Map<CalendarId, Remove>();
  for (const [index, call] of sent.entries()) {
    if (call.kind !== 'remove' || known.has(call.calendarId) || unknown.has(call.calendarId)) continue;
    const reply = replies[index];
    if (reply?.ok === true && reply.value !== null) unknown.set(call.calendarId, call);
  }
  await learnMarks(deps, scope, accountId, [...unknown.values()], 'one-of-many');
  return { replies, writes: calls.length + (goesOn ? again.length : 0) };
}

const etagAfter = (reply: ProviderReply | undefined): string | null =>
  reply?.ok === true && reply.value !== null ? reply.value.etag : null;

/** Reads marks back that were just left, and stores what that tells of their calendars. */
async function learnMarks(
  deps: EngineDeps,
  scope: RunScope,
  accountId: AccountId,
  left: readonly Remove[],
  /** An ordinary removal may have met a fault of the moment; a probe was made to find out. */
  by: 'one-of-many' | 'probe',
): Promise<void> {
  if (left.length === 0) return;
  const found = await deps.provider.look(
    accountId,
    left.map(({ calendarId, eventId }) => ({ kind: 'get', calendarId, eventId })),
    scope.signal,
  );
  for (const [index, { calendarId, mark }] of left.entries()) {
    const reply = found[index];
    // That nothing is there at all may be said by mistake (google-calendar.md §4.1), and what is learnt is learnt for good.
    if (reply?.ok !== true || reply.value === null) continue;
    const kept = reply.value.mark?.nonce === mark.nonce;
    if (kept || by === 'probe') deps.store.setRemovalMarks(calendarId, kept ? 'kept' : 'not-kept');
    else deps.store.doubtRemovalMarks(calendarId, scope.run);
    deps.logger.info('removal-marks-learnt', { calendar: calendarId, kept });
  }
}

const placeOf = ({ block, slot }: Unexplained): RemovalPlace => ({
  targetId: block.targetId,
  blockId: block.id,
  slot: slot?.key ?? null,
});

/**
 * Looks, by its id, at what is wanted and is gone: what stands after all is stored as it is found (a list may lag behind),
 * and of the rest what its mark says and when it went. Where nothing says who removed it, and it is not known whether the
 * calendar keeps marks, that is found out. Returns how many writes that took.
 */
export async function lookAtAbsent(
  deps: EngineDeps,
  scope: RunScope,
  unexplained: readonly Unexplained[],
  through: ReadonlyMap<CalendarId, AccountId>,
): Promise<number> {
  const { provider, store, logger } = deps;
  let asked = 0;
  for (const [accountId, own] of Map.groupBy(unexplained, ({ block }) => through.get(block.targetId))) {
    if (accountId === undefined) continue;
    const replies = await provider.look(accountId, own.map(lookAt), scope.signal);
    const there: BlockOutcome[] = [];
    const found: FoundAbsence[] = [];
    const unmarked = new Map<CalendarId, Unmarked>();
    const known = store.removalMarks();
    for (const [index, one] of own.entries()) {
      const look = lookOf(deps, one, replies[index]);
      if (look !== null && isAskedAgain(scope, one, look, known.get(one.block.targetId) ?? null)) continue;
      if (look === null) continue;
      if (look.kind === 'there') {
        const outcome = foundOutcome(one, look.row, deps.store.otherIds(one.block.targetId));
        if (outcome !== null) there.push(outcome);
        continue;
      }
      found.push({ place: placeOf(one), look: look.look });
      const { targetId } = one.block;
      if (look.look.mark !== null && !known.has(targetId)) store.setRemovalMarks(targetId, 'kept');
      if (look.look.mark === null && look.look.readable && !unmarked.has(targetId)) {
        unmarked.set(targetId, { ...one, etag: look.etag });
      }
    }
    store.recordOutcomes(scope.run, there);
    for (const targetId of store.removalMarks().keys()) unmarked.delete(targetId);
    const answer = await askForMarks(deps, scope, accountId, [...unmarked.values()]);
    asked += answer.writes;
    // What waits for that answer is looked at again as long as there is none: kept, it would never be asked for again.
    const learnt = store.removalMarks();
    store.saveLooks(
      found.filter(({ place, look }) => {
        const waits = look.mark === null && look.readable && place.slot === null && !learnt.has(place.targetId);
        return !waits && !answer.putBack.has(place.blockId);
      }),
    );
    logger.info('absences-looked-at', { gone: found.length, there: there.length });
  }
  return asked;
}

type Looked =
  | { readonly kind: 'there'; readonly row: EventRow }
  | {
      readonly kind: 'gone';
      readonly look: AbsenceLook;
      readonly etag: string | null;
      /** Whether there is nothing left of it at all. */
      readonly isNowhere: boolean;
    };

/** Something that is gone without a mark, with the etag of what is left of it. */
type Unmarked = Unexplained & { readonly etag: string | null };

/** So many runs a look at what shows nothing is made again: longer than a service says so by mistake (google-calendar.md §4.1). */
const runsToAsk = 12;

/**
 * Whether a look is made again in the next run: nothing is left of what went, on a calendar that keeps marks. A service may say
 * so by mistake for a while, and what another computer has removed would be taken for a person's deletion.
 */
function isAskedAgain(
  { run }: RunScope,
  { block, slot }: Unexplained,
  look: Looked,
  marks: RemovalMarks | null,
): boolean {
  const { absence } = slot ?? block;
  const isNew = absence?.by === 'unknown' && run - absence.sinceRun < runsToAsk;
  return marks === 'kept' && isNew && look.kind === 'gone' && look.isNowhere;
}

function lookOf({ store }: EngineDeps, one: Unexplained, reply: ProviderReply | undefined): Looked | null {
  if (reply === undefined) return null;
  const nothing: AbsenceLook = { mark: null, standIn: false, readable: false, goneAt: null };
  if (!reply.ok) {
    const gone = isGone(reply.error);
    return gone ? { kind: 'gone', look: nothing, etag: null, isNowhere: true } : null;
  }
  const row = reply.value;
  if (row === null) return { kind: 'gone', look: nothing, etag: null, isNowhere: true };
  if (row.status !== 'cancelled') return { kind: 'there', row };
  const { mark = null, updatedAt = null } = row;
  const says =
    mark === null || mark.reason === 'asked' || store.isStaleMark(placeOf(one), mark.nonce) ? null : mark.reason;
  // A row that does not even show its tag any more would not show a mark either, and one that says no time takes none.
  const readable =
    row.tag !== null && (one.slot !== null || sayAgain(one.block.content, one.block.outOfOffice) !== null);
  const look = { mark: says, standIn: false, readable, goneAt: updatedAt };
  return { kind: 'gone', look, etag: row.etag, isNowhere: false };
}

/** What was brought back for a moment, and what removes it again. */
interface Probe {
  readonly one: Unmarked;
  readonly row: EventRow;
  readonly call: Remove;
}

/**
 * Finds out whether calendars keep marks, by one block each that is gone already: it is brought back and removed at once with a
 * mark, which is read back. Nothing less tells, because a calendar that would keep a mark on what is gone may still take no
 * removal that leaves one. Where none is taken the block is left there, put back, as it would be then. Returns how
 * many writes that took, and what was put back.
 */
async function askForMarks(
  deps: EngineDeps,
  scope: RunScope,
  accountId: AccountId,
  unmarked: readonly Unmarked[],
): Promise<{ readonly writes: number; readonly putBack: ReadonlySet<EventId> }> {
  const revivals = unmarked.flatMap((one) => {
    const { block, slot, etag } = one;
    const content = sayAgain(block.content, block.outOfOffice);
    if (content === null || slot !== null) return [];
    // Whoever takes it out of the bin at this moment keeps it.
    const call = {
      kind: 'replace',
      calendarId: block.targetId,
      eventId: block.id,
      content,
      tag: block.tag,
      etag,
    } as const;
    return [{ one, call }];
  });
  if (revivals.length === 0 || endOf(deps, scope) !== null) return { writes: 0, putBack: new Set() };
  const revived = await writeParts(
    deps.provider,
    accountId,
    revivals.map(({ call }) => call),
    scope.signal,
  );
  const probes = revivals.flatMap(({ one, call }, index): readonly Probe[] => {
    const reply = revived[index];
    if (reply?.ok === true && reply.value?.status === 'confirmed') {
      const { value: row } = reply;
      const { calendarId, eventId, tag, content } = call;
      const mark = newMark(deps, scope.run, 'asked');
      return [
        { one, row, call: { kind: 'remove', calendarId, eventId, seriesId: null, etag: row.etag, mark, tag, content } },
      ];
    }
    if (reply !== undefined && isNoRevival(reply)) deps.store.setRemovalMarks(call.calendarId, 'not-kept');
    return [];
  });
  // Brought back, it is removed again whatever ends the run, because the person has deleted it.
  const replies =
    probes.length === 0
      ? []
      : await writeParts(
          deps.provider,
          accountId,
          probes.map(({ call }) => call),
        );
  const left: Remove[] = [];
  const back: BlockOutcome[] = [];
  const told: PutBack[] = [];
  for (const [index, { one, row, call }] of probes.entries()) {
    const reply = replies[index];
    if (reply?.ok === true && reply.value?.status === 'cancelled') {
      left.push(call);
      continue;
    }
    if (isUnmarkable(reply)) deps.store.setRemovalMarks(call.calendarId, 'not-kept');
    const there = reply?.ok === true && reply.value !== null ? reply.value : row;
    const outcome = foundOutcome(one, there, deps.store.otherIds(call.calendarId));
    if (outcome === null) continue;
    back.push(outcome, { kind: 'put-back', targetId: call.calendarId, blockId: call.eventId, slotKey: null });
    told.push({ targetId: call.calendarId, row: there });
  }
  deps.store.recordOutcomes(scope.run, back);
  deps.store.addActivity(putBackActivity(told, deps.clock.now()), scope.run);
  await learnMarks(deps, scope, accountId, left, 'probe');
  const putBack = new Set(back.flatMap((one) => (one.kind === 'put-back' ? [one.blockId] : [])));
  return { writes: revivals.length + probes.length, putBack };
}

/** Whether a block will not be brought back in that way, whenever it is tried. */
function isNoRevival(reply: ProviderReply): boolean {
  return reply.ok || isGone(reply.error) || reply.error.kind === 'id-taken' || notDone.has(reply.error.kind);
}
