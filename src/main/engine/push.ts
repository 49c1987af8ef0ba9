import { mayWrite } from '../../shared/access.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId, CalendarId, EventId } from '../../shared/ids.ts';
import { err } from '../../shared/result.ts';
import { contentHash, echoOf, observedOf, showsSame } from '../core/content.ts';
import { blockId } from '../core/identity.ts';
import type {
  CancelSlotOperation,
  CreateOperation,
  EventRow,
  Operation,
  PlainOperation,
  PutSlotOperation,
  ReplaceOperation,
  ReviveOperation,
  Tag,
  UpdateOperation,
} from '../core/model.ts';
import { ownershipOf } from '../core/ownership.ts';
import { endsOf, isMade, type Made } from '../core/replacement.ts';
import { removalReasonOf } from '../core/removal.ts';
import type { ProviderCall, ProviderFailure, ProviderReply } from '../ports/provider.ts';
import type {
  BlockOutcome,
  BlockPlace,
  CalendarAccess,
  CalendarRecord,
  RemovalIntent,
  RemovalPlace,
} from '../ports/store.ts';
import { accountsById, isOfTheAccount, nameFailure, noteAccount, reachableAccesses, type Failures } from './access.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { endOf } from './lease.ts';
import { isNotDone, newMark, removalCall, removalOfRow, sendWrites } from './removals.ts';
import { turnsOf, type Turn } from './turns.ts';

/** What has come of a plan. */
export interface Pushed {
  readonly done: readonly Operation[];
  readonly failed: readonly Operation[];
  /** Writes that the service has said no to, for good as far as anybody can tell. */
  readonly refused: readonly RefusedWrite[];
  /** Writes that were sent; look-ups are not counted. */
  readonly writes: number;
  /** Groups with a series that was taken away because it could not be mended: they are to be planned again at once. */
  readonly renewed: ReadonlySet<string>;
}

/** A write that was refused: why, of which meeting, and what tells exactly this write from another one for the meeting. */
export interface RefusedWrite {
  readonly error: AppError;
  readonly groupKey: string;
  readonly what: string;
}

/** A taken id is given up at most this often for one block, otherwise a wrong answer could go on for ever. */
const generationTries = 8;

type OfSlot = PutSlotOperation | CancelSlotOperation;

interface Sender {
  readonly deps: EngineDeps;
  readonly scope: RunScope;
  readonly failures: Failures;
  readonly calendars: ReadonlyMap<CalendarId, CalendarRecord>;
  readonly done: PlainOperation[];
  readonly failed: PlainOperation[];
  readonly refused: RefusedWrite[];
  readonly renewed: Set<string>;
  readonly total: number;
  writes: number;
}

/** Operations of one account, and what it has learnt while sending them. */
interface Lane {
  readonly access: CalendarAccess & { readonly email: string };
  /** Blocks that came to be under another id than planned. */
  readonly renamed: Map<string, EventId>;
  /** Blocks that did not come to be: their slots cannot either. */
  readonly missing: Set<string>;
  /** Meetings that did not get all that they should on a target: there nothing gives way. */
  readonly wanting: Set<string>;
  /** Ids that the calendar gave for slots, by those that did not do. */
  readonly slotIds: Map<EventId, EventId>;
  /** Blocks that did not exist before this run. */
  readonly made: Set<EventId>;
  /** Etags of slots that were looked at right before their write, by id: they are the condition of that write. */
  readonly slotEtags: Map<EventId, string | null>;
  /** Calendars that turned out not to be writable. */
  readonly closed: Set<CalendarId>;
  /** Those of them that answered with something else than was asked for. */
  readonly strange: Set<CalendarId>;
  /** Calendars that turned out to take no out-of-office events. */
  readonly ordinary: Set<CalendarId>;
  stopped: ProviderFailure | null;
}

/**
 * Carries operations out: accounts side by side, each one's calls in requests of at most 50, in turns of its calendars and
 * meetings. Each request's outcomes are stored before the next one goes out, so that a killed process has lost nothing.
 */
export async function push(
  deps: EngineDeps,
  scope: RunScope,
  operations: readonly Operation[],
  failures: Failures,
  through: ReadonlyMap<CalendarId, AccountId>,
): Promise<Pushed> {
  const { store, clock } = deps;
  const calendars = new Map(store.calendars().map((calendar) => [calendar.id, calendar]));
  const sender: Sender = {
    deps,
    scope,
    failures,
    calendars,
    done: [],
    failed: [],
    refused: [],
    renewed: new Set(),
    total: operations.reduce((sum, operation) => sum + endsOf(operation).length, 0),
    writes: 0,
  };
  const accounts = accountsById(store);
  const lanes = new Map<string, { lane: Lane; operations: Operation[] }>();
  for (const operation of operations) {
    const calendar = calendars.get(operation.targetId);
    const writers =
      calendar === undefined
        ? []
        : reachableAccesses(calendar, accounts, clock.now()).filter((one) => mayWrite(one.access));
    // The account that has just read a calendar is known to work; another may be the one that failed.
    const access = writers.find((one) => one.accountId === through.get(operation.targetId)) ?? writers[0];
    if (access === undefined) {
      sender.failed.push(...endsOf(operation));
      continue;
    }
    const known = lanes.get(access.accountId) ?? { lane: newLane(access), operations: [] };
    lanes.set(access.accountId, known);
    known.operations.push(operation);
  }
  await Promise.all([...lanes.values()].map(async ({ lane, operations: own }) => sendLane(sender, lane, own)));
  const { done, failed } = joined(operations, sender);
  return { done, failed, refused: sender.refused, writes: sender.writes, renewed: sender.renewed };
}

/** Names one end of a replacement, whatever generation it came to be in: of one source one block is made on a target. */
const endName = (operation: PlainOperation): string =>
  isMade(operation) ? `${operation.targetId}|${operation.tag.sourceRef}` : `${operation.targetId}|${operation.blockId}`;

/** Takes what was planned and what became of each write; returns the replacements whole: done once all their ends are. */
function joined(
  operations: readonly Operation[],
  sent: Pick<Sender, 'done' | 'failed'>,
): { readonly done: readonly Operation[]; readonly failed: readonly Operation[] } {
  const replacements = operations.flatMap((one) => (one.kind === 'replace' ? [one] : []));
  if (replacements.length === 0) return sent;
  const ends = new Set(replacements.flatMap((one) => endsOf(one).map(endName)));
  const failedEnds = new Set(sent.failed.map(endName));
  const other = (operation: PlainOperation): boolean =>
    (!isMade(operation) && operation.kind !== 'delete') || !ends.has(endName(operation));
  const isFailed = (one: ReplaceOperation): boolean => endsOf(one).some((end) => failedEnds.has(endName(end)));
  return {
    done: [...sent.done.filter(other), ...replacements.filter((one) => !isFailed(one))],
    failed: [...sent.failed.filter(other), ...replacements.filter(isFailed)],
  };
}

function newLane(access: Lane['access']): Lane {
  return {
    access,
    renamed: new Map(),
    missing: new Set(),
    wanting: new Set(),
    slotIds: new Map(),
    made: new Set(),
    slotEtags: new Map(),
    closed: new Set(),
    strange: new Set(),
    ordinary: new Set(),
    stopped: null,
  };
}

const isOfSeries = (operation: PlainOperation): operation is Made | UpdateOperation =>
  (isMade(operation) || operation.kind === 'update') && operation.content.recurrence.length > 0;

const isSlot = (operation: Operation): operation is OfSlot =>
  operation.kind === 'put-slot' || operation.kind === 'cancel-slot';

const meetingOn = ({ targetId, groupKey }: Operation): string => `${targetId}|${groupKey}`;

/** Sends what one account writes: a request's worth after the other, as it is the turn of each (`turns.ts`). */
async function sendLane(sender: Sender, lane: Lane, operations: readonly Operation[]): Promise<void> {
  const turns = turnsOf(operations);
  const mayGo = (turn: Turn): boolean => {
    const goes = !isHeldUp(sender, lane, turn);
    if (!goes) fail(sender, lane, turn.operation);
    return goes;
  };
  for (let chunk = turns.next(mayGo); chunk.length > 0; chunk = turns.next(mayGo)) await sendChunk(sender, lane, chunk);
}

/** Whether a write must not go any more, for what this run has met so far. */
function isHeldUp(sender: Sender, lane: Lane, { operation, closes }: Turn): boolean {
  if (lane.stopped !== null || lane.closed.has(operation.targetId)) return true;
  // Once a replacement is open it is closed, whatever ends the run, because a block would be doubled until the next one.
  if (closes !== null) return lane.missing.has(closes.makes.blockId) || lane.wanting.has(meetingOn(closes));
  if (sender.scope.signal?.aborted === true || (isSlot(operation) && lane.missing.has(operation.blockId))) return true;
  // What is planned again at once may want a block to change that was to give way to what has just been refused.
  return operation.kind === 'delete' && !operation.covered && sender.renewed.has(operation.groupKey);
}

/** Calls that close a replacement go whatever calls the run off; what goes in one request with them does, too. */
type Urgency = 'ordinary' | 'closing';

async function sendChunk(sender: Sender, lane: Lane, chunk: readonly Turn[]): Promise<void> {
  const { deps, scope } = sender;
  const urgency: Urgency = chunk.some(({ closes }) => closes !== null) ? 'closing' : 'ordinary';
  const open: PlainOperation[] = [];
  const unseen: Made[] = [];
  for (const { operation } of chunk) {
    // Without its etag a revival would write over whatever it is by now.
    if (operation.kind === 'revive' && operation.etag === null) unseen.push(unread(operation));
    else if (isMade(operation) && lane.ordinary.has(operation.targetId)) open.push(ordinary(operation));
    else open.push(operation);
  }
  const ended = endOf(deps, scope);
  if (ended !== null) {
    sender.failures.add(ended);
    for (const operation of [...open, ...unseen]) fail(sender, lane, operation);
    return;
  }
  const outcomes: BlockOutcome[] = [];
  const astray: Astray[] = [];
  const looks = await lookAtSlots(sender, lane, open.filter(isSlot), outcomes, astray);
  const sendable: PlainOperation[] = [];
  for (const operation of open.filter((one) => !looks.has(one))) {
    // The look may have met what the writes would meet, too.
    if (lane.stopped === null && !lane.closed.has(operation.targetId)) sendable.push(operation);
    else fail(sender, lane, operation);
  }
  deps.store.noteRemovals(
    scope.run,
    sendable.flatMap((operation) => intentOf(sender, lane, operation)),
  );
  const calls = sendable.map((operation) => callOf(sender, operation, lane));
  const replies = calls.length === 0 ? [] : await sendCalls(sender, lane, calls, urgency);
  const undone = sendable.flatMap((operation, index) =>
    isNotDone(replies[index]) ? intentOf(sender, lane, operation) : [],
  );
  if (undone.length > 0) deps.store.dropIntents(undone);
  const taken: Made[] = [...unseen];
  const changed: PlainOperation[] = [];
  const plain: Made[] = [];
  const unmet: OfSlot[] = [];
  for (const [index, operation] of sendable.entries()) {
    const reply = replies[index];
    if (reply === undefined) fail(sender, lane, operation);
    else if (reply.ok) settleSent(sender, lane, operation, reply.value, outcomes);
    // Somebody has done something to what was left of it, so that only a look tells whose it is now.
    else if (operation.kind === 'revive' && reply.error.kind === 'changed-meanwhile') taken.push(unread(operation));
    else if (isKindRefused(operation, reply.error)) plain.push(ordinary(operation));
    else if (isMade(operation) && meansTaken(operation, reply.error)) taken.push(operation);
    else if (isSlot(operation) && reply.error.kind === 'changed-meanwhile') unmet.push(operation);
    else if (reply.error.kind === 'changed-meanwhile') changed.push(operation);
    // Whether the block is gone or the whole calendar, only a look at the block tells.
    else if (operation.kind === 'update' && isGone(reply.error)) changed.push(operation);
    else if (isSlot(operation) && mayBeAstray(operation, reply.error)) {
      astray.push({ operation, failure: reply.error });
    } else if (isGone(reply.error) && (operation.kind === 'delete' || operation.kind === 'cancel-slot')) {
      settle(sender, lane, operation, null, outcomes);
    } else noteFailure(sender, lane, operation, reply.error);
  }
  deps.store.recordOutcomes(scope.run, outcomes);
  if (plain.length > 0) await makeOrdinary(sender, lane, plain);
  if (taken.length > 0) await resolveTaken(sender, lane, taken, 0);
  if (changed.length > 0) await resolveChanged(sender, lane, changed);
  if (astray.length > 0) await resolveAstray(sender, lane, astray);
  if (unmet.length > 0) await resolveUnmet(sender, lane, unmet);
  scope.onProgress({ phase: 'writing', done: sender.done.length + sender.failed.length, total: sender.total });
}

/** Takes calls that write; sends them and returns their replies, a removal's being what became of it in the end. */
async function sendCalls(
  sender: Sender,
  lane: Lane,
  calls: readonly ProviderCall[],
  urgency: Urgency = 'ordinary',
): Promise<readonly (ProviderReply | undefined)[]> {
  const { deps, scope } = sender;
  const sending = urgency === 'closing' ? { ...scope, signal: undefined } : scope;
  return compared(lane, calls, async (open) => {
    const makings = open.map(makingOf);
    const made = makings.filter((one) => one !== null);
    if (made.length > 0) deps.store.noteMakings(scope.run, made);
    const { replies, writes } = await sendWrites(deps, sending, lane.access.accountId, open);
    sender.writes += writes;
    const unmade = makings.filter((one, index) => one !== null && isNotDone(replies[index]));
    if (unmade.length > 0) deps.store.dropMakings(unmade.filter((one) => one !== null));
    return replies;
  });
}

/** Takes a call; returns the block that it makes or brings back, or null where it does neither. */
function makingOf(call: ProviderCall): BlockPlace | null {
  return call.kind === 'insert' || call.kind === 'replace'
    ? { targetId: call.calendarId, blockId: call.eventId }
    : null;
}

/** Takes calls that only ask; sends them and returns their replies. */
async function ask(
  { deps, scope }: Sender,
  lane: Lane,
  calls: readonly ProviderCall[],
): Promise<readonly (ProviderReply | undefined)[]> {
  return compared(lane, calls, (open) => deps.provider.send(lane.access.accountId, open, scope.signal));
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

/**
 * Takes calls and what sends them; compares each answer with what was asked. A calendar that answers with something else
 * gets nothing more in this run, because what is stored from then on would be of another event; the next read tells what
 * stands there.
 */
async function compared(
  lane: Lane,
  calls: readonly ProviderCall[],
  send: (open: readonly ProviderCall[]) => Promise<readonly (ProviderReply | undefined)[]>,
): Promise<readonly (ProviderReply | undefined)[]> {
  const open = calls.filter((call) => !lane.strange.has(call.calendarId));
  const replies = open.length === 0 ? [] : await send(open);
  const answered = new Map(open.map((call, index) => [call, replies[index]]));
  return calls.map((call) => {
    const reply = answered.get(call);
    if (reply?.ok !== true || reply.value === null || isAnswerTo(call, reply.value)) return reply;
    lane.strange.add(call.calendarId);
    lane.closed.add(call.calendarId);
    return err({ kind: 'malformed', error: appError('answer-differs', call.calendarId, call.kind) });
  });
}

/** Takes an operation; returns what is to be noted before it is sent, where it removes something. */
function intentOf(sender: Sender, lane: Lane, operation: PlainOperation): readonly RemovalIntent[] {
  if (operation.kind !== 'delete' && operation.kind !== 'cancel-slot') return [];
  const slot = operation.kind === 'cancel-slot' ? operation.slotKey : null;
  const place: RemovalPlace = { targetId: operation.targetId, blockId: blockIdOf(operation, lane), slot };
  return [{ ...place, reason: sender.scope.removing ?? removalReasonOf(operation.reason) }];
}

/** Whether a block was refused that may have been so because it is an out-of-office event (reference §3.1). */
function isKindRefused(operation: PlainOperation, failure: ProviderFailure): operation is Made {
  return isMade(operation) && operation.content.outOfOffice && failure.kind === 'refused';
}

/** Takes an operation; returns it for an ordinary block of the same event. */
function ordinary(operation: Made): Made {
  if (!operation.content.outOfOffice) return operation;
  const content = { ...operation.content, outOfOffice: false };
  return { ...operation, content, tag: { ...operation.tag, contentHash: contentHash(content) } };
}

/**
 * Makes ordinary blocks where out-of-office ones were refused. Where that does it, the kind was what was refused, and the
 * calendar is not asked again until the person chooses anew.
 */
async function makeOrdinary(sender: Sender, lane: Lane, operations: readonly Made[]): Promise<void> {
  const before = sender.done.length;
  await makeNext(sender, lane, operations, 0);
  for (const { targetId } of sender.done.slice(before)) {
    if (lane.ordinary.has(targetId)) continue;
    lane.ordinary.add(targetId);
    sender.deps.store.setOutOfOfficeRefused(targetId, true);
    sender.deps.logger.info('out-of-office-refused');
  }
}

const isGone = (failure: ProviderFailure): boolean => failure.kind === 'not-found' || failure.kind === 'already-gone';

/** Whether a failed making means that the id cannot be had: taken, or a cancelled event that will not come back. */
function meansTaken(operation: Made, failure: ProviderFailure): boolean {
  return operation.kind === 'create' ? failure.kind === 'id-taken' : isNoRevival(failure);
}

/**
 * Whether a cancelled event will not come back. A 403 is among it (reference §10 no. 6); where that means the whole
 * calendar, making a new block there will say so.
 */
function isNoRevival(failure: ProviderFailure): boolean {
  return isGone(failure) || ['refused', 'id-taken', 'read-only'].includes(failure.kind);
}

/**
 * Whether a failed writing of a slot may come from its id: unknown or ill-formed for this calendar. A slot that cannot
 * be put may also be a cancelled one that will not come back. Only a look at the slot tells.
 */
function mayBeAstray(operation: OfSlot, failure: ProviderFailure): boolean {
  if (operation.kind === 'put-slot') return isNoRevival(failure);
  return failure.kind === 'not-found' || failure.kind === 'refused';
}

/** A revival of something that is another one now: it is made as if nothing of it were known. */
const unread = (operation: ReviveOperation): CreateOperation => ({ ...operation, kind: 'create' });

const blockIdOf = (operation: PlainOperation, lane: Lane): EventId =>
  lane.renamed.get(operation.blockId) ?? operation.blockId;

function callOf(sender: Sender, operation: PlainOperation, lane: Lane): ProviderCall {
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
      return removalCall({ calendarId, eventId, etag: operation.etag }, operation.marked ?? null, mark());
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

/** The id of the slot that an operation is about, and the etag that is the condition of its write; null where it has none. */
function slotNow(operation: OfSlot, lane: Lane): { readonly eventId: EventId; readonly etag: string | null } {
  const eventId = slotIdOf(operation, lane);
  return { eventId, etag: lane.slotEtags.get(eventId) ?? null };
}

function slotIdOf(operation: OfSlot, lane: Lane): EventId {
  const renamed = lane.renamed.get(operation.blockId);
  const id = renamed === undefined ? operation.slotId : (`${renamed}_${operation.slotKey}` as EventId);
  return lane.slotIds.get(id) ?? id;
}

/** Takes what a calendar answered to a write; returns what to compare with from now on, null where it is as we wrote it. */
function echoFor(content: Made['content'], row: EventRow, zone: string | null): string | null {
  const observed = observedOf(row);
  return showsSame(content, observed, zone) ? null : echoOf(observed);
}

/** As `settle`, for what the operation itself has come to, and not what was found in its place. */
function settleSent(
  sender: Sender,
  lane: Lane,
  operation: PlainOperation,
  row: EventRow | null,
  outcomes: BlockOutcome[],
): void {
  if (operation.kind === 'create') lane.made.add(blockIdOf(operation, lane));
  settle(sender, lane, operation, row, outcomes);
}

/** Turns a success into what the store is to remember. */
function settle(
  sender: Sender,
  lane: Lane,
  operation: PlainOperation,
  row: EventRow | null,
  outcomes: BlockOutcome[],
): void {
  const { targetId, groupKey } = operation;
  const zone = sender.calendars.get(targetId)?.timeZone ?? null;
  const id = blockIdOf(operation, lane);
  switch (operation.kind) {
    case 'create':
    case 'revive':
    case 'update':
      if (row === null) {
        fail(sender, lane, operation);
        return;
      }
      outcomes.push({
        kind: 'block-written',
        targetId,
        row,
        tag: operation.tag,
        memory: operation.memory,
        echo: echoFor(operation.content, row, zone),
        groupKey,
      });
      break;
    case 'delete':
      outcomes.push({
        kind: 'block-removed',
        targetId,
        blockId: operation.blockId,
        etag: row?.etag ?? null,
        version: operation.version,
        ...(operation.counted === true && operation.sourceId !== null
          ? { lost: { sourceId: operation.sourceId, groupKey, at: sender.deps.clock.now() } }
          : {}),
      });
      break;
    case 'put-slot':
      if (row === null) {
        fail(sender, lane, operation);
        return;
      }
      outcomes.push({
        kind: 'slot-written',
        targetId,
        blockId: id,
        slotKey: operation.slotKey,
        originalStart: operation.originalStart,
        row,
        echo: echoFor({ ...operation.content, recurrence: [] }, row, zone),
        version: operation.version,
      });
      break;
    case 'cancel-slot':
      outcomes.push({
        kind: 'slot-cancelled',
        targetId,
        blockId: id,
        slotKey: operation.slotKey,
        originalStart: operation.originalStart,
        slotId: slotIdOf(operation, lane),
        version: operation.version,
      });
      break;
  }
  if (operation.reason === 'put-back' || operation.reason === 'removed-elsewhere') {
    const slotKey = operation.kind === 'put-slot' ? operation.slotKey : null;
    outcomes.push({ kind: 'put-back', targetId, blockId: id, slotKey });
  }
  sender.done.push(operation);
}

function fail(sender: Sender, lane: Lane, operation: PlainOperation): void {
  if (!isSlot(operation)) lane.missing.add(operation.blockId);
  if (isMade(operation)) lane.wanting.add(meetingOn(operation));
  sender.failed.push(operation);
}

function noteFailure(sender: Sender, lane: Lane, operation: PlainOperation, failure: ProviderFailure): void {
  const { deps, failures } = sender;
  const name = sender.calendars.get(operation.targetId)?.name ?? null;
  fail(sender, lane, operation);
  if (failure.kind === 'zone-refused' && isOfSeries(operation)) {
    const { targetId, tag, memory } = operation;
    const at = deps.clock.now();
    deps.store.noteZoneRefused({ sourceRef: tag.sourceRef, targetId, version: memory?.version ?? '', at });
    // Planned again at once, it says whether its dates can be written one by one: only if not is anything missing.
    sender.renewed.add(operation.groupKey);
  } else {
    const error = nameFailure(failure, lane.access.email, name);
    failures.add(error);
    if (failure.kind === 'refused')
      sender.refused.push({ error, groupKey: operation.groupKey, what: nameOfWrite(operation) });
  }
  deps.logger.warn('write-failed', { operation: operation.kind, kind: failure.kind, detail: failure.error.detail });
  if (isOfTheAccount(failure)) {
    lane.stopped = failure;
    noteAccount(deps.store, lane.access.accountId, failure, deps.clock.now());
  } else if (failure.kind === 'read-only') {
    lane.closed.add(operation.targetId);
    deps.store.setTrouble(operation.targetId, nameFailure(failure, lane.access.email, name));
  }
}

/** The same as long as the same is to be written for the same meeting. */
function nameOfWrite(operation: PlainOperation): string {
  const content = 'tag' in operation ? operation.tag.contentHash : 'version' in operation ? operation.version : null;
  return [operation.groupKey, operation.targetId, content ?? ''].join('|');
}

/** Takes operations; asks for the block of each by its id, or for what `idOf` names. */
async function lookUp<One extends PlainOperation>(
  sender: Sender,
  lane: Lane,
  operations: readonly One[],
  idOf: (operation: One, lane: Lane) => EventId = blockIdOf,
): Promise<readonly (ProviderReply | undefined)[]> {
  const calls = operations.map((operation): ProviderCall => ({
    kind: 'get',
    calendarId: operation.targetId,
    eventId: idOf(operation, lane),
  }));
  return ask(sender, lane, calls);
}

const isOurs = ({ deps }: Sender, row: EventRow, targetId: CalendarId): boolean =>
  row.status !== 'cancelled' && ownershipOf(row, targetId, () => false, deps.store.otherIds(targetId)).kind === 'block';

/** Whether a block is already what an operation would make of it: our own answer got lost, or a list lags behind. */
function isAsWanted(row: EventRow, { content, tag, targetId }: Made | UpdateOperation, sender: Sender): boolean {
  const zone = sender.calendars.get(targetId)?.timeZone ?? null;
  return row.tag?.contentHash === tag.contentHash && showsSame(content, observedOf(row), zone);
}

/**
 * The ladder of reference §2.2 for ids that are taken: live and ours (our own insert whose answer was lost, or another
 * computer's): adopt, and mend if it differs. Cancelled: bring back. Anything else: leave it and take the next generation.
 */
async function resolveTaken(sender: Sender, lane: Lane, operations: readonly Made[], depth: number): Promise<void> {
  const { deps, scope } = sender;
  if (lane.stopped !== null || depth >= generationTries) {
    for (const operation of operations) fail(sender, lane, operation);
    return;
  }
  const found = await lookUp(sender, lane, operations);
  const outcomes: BlockOutcome[] = [];
  const mend: { operation: Made; call: ProviderCall }[] = [];
  const next: Made[] = [];
  for (const [index, operation] of operations.entries()) {
    const reply = found[index];
    if (reply === undefined) {
      fail(sender, lane, operation);
    } else if (!reply.ok) {
      if (isGone(reply.error)) next.push(giveUpId(sender, lane, operation, outcomes));
      else noteFailure(sender, lane, operation, reply.error);
    } else if (reply.value === null) {
      fail(sender, lane, operation);
    } else if (reply.value.status === 'cancelled') {
      // A revival that was refused will be refused again, and a cancelled series may keep exceptions that nobody can
      // list: woken up, they would look like slots that the person deleted.
      if (operation.kind === 'revive' || operation.content.recurrence.length > 0)
        next.push(giveUpId(sender, lane, operation, outcomes));
      else {
        const revive = { ...operation, kind: 'revive', etag: reply.value.etag } as const;
        mend.push({ operation, call: callOf(sender, revive, lane) });
      }
    } else if (isOurs(sender, reply.value, operation.targetId)) {
      if (isAsWanted(reply.value, operation, sender)) settle(sender, lane, operation, reply.value, outcomes);
      else {
        const update: PlainOperation = {
          ...operation,
          kind: 'update',
          etag: reply.value.etag,
          withColour: true,
          previousStart: null,
        };
        mend.push({ operation, call: callOf(sender, update, lane) });
      }
    } else {
      next.push(giveUpId(sender, lane, operation, outcomes));
    }
  }
  if (mend.length > 0) {
    const replies = await sendCalls(
      sender,
      lane,
      mend.map((one) => one.call),
    );
    for (const [index, { operation }] of mend.entries()) {
      const reply = replies[index];
      if (reply?.ok === true) settle(sender, lane, operation, reply.value, outcomes);
      else if (reply === undefined) fail(sender, lane, operation);
      else if (isNoRevival(reply.error)) {
        next.push(giveUpId(sender, lane, operation, outcomes));
      } else noteFailure(sender, lane, operation, reply.error);
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
  if (next.length > 0) await makeNext(sender, lane, next, depth);
}

/** Notes that an id cannot be had, and returns the operation for the next generation. */
function giveUpId(sender: Sender, lane: Lane, operation: Made, outcomes: BlockOutcome[]): Made {
  const { targetId, tag } = operation;
  outcomes.push({ kind: 'id-lost', targetId, blockId: operation.blockId, tag });
  const generation: Tag = { ...tag, generation: tag.generation + 1 };
  const id = blockId(tag.sourceRef, targetId, generation.generation);
  for (const [planned, actual] of lane.renamed) if (actual === operation.blockId) lane.renamed.set(planned, id);
  lane.renamed.set(operation.blockId, id);
  sender.deps.logger.info('block-id-taken', { generation: generation.generation });
  return { ...operation, kind: 'create', blockId: id, tag: generation };
}

async function makeNext(sender: Sender, lane: Lane, operations: readonly Made[], depth: number): Promise<void> {
  const { deps, scope } = sender;
  const replies = await sendCalls(
    sender,
    lane,
    operations.map((operation) => callOf(sender, operation, lane)),
  );
  const outcomes: BlockOutcome[] = [];
  const taken: Made[] = [];
  for (const [index, operation] of operations.entries()) {
    const reply = replies[index];
    if (reply === undefined) fail(sender, lane, operation);
    else if (reply.ok) settleSent(sender, lane, operation, reply.value, outcomes);
    else if (meansTaken(operation, reply.error)) taken.push(operation);
    else noteFailure(sender, lane, operation, reply.error);
  }
  deps.store.recordOutcomes(scope.run, outcomes);
  if (taken.length > 0) await resolveTaken(sender, lane, taken, depth + 1);
}

/**
 * For a block that has turned out not to be there: believed in any longer, it would be written in vain by each run and its
 * time stay free. Its group is planned again at once, which tells a block that is needed all the same from a mute.
 */
function noteGone(sender: Sender, lane: Lane, operation: PlainOperation, outcomes: BlockOutcome[]): void {
  outcomes.push({ kind: 'block-gone', targetId: operation.targetId, blockId: blockIdOf(operation, lane) });
  sender.renewed.add(operation.groupKey);
  lane.missing.add(operation.blockId);
  sender.deps.logger.info('block-gone', { operation: operation.kind });
}

/** Whether a look at an event has shown that it is not there. */
function showsGone(reply: ProviderReply | undefined): boolean {
  if (reply === undefined) return false;
  return reply.ok ? reply.value?.status === 'cancelled' : isGone(reply.error);
}

/**
 * For blocks that are not as they were read (412, 404): look again. Still ours: do it once more with what is there now.
 * Gone: a removal is done; what was to be changed is noted as gone. Not ours any more: never touched.
 */
async function resolveChanged(sender: Sender, lane: Lane, operations: readonly PlainOperation[]): Promise<void> {
  const { deps, scope } = sender;
  const found = await lookUp(sender, lane, operations);
  const outcomes: BlockOutcome[] = [];
  const again: { operation: PlainOperation; call: ProviderCall }[] = [];
  for (const [index, operation] of operations.entries()) {
    const reply = found[index];
    const row = reply?.ok === true ? reply.value : null;
    const gone = showsGone(reply);
    if (gone && operation.kind === 'delete') settle(sender, lane, operation, null, outcomes);
    else if (gone) {
      fail(sender, lane, operation);
      noteGone(sender, lane, operation, outcomes);
    } else if (row === null) fail(sender, lane, operation);
    else if (!isOurs(sender, row, operation.targetId)) {
      if (operation.kind === 'update') {
        outcomes.push({
          kind: 'id-lost',
          targetId: operation.targetId,
          blockId: operation.blockId,
          tag: operation.tag,
        });
      }
      fail(sender, lane, operation);
    } else if (operation.kind === 'update' && isAsWanted(row, operation, sender)) {
      settle(sender, lane, operation, row, outcomes);
    } else if (operation.kind === 'delete' && operation.reason === 'undone') {
      // Somebody has changed it since, and an undo leaves that.
      fail(sender, lane, operation);
    } else if (operation.kind === 'delete' || operation.kind === 'update') {
      again.push({ operation, call: callOf(sender, { ...operation, etag: row.etag }, lane) });
    } else fail(sender, lane, operation);
  }
  if (again.length > 0) {
    const replies = await sendCalls(
      sender,
      lane,
      again.map((one) => one.call),
    );
    for (const [index, { operation }] of again.entries()) {
      const reply = replies[index];
      if (reply?.ok === true) settle(sender, lane, operation, reply.value, outcomes);
      else if (reply?.ok === false && isGone(reply.error) && operation.kind === 'delete') {
        settle(sender, lane, operation, null, outcomes);
      } else if (reply?.ok === false && isGone(reply.error)) {
        fail(sender, lane, operation);
        noteGone(sender, lane, operation, outcomes);
      } else if (reply?.ok === false && reply.error.kind !== 'changed-meanwhile') {
        noteFailure(sender, lane, operation, reply.error);
      } else fail(sender, lane, operation);
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
}

/**
 * Looks at slots right before they are written, all of a request at once. Nothing that is known of a slot does for a condition:
 * one without a row of its own has an etag that nobody promises anything of, and any other one has a new one after each write to
 * its series (reference §0.6). So the row is asked for, and must be ours and as it was planned from. Returns those that are not
 * to be written: what stands there is told by the next read.
 */
async function lookAtSlots(
  sender: Sender,
  lane: Lane,
  slots: readonly OfSlot[],
  outcomes: BlockOutcome[],
  astray: Astray[],
): Promise<ReadonlySet<PlainOperation>> {
  const left = new Set<PlainOperation>();
  // What this run has made a moment ago is nobody else's yet.
  const looked = slots.filter((operation) => !lane.made.has(blockIdOf(operation, lane)));
  if (looked.length === 0) return left;
  const found = await lookUp(sender, lane, looked, slotIdOf);
  const away: Orphaned[] = [];
  const ready: { readonly operation: OfSlot; readonly row: EventRow }[] = [];
  for (const [index, operation] of looked.entries()) {
    const reply = found[index];
    const row = reply?.ok === true ? reply.value : null;
    if (row !== null && isAsPlanned(sender, lane, operation, row)) {
      ready.push({ operation, row });
      continue;
    }
    left.add(operation);
    if (operation.kind === 'cancel-slot' && isAway(reply)) settle(sender, lane, operation, null, outcomes);
    else if (row?.status === 'cancelled') away.push({ operation, failure: null });
    else if (reply?.ok === false && mayBeAstray(operation, reply.error)) {
      astray.push({ operation, failure: reply.error });
    } else if (reply?.ok === false) noteFailure(sender, lane, operation, reply.error);
    else fail(sender, lane, operation);
  }
  setConditions(lane, ready);
  if (away.length > 0) await findOrphaned(sender, lane, away);
  return left;
}

/**
 * Takes slots that are about to be written in one request, and what was read of each; gives the first one of each series its
 * etag for a condition. A service may give all slots of a series other etags with each write to one of them (reference §0.6),
 * so that in the same request a second condition would never be met.
 */
function setConditions(lane: Lane, ready: readonly { readonly operation: OfSlot; readonly row: EventRow }[]): void {
  const bySeries = Map.groupBy(ready, ({ operation: { targetId, blockId } }) => `${targetId}|${blockId}`);
  for (const [first] of bySeries.values()) {
    if (first !== undefined) lane.slotEtags.set(first.row.id, first.row.etag);
  }
}

/** Whether a look has shown a slot that has been taken away. One that was never found may have another id. */
const isAway = (reply: ProviderReply | undefined): boolean =>
  reply?.ok === true ? reply.value?.status === 'cancelled' : reply?.error.kind === 'already-gone';

/**
 * For slots whose condition was not met (412): looked at once more. As wanted already, because an answer was lost: done. With the
 * etag that was the condition: written without one, because the calendar does not keep to its own etags and would refuse it for
 * ever. Anything else is somebody's change, or our own to another slot of the series: left, and planned anew by the next run.
 */
async function resolveUnmet(sender: Sender, lane: Lane, slots: readonly OfSlot[]): Promise<void> {
  const { deps, scope } = sender;
  const found = await lookUp(sender, lane, slots, slotIdOf);
  const outcomes: BlockOutcome[] = [];
  const again: OfSlot[] = [];
  for (const [index, operation] of slots.entries()) {
    const reply = found[index];
    const row = reply?.ok === true ? reply.value : null;
    if (operation.kind === 'cancel-slot' && isAway(reply)) settle(sender, lane, operation, null, outcomes);
    else if (row === null || !isSlotOf(sender, row, operation, lane)) fail(sender, lane, operation);
    else if (isSlotAsWanted(sender, row, operation)) settle(sender, lane, operation, row, outcomes);
    else if (row.etag === lane.slotEtags.get(row.id)) {
      lane.slotEtags.delete(row.id);
      again.push(operation);
    } else fail(sender, lane, operation);
  }
  if (again.length > 0) {
    deps.logger.warn('slot-etags-void', { count: again.length });
    const replies = await sendCalls(
      sender,
      lane,
      again.map((operation) => callOf(sender, operation, lane)),
    );
    for (const [index, operation] of again.entries()) {
      const reply = replies[index];
      if (reply === undefined) fail(sender, lane, operation);
      else if (reply.ok) settle(sender, lane, operation, reply.value, outcomes);
      else noteFailure(sender, lane, operation, reply.error);
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
}

/** Whether a slot shows already what an operation would have it show. */
function isSlotAsWanted({ calendars }: Sender, row: EventRow, operation: OfSlot): boolean {
  if (operation.kind !== 'put-slot' || row.status === 'cancelled') return false;
  const zone = calendars.get(operation.targetId)?.timeZone ?? null;
  return showsSame({ ...operation.content, recurrence: [] }, observedOf(row), zone);
}

/** Whether a slot is ours, and there or away as when its write was planned. */
function isAsPlanned(sender: Sender, lane: Lane, operation: OfSlot, row: EventRow): boolean {
  const away = row.status === 'cancelled';
  if (away && (operation.kind === 'cancel-slot' || !operation.wasAway)) return false;
  return isSlotOf(sender, row, operation, lane);
}

/** A slot that could not be written, and what the calendar said. */
interface Astray {
  readonly operation: OfSlot;
  readonly failure: ProviderFailure;
}

/** A slot that is not there; null where no write has failed. */
interface Orphaned {
  readonly operation: OfSlot;
  readonly failure: ProviderFailure | null;
}

/**
 * For slots that could not be written by the id that we have for them: composed (reference §0.10), or read some time ago.
 * The calendar is asked which id the slot has now, and the slot is written by that; it is stored with the outcome, so
 * that the next change needs no such question. A cancelled slot that will not come back (reference §10 no. 6) is never
 * asked for again: its whole series is made anew.
 */
async function resolveAstray(sender: Sender, lane: Lane, astray: readonly Astray[]): Promise<void> {
  const { deps, scope } = sender;
  const calls = astray.map(({ operation }): ProviderCall => ({
    kind: 'find-slot',
    calendarId: operation.targetId,
    eventId: blockIdOf(operation, lane),
    slotKey: operation.slotKey,
  }));
  const found = await ask(sender, lane, calls);
  const outcomes: BlockOutcome[] = [];
  const again: { readonly operation: OfSlot; readonly row: EventRow }[] = [];
  const stuck: Astray[] = [];
  const orphaned: Astray[] = [];
  const unmet: OfSlot[] = [];
  for (const [index, { operation, failure }] of astray.entries()) {
    const reply = found[index];
    const row = reply?.ok === true ? reply.value : null;
    if (reply === undefined) fail(sender, lane, operation);
    else if (!reply.ok && !isGone(reply.error)) noteFailure(sender, lane, operation, reply.error);
    else if (operation.kind === 'cancel-slot' && (row === null || row.status === 'cancelled')) {
      settle(sender, lane, operation, null, outcomes);
    } else if (row === null || !isSlotOf(sender, row, operation, lane)) orphaned.push({ operation, failure });
    else if (row.id !== slotIdOf(operation, lane)) {
      if (lane.made.has(blockIdOf(operation, lane)) || isAsPlanned(sender, lane, operation, row)) {
        again.push({ operation, row });
      } else fail(sender, lane, operation);
    } else if (row.status === 'cancelled') stuck.push({ operation, failure });
    else noteFailure(sender, lane, operation, failure);
  }
  if (again.length > 0) {
    deps.logger.info('slot-ids-asked', { count: again.length });
    for (const { operation, row } of again) lane.slotIds.set(slotIdOf(operation, lane), row.id);
    setConditions(
      lane,
      again.filter(({ operation }) => !lane.made.has(blockIdOf(operation, lane))),
    );
    const replies = await sendCalls(
      sender,
      lane,
      again.map(({ operation }) => callOf(sender, operation, lane)),
    );
    for (const [index, { operation, row }] of again.entries()) {
      const reply = replies[index];
      if (reply === undefined) fail(sender, lane, operation);
      else if (reply.ok) settle(sender, lane, operation, reply.value, outcomes);
      else if (operation.kind === 'cancel-slot' && isGone(reply.error)) {
        settle(sender, lane, operation, null, outcomes);
      } else if (operation.kind === 'put-slot' && row.status === 'cancelled' && isNoRevival(reply.error)) {
        stuck.push({ operation, failure: reply.error });
      } else if (reply.error.kind === 'changed-meanwhile') unmet.push(operation);
      else noteFailure(sender, lane, operation, reply.error);
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
  if (unmet.length > 0) await resolveUnmet(sender, lane, unmet);
  if (orphaned.length > 0) await findOrphaned(sender, lane, orphaned);
  if (stuck.length > 0) await removeStuck(sender, lane, stuck);
}

/** For slots that a calendar knows nothing of: their whole series may be gone, and only a look at it tells. */
async function findOrphaned(sender: Sender, lane: Lane, orphaned: readonly Orphaned[]): Promise<void> {
  const { deps, scope } = sender;
  const series = [
    ...Map.groupBy(orphaned, ({ operation }) => `${operation.targetId}|${blockIdOf(operation, lane)}`).values(),
  ];
  const found = await lookUp(
    sender,
    lane,
    series.flatMap(([first]) => (first === undefined ? [] : [first.operation])),
  );
  const outcomes: BlockOutcome[] = [];
  for (const [index, slots] of series.entries()) {
    const [first] = slots;
    const gone = showsGone(found[index]);
    if (gone && first !== undefined) noteGone(sender, lane, first.operation, outcomes);
    for (const { operation, failure } of slots) {
      if (gone || failure === null) fail(sender, lane, operation);
      else noteFailure(sender, lane, operation, failure);
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
}

/** Whether a row is a slot of the block that an operation is about: of any other it must not be written. */
function isSlotOf({ deps }: Sender, row: EventRow, operation: OfSlot, lane: Lane): boolean {
  const id = blockIdOf(operation, lane);
  const ownership = ownershipOf(
    row,
    operation.targetId,
    (known) => known === id,
    deps.store.otherIds(operation.targetId),
  );
  return ownership.kind === 'block-slot' && ownership.blockId === id;
}

/**
 * Takes away series with a slot that cannot be brought back, once they are proven ours again: what such a series shows
 * cannot be made right any more, and the next generation has all its slots.
 */
async function removeStuck(sender: Sender, lane: Lane, stuck: readonly Astray[]): Promise<void> {
  const { deps, scope } = sender;
  const series = [
    ...Map.groupBy(stuck, ({ operation }) => `${operation.targetId}|${blockIdOf(operation, lane)}`).values(),
  ].flatMap((slots) => (slots[0] === undefined ? [] : [{ first: slots[0], slots }]));
  const found = await lookUp(
    sender,
    lane,
    series.map(({ first }) => first.operation),
  );
  const removals = series.flatMap(({ first, slots }, index) => {
    const reply = found[index];
    const row = reply?.ok === true ? reply.value : null;
    return row !== null && isOurs(sender, row, first.operation.targetId)
      ? [{ row, slots, targetId: first.operation.targetId }]
      : [];
  });
  for (const { slots } of series) {
    if (!removals.some((removal) => removal.slots === slots)) {
      for (const { operation, failure } of slots) noteFailure(sender, lane, operation, failure);
    }
  }
  if (removals.length === 0) return;
  const intents = removals.map(({ row, targetId }): RemovalIntent => ({
    targetId,
    blockId: row.id,
    slot: null,
    reason: 'event',
  }));
  deps.store.noteRemovals(scope.run, intents);
  const replies = await sendCalls(
    sender,
    lane,
    removals.map(({ row, targetId }) => removalOfRow(row, targetId, newMark(deps, scope.run, 'event'))),
  );
  const undone = intents.filter((_, index) => isNotDone(replies[index]));
  if (undone.length > 0) deps.store.dropIntents(undone);
  const outcomes: BlockOutcome[] = [];
  for (const [index, { row, slots, targetId }] of removals.entries()) {
    const reply = replies[index];
    const gone = reply?.ok === true || (reply?.ok === false && isGone(reply.error));
    const version = slots[0]?.operation.version ?? null;
    if (gone) outcomes.push({ kind: 'block-removed', targetId, blockId: row.id, version });
    for (const { operation } of slots) {
      if (reply?.ok === false && !gone) noteFailure(sender, lane, operation, reply.error);
      else fail(sender, lane, operation);
      if (gone) {
        lane.missing.add(operation.blockId);
        sender.renewed.add(operation.groupKey);
      }
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
  deps.logger.info('series-given-up', { count: outcomes.length });
}
