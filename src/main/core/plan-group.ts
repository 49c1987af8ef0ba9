import type { Reason } from '../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { day, isDate, minute, type EventTime, type Instant } from '../../shared/time.ts';
import { isMuteOver, isWholeMeaning, meaningOf, type RemovedByHand } from './absent.ts';
import { bufferOf, isAsBuffered, slotsAtClockChanges, widened, widenedSeries, type WidenedSeries } from './buffers.ts';
import {
  blockContent,
  canChangeInPlace,
  contentHash,
  descriptionOf,
  echoOf,
  showsSame,
  tellsOtherZone,
  type ZoneToSay,
} from './content.ts';
import {
  isBackAgain,
  isDateOfAnother,
  unwantedText,
  verdictOn,
  versionOf,
  whyUnwanted,
  type Evidence,
  type Unwanted,
} from './deeds.ts';
import { rememberedFilters, type FiltersOf } from './filters.ts';
import { outdatedCopies, rowsOf, standingPresence } from './freshness.ts';
import { blockId, sourceRef } from './identity.ts';
import { ordinaryDates, versionsOf, wordsOf } from './kept.ts';
import {
  busyAt,
  copyPresence,
  holds,
  judge,
  meetingsOf,
  notHeld,
  ordinarySlot,
  slotSourceRef,
  type BusyTime,
  type JudgedMeeting,
  type Presence,
} from './meeting.ts';
import type {
  BlockContent,
  BlockMemory,
  CreateOperation,
  DeleteOperation,
  ExplainedAbsence,
  BlockPolicy,
  EventGroup,
  Kept,
  MarkedRemoval,
  MeshCalendar,
  Mute,
  NamedDate,
  ObservedBlock,
  ObservedContent,
  ObservedSlot,
  Operation,
  PlanContext,
  Skip,
  SourceEvent,
  Tag,
  WantedBlock,
  ZoneRefusal,
} from './model.ts';
import { datesOneByOne, isInForce } from './one-by-one.ts';
import { hasFormOfBlock } from './ownership.ts';
import { isMade, joinReplaced, replaced, sameBlockTimes } from './replacement.ts';
import { compareRecurrence, parseRecurrence, sameSeriesStart, seriesEndOf } from './recurrence.ts';
import { sayAgain } from './removal.ts';
import { slotTestOf } from './slots.ts';
import { wordsPutRight } from './strays.ts';
import {
  instantOf,
  originalStartOf,
  sameLength,
  sameMoment,
  sameZone,
  slotKeyOf,
  spanOf,
  wallClock,
  type Span,
} from './times.ts';
import { inWritableZone, writtenLines } from './written-lines.ts';

/** What planning one group gives, before the guards have looked at all groups together. */
export interface GroupPlan {
  readonly operations: readonly Operation[];
  readonly skips: readonly Skip[];
  readonly removedByHand: readonly RemovedByHand[];
  readonly explained: readonly ExplainedAbsence[];
  /** Mutes of blocks that are there again. */
  readonly lifted: readonly Mute[];
  /** Blocks that stand as wanted and are not remembered as such. */
  readonly wanted: readonly WantedBlock[];
  /** Mutes of which it is known only now what they are about. */
  readonly renewed: readonly Mute[];
  /** Dates without a row that get blocks of their own. */
  readonly named: readonly NamedDate[];
  /** What is not kept as it was any more. */
  readonly letGo: readonly Kept[];
  /** Whether something must be looked at again in the next run. */
  readonly waits: boolean;
}

/**
 * Told, while a group is planned, what the plan does not keep: what stands behind a block that is not wanted. Only for
 * explaining a plan (`why.ts`); nothing that is planned depends on it.
 */
export interface Witness {
  /** Takes all meetings of source calendars, each judged by the policy of its calendar. */
  readonly judged: (meetings: readonly JudgedMeeting[]) => void;
  /** Takes a busy meeting and a target, with what is there already: the person's copies, and what other sources give. */
  readonly weighed: (
    judged: JudgedMeeting,
    targetId: CalendarId,
    copies: readonly Presence[],
    others: readonly Presence[],
  ) => void;
  /** Takes a block that should be on a target, and how its slots are named there: a buffer gives them other names. */
  readonly wanted: (ref: SourceRef, targetId: CalendarId, names: SlotNames) => void;
  /** Takes a block that is wanted on a target, and why it is left away all the same. */
  readonly leftAway: (ref: SourceRef, targetId: CalendarId, reason: Reason) => void;
  /** Takes what is needed on a target that cannot be written now. */
  readonly postponed: (operations: readonly Operation[]) => void;
}

/** How the slots of an event and those of its block are named by each other. */
export interface SlotNames {
  readonly toBlock: (key: SlotKey) => SlotKey;
  readonly toSource: (key: SlotKey) => SlotKey;
}

/** One block that should be there. */
interface Desired {
  readonly ref: SourceRef;
  readonly sourceId: CalendarId;
  /** Whether it was over before the calendars came into use. */
  readonly past: boolean;
  readonly content: BlockContent;
  readonly hash: string;
  /** The tag of the first generation: one object for all targets that want the same. */
  readonly firstTag: Tag;
  readonly policy: BlockPolicy;
  /** For a series: slots that are not as the rule says; null means not there. */
  readonly slots: ReadonlyMap<SlotKey, BlockContent | null>;
  /** For a series: what its rule makes of a slot; null where it makes none. */
  readonly ordinary: (key: SlotKey) => BlockContent | null;
  /** For a series: the start that a slot is named by. */
  readonly originalStart: (key: SlotKey) => EventTime;
  /** For a series: which slot of the block a slot of the event is. All other slots here are those of the block. */
  readonly toBlock: (key: SlotKey) => SlotKey;
  readonly toSource: (key: SlotKey) => SlotKey;
  /** For a series: slots that are not wanted, and why; those that were cancelled are not among them. */
  readonly unwanted: ReadonlyMap<SlotKey, Unwanted>;
  /** Version of the event. */
  readonly version: () => string;
  /** What a mute of the whole is about. */
  readonly meant: () => string | null;
  /** When the event is, without minutes before and after. */
  readonly bare: Timed;
  /** Of a date that has a block of its own because its series cannot be written: what it is muted as, whatever its shape. */
  readonly dateOf?: { readonly ref: SourceRef; readonly key: SlotKey };
}

/** When something is. */
type Timed = Pick<BlockContent, 'start' | 'end' | 'recurrence'>;

/** Gathers what is decided while a group is planned; one for each group, never kept. */
interface Draft {
  readonly group: EventGroup;
  readonly context: PlanContext;
  readonly operations: Operation[];
  readonly skips: Skip[];
  readonly removedByHand: RemovedByHand[];
  readonly explained: ExplainedAbsence[];
  readonly witness: Witness | null;
  readonly lifted: Mute[];
  readonly wanted: WantedBlock[];
  /** Rows of copies on stale calendars that fresh ones contradict. */
  outdated: ReadonlySet<SourceEvent>;
  readonly renewed: Mute[];
  readonly named: NamedDate[];
  readonly letGo: Kept[];
  waits: boolean;
}

/**
 * Takes one group (all rows of one meeting, and the blocks that stand for them) and the context; returns what a sync
 * would do about it on every target. Pure: no other group, no clock, no chance; so planning only changed groups gives
 * the same as planning all. A witness is told what the plan does not keep; `filtersOf` may be shared by all groups of one
 * plan.
 */
export function planGroup(
  group: EventGroup,
  context: PlanContext,
  witness: Witness | null = null,
  filtersOf: FiltersOf = rememberedFilters(),
): GroupPlan {
  const draft: Draft = {
    group,
    context,
    operations: [],
    skips: [],
    removedByHand: [],
    explained: [],
    witness,
    lifted: [],
    wanted: [],
    outdated: noRows,
    renewed: [],
    named: [],
    letGo: [],
    waits: false,
  };
  const zoneOfCalendar = (id: CalendarId): string | null => context.calendars.get(id)?.timeZone ?? null;
  const meetings = meetingsOf(group.events, zoneOfCalendar);
  const judged: JudgedMeeting[] = [];
  for (const meeting of meetings) {
    const calendar = context.calendars.get(meeting.calendarId);
    if (calendar?.source === true) judged.push(judge(meeting, calendar, { now: context.now, filtersOf }));
  }
  const outdated = outdatedCopies(meetings, context.calendars);
  if (outdated.length > 0) draft.outdated = rowsOf(outdated);
  // Because which of two calendars gives the block must not depend on the order of reading.
  if (judged.length > 1) judged.sort(compareMeetings);
  for (const one of judged) noteIdle(draft, one);
  witness?.judged(judged);

  const busy = judged.filter((one) => isAnywhereBusy(one) && !outdated.some(({ meeting }) => meeting === one.meeting));
  if (busy.length === 0 && group.blocks.length === 0) return draft;
  const contents = new ContentCache();
  const alike = new WantedAlike();
  const anyRefused = (group.refusals?.length ?? 0) > 0;
  const plan = (targetId: CalendarId, target: MeshCalendar | undefined): void => {
    const blocks = group.blocks.length === 0 ? none : group.blocks.filter((block) => block.targetId === targetId);
    const there = meetings.filter((meeting) => meeting.calendarId === targetId);
    const copies = there.length === 0 ? none : there.map((meeting) => copyPresence(meeting, target?.timeZone ?? null));
    const standing = outdated.flatMap((one): Presence[] => {
      const isUnused = context.calendars.get(one.meeting.calendarId)?.source === false;
      // One of our own goes when its calendar is not in use any more, and what it held would be free from then on.
      const stays = (block: ObservedBlock): boolean => isLive(block) && !(isUnused && block.wanted !== null);
      const block = blocks.find((each) => stays(each) && each.tag.sourceRef === one.meeting.root?.sourceRef);
      const presence = block === undefined ? null : standingPresence(one, block, zoneOfCalendar);
      return presence === null ? [] : [presence];
    });
    const held = standing.length === 0 ? copies : [...copies, ...standing];
    const wanted =
      target?.target !== true
        ? nothingWanted
        : ((witness === null && !anyRefused ? alike.find(context, target, busy, held) : undefined) ??
          alike.keep(context, target, busy, held, wantedOn(draft, target, busy, held, contents, blocks)));
    planTarget(draft, targetId, target, wanted, blocks, judged, copies);
  };
  // What stands on a calendar that is gone went with it, and would wait there for ever.
  for (const calendar of context.calendars.values()) {
    if (calendar.target && calendar.gone !== true) plan(calendar.id, calendar);
  }
  if (group.blocks.length > 0) {
    for (const targetId of leftTargets(group, context)) plan(targetId, context.calendars.get(targetId));
  }
  return draft;
}

function isAnywhereBusy({ presence }: JudgedMeeting): boolean {
  if (presence.whole) return true;
  for (const busy of presence.slots.values()) if (busy) return true;
  return false;
}

/** Calendars that are no targets (any more) but hold a block of this group. */
function leftTargets(group: EventGroup, context: PlanContext): ReadonlySet<CalendarId> {
  const left = new Set<CalendarId>();
  for (const { targetId } of group.blocks) {
    const target = context.calendars.get(targetId);
    if (target?.target !== true && target?.gone !== true) left.add(targetId);
  }
  return left;
}

const none: readonly never[] = [];
const noRows: ReadonlySet<SourceEvent> = new Set();
const nothingWanted: ReadonlyMap<SourceRef, Desired> = new Map();

/**
 * What one meeting wants is the same on all targets that show the same and have been in use for as long, unless a copy of
 * it is there. Remembered within a group, because most of a first plan would go into making it again for each target.
 */
class WantedAlike {
  readonly #made: { policy: BlockPolicy; inUseSince: Instant; wanted: ReadonlyMap<SourceRef, Desired> }[] = [];

  find(
    context: PlanContext,
    target: MeshCalendar,
    busy: readonly JudgedMeeting[],
    copies: readonly Presence[],
  ): ReadonlyMap<SourceRef, Desired> | undefined {
    const policy = policyAlone(context, target, busy, copies);
    return this.#made.find((one) => one.policy === policy && one.inUseSince === target.inUseSince)?.wanted;
  }

  keep(
    context: PlanContext,
    target: MeshCalendar,
    busy: readonly JudgedMeeting[],
    copies: readonly Presence[],
    wanted: ReadonlyMap<SourceRef, Desired>,
  ): ReadonlyMap<SourceRef, Desired> {
    const policy = policyAlone(context, target, busy, copies);
    if (policy !== null) this.#made.push({ policy, inUseSince: target.inUseSince, wanted });
    return wanted;
  }
}

/** The policy of the route to a target where nothing else bears on what is wanted there; null where something does. */
function policyAlone(
  context: PlanContext,
  target: MeshCalendar,
  busy: readonly JudgedMeeting[],
  copies: readonly Presence[],
): BlockPolicy | null {
  const [only] = busy;
  if (only === undefined || busy.length > 1 || copies.length > 0 || only.calendar.id === target.id) return null;
  return context.blockPolicy(only.calendar.id, target.id);
}

function compareMeetings(one: JudgedMeeting, other: JudgedMeeting): number {
  const [first, second] = [nameOf(one), nameOf(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function nameOf({ meeting }: JudgedMeeting): string {
  const [lone] = meeting.slots.values();
  return `${meeting.calendarId}|${meeting.root?.row.id ?? lone?.event.row.id ?? ''}`;
}

/** Says why a source event makes no block anywhere. */
function noteIdle(draft: Draft, judged: JudgedMeeting): void {
  const { meeting } = judged;
  const note = (reason: Reason, start: EventTime | null): void => {
    if (reason === 'cancelled') return;
    draft.skips.push({ reason, groupKey: draft.group.key, sourceId: meeting.calendarId, targetId: null, start });
  };
  if (judged.reason !== null) note(judged.reason, meeting.root?.row.start ?? null);
  for (const [key, reason] of judged.slotReasons) note(reason, meeting.slots.get(key)?.event.row.originalStart ?? null);
}

/** What the block of a whole event is on all targets of one policy. */
interface WholeBlock {
  readonly content: BlockContent;
  readonly hash: string;
  /** Null for a single event. */
  readonly wide: WidenedSeries | null;
  /** Slots of the event whose block has times of its own, because the clocks change in its buffer. */
  readonly atChanges: readonly SlotKey[];
}

/** Contents by meeting and policy: the same for all targets of one policy, so they are made once. */
class ContentCache {
  readonly #made: { judged: JudgedMeeting; policy: BlockPolicy; whole: WholeBlock }[] = [];

  whole(judged: JudgedMeeting, ref: SourceRef, policy: BlockPolicy, now: Instant): WholeBlock | null {
    const { whole: time } = judged;
    if (time === null) return null;
    const found = this.#made.find((one) => one.judged === judged && one.policy === policy);
    if (found !== undefined) return found.whole;
    const lines = writtenLines(time.span, time.recurrence);
    // Minutes before end at the midnight of the event's own clock, which is no midnight of the clock that can be written.
    const own = time.recurrence.length === 0 ? null : widenedSeries(time.span, lines, policy);
    const wide = own === null ? null : { ...own, span: inWritableZone(own.span, own.recurrence) };
    const span = wide?.span ?? widened(time.span, bufferOf(time.span, policy));
    const content = contentOf(
      judged,
      ref,
      { ...time, span },
      wide?.recurrence ?? [],
      policy,
      wide === null ? null : 'series',
    );
    const atChanges = wide === null ? [] : slotsAtClockChanges(time.span, time.recurrence, wide, now);
    const whole = { content, hash: contentHash(content), wide, atChanges };
    this.#made.push({ judged, policy, whole });
    return whole;
  }
}

function contentOf(
  judged: JudgedMeeting,
  ref: SourceRef,
  time: BusyTime,
  recurrence: readonly string[],
  policy: BlockPolicy,
  zone: ZoneToSay,
): BlockContent {
  const { title, place, confidential } = time;
  const { name: calendar, accountEmail: account } = judged.calendar;
  return blockContent(ref, time.span, recurrence, policy, { title, calendar, account, place, confidential }, zone);
}

/** Which blocks should be on a target: the busy times of all sources, less what is there already in person. */
function wantedOn(
  draft: Draft,
  target: MeshCalendar,
  busy: readonly JudgedMeeting[],
  copies: readonly Presence[],
  contents: ContentCache,
  blocks: readonly ObservedBlock[],
): ReadonlyMap<SourceRef, Desired> {
  const wanted = new Map<SourceRef, Desired>();
  const given: { readonly calendarId: CalendarId; readonly presence: Presence }[] = [];
  for (const source of busy) {
    const sourceId = source.calendar.id;
    if (sourceId === target.id) continue;
    // What a calendar that is gone does not give here, another one gives.
    const isGiven = (ref: SourceRef): boolean =>
      source.calendar.gone !== true || blocks.some((block) => isLive(block) && block.tag.sourceRef === ref);
    const policy = draft.context.blockPolicy(sourceId, target.id);
    const cutoff = Math.max(source.calendar.inUseSince, target.inUseSince) - day;
    // Rows of one calendar that share a UID are different times (detached slots of an import), not copies.
    const others = given.filter((one) => one.calendarId !== sourceId).map((one) => one.presence);
    const held = others.length === 0 ? copies : [...copies, ...others];
    draft.witness?.weighed(source, target.id, copies, others);
    const everHeld = held.some((presence) => presence.whole);
    const rest = everHeld ? notHeld(source, held, draft.context.now) : null;
    const judged = rest ?? source;
    const { root } = judged.meeting;
    const { whole } = judged;
    const series = whole !== null && whole.recurrence.length > 0;
    const wholeHeld =
      whole === null || series ? everHeld && rest === null : held.some((presence) => holds(presence, null, whole.span));
    const made =
      whole === null || root === null ? null : contents.whole(judged, root.sourceRef, policy, draft.context.now);
    const toBlock = made?.wide?.toBlock ?? sameKey;
    const changed = new Map<SlotKey, BlockContent | null>();
    const unwanted = new Map<SlotKey, Unwanted>();
    const present = new Map<SlotKey, Span | null>();
    const dates = series && !wholeHeld ? datesAlone(draft, target, source, whole, cutoff) : null;
    const theirs =
      series && root !== null ? lostDates(blocks, root.sourceRef, made?.wide?.toSource ?? sameKey) : noKeys;
    const atChanges = wholeHeld ? [] : (made?.atChanges.filter((key) => judged.makes(key) === true) ?? []);
    const more = dates?.keys ?? (theirs.size === 0 ? atChanges : [...atChanges, ...theirs]);
    const over = dates?.since ?? cutoff;
    for (const key of series || judged.slots.size > 0 ? slotsToPlan(judged, held, more) : noKeys) {
      const inSeries =
        series && root !== null && !wholeHeld && dates === null && judged.makes(key) !== false && !theirs.has(key);
      const own = busyAt(judged, key);
      const isHeld = own !== null && held.some((presence) => holds(presence, key, own.span));
      const time = isHeld ? null : own;
      // A day cannot be a date of an out-of-office series (reference §3.1), so that it gets a block of its own.
      const apart = inSeries && time !== null && isDate(time.span.start) && made?.content.outOfOffice === true;
      if (apart) changed.set(toBlock(key), null);
      if (inSeries && !apart) {
        const change = slotChange(judged, root.sourceRef, whole, key, time, policy, made);
        if (change !== undefined) changed.set(toBlock(key), change);
        const why = time === null ? whyUnwanted(judged, key, isHeld) : null;
        if (why !== null) unwanted.set(toBlock(key), why);
        present.set(key, isGiven(root.sourceRef) ? (time?.span ?? null) : null);
      } else if (time !== null) {
        // A slot that its series does not make, or whose series is not wanted here, is an event of its own; so is one
        // where the slot of the block is somebody's own, because nothing of ours could stand there otherwise.
        const ref = slotSourceRef(judged.meeting, key);
        const span = widened(time.span, bufferOf(time.span, policy));
        const content = contentOf(judged, ref, { ...time, span }, [], policy, null);
        const past = time.span.endsAt < over;
        const hash = contentHash(content);
        wanted.set(ref, {
          ...{ ref, sourceId, past, content, hash, firstTag: tagOf(ref, hash), policy, ...noSlots },
          version: () => versionOf(source, key),
          meant: () => meaningOf([source], ref, null),
          bare: { ...time.span, recurrence: [] },
          ...(dates === null || root === null ? {} : { dateOf: { ref: root.sourceRef, key } }),
        });
        if ((dates !== null || theirs.has(key)) && root !== null && !judged.slots.has(key)) {
          draft.named.push({ calendarId: sourceId, seriesId: root.row.id, key, sourceRef: ref });
        }
        present.set(key, past || !isGiven(ref) ? null : time.span);
      } else present.set(key, null);
    }
    let wholeGiven = false;
    if (dates !== null && whole !== null && root !== null) {
      draft.skips.push({
        reason: 'one-by-one',
        groupKey: draft.group.key,
        sourceId,
        targetId: target.id,
        start: whole.span.start,
      });
      draft.witness?.leftAway(root.sourceRef, target.id, 'one-by-one');
      wholeGiven = [...present.values()].some((span) => span !== null);
    } else if (whole !== null && root !== null && made !== null && !wholeHeld) {
      const { content, hash, wide } = made;
      const past = whole.span.endsAt < cutoff && (!series || endsBefore(judged, cutoff));
      const ordinary = remembered((key): BlockContent | null => {
        if (wide === null) return null;
        const sourceKey = wide.toSource(key);
        if (judged.makes(sourceKey) === false || wide.toBlock(sourceKey) !== key) return null;
        const time = ordinarySlot({ ...whole, span: wide.span }, key);
        return time === null ? null : contentOf(judged, root.sourceRef, time, [], policy, { zone: zoneOf(content) });
      });
      wanted.set(root.sourceRef, {
        ref: root.sourceRef,
        sourceId,
        past,
        content,
        hash,
        firstTag: tagOf(root.sourceRef, hash),
        policy,
        slots: changed,
        ordinary,
        originalStart: remembered((key) => originalStartOf(key, zoneOf(content))),
        toBlock,
        toSource: made.wide?.toSource ?? sameKey,
        unwanted,
        version: () => versionOf(source, null),
        meant: () => meaningOf([source], root.sourceRef, null),
        bare: { ...whole.span, recurrence: whole.recurrence },
      });
      wholeGiven = !past && isGiven(root.sourceRef);
    } else if (whole !== null) {
      draft.skips.push({
        reason: copies.some((presence) => (series ? presence.whole : holds(presence, null, whole.span)))
          ? 'same-meeting-on-target'
          : 'same-meeting-from-another-calendar',
        groupKey: draft.group.key,
        sourceId,
        targetId: target.id,
        start: whole.span.start,
      });
    }
    given.push({
      calendarId: sourceId,
      presence: { ...judged.presence, whole: wholeGiven, slots: present, makes: judged.makes },
    });
  }
  return wanted;
}

/**
 * The dates of a series that get blocks of their own on a target, because the service knows no name for its zone (ADR 0036);
 * null where it is written as a series, or nobody here can tell its dates.
 */
function datesAlone(
  { group, context }: Draft,
  target: MeshCalendar,
  source: JudgedMeeting,
  { span, recurrence }: NonNullable<JudgedMeeting['whole']>,
  cutoff: Instant,
): { readonly keys: readonly SlotKey[]; readonly since: Instant } | null {
  const refusal = refusalOf(group, context, target.id, source);
  if (refusal === null) return null;
  const since = Math.max(cutoff, refusal.at - day);
  const keys = datesOneByOne(span, recurrence, since, refusal.at);
  return keys === null ? null : { keys, since };
}

/** What a service has refused of a series a short while ago, where the event is still as it was then; null for nothing. */
function refusalOf(
  group: EventGroup,
  context: PlanContext,
  targetId: CalendarId,
  source: JudgedMeeting,
): ZoneRefusal | null {
  const ref = source.meeting.root?.sourceRef;
  if (group.refusals === undefined || ref === undefined || !source.presence.series) return null;
  const version = versionOf(source, null);
  return (
    group.refusals.find(
      (one) =>
        one.sourceRef === ref && one.targetId === targetId && one.version === version && isInForce(one, context.now),
    ) ?? null
  );
}

const tagOf = (sourceRef: SourceRef, contentHash: string): Tag => ({ sourceRef, generation: 0, contentHash });

const sameKey = (key: SlotKey): SlotKey => key;

const noSlots: Pick<Desired, 'slots' | 'ordinary' | 'originalStart' | 'toBlock' | 'toSource' | 'unwanted'> = {
  slots: new Map(),
  ordinary: () => null,
  originalStart: (key) => originalStartOf(key, null),
  toBlock: sameKey,
  toSource: sameKey,
  unwanted: new Map(),
};

const zoneOf = ({ start }: Timed): string | null => (isDate(start) ? null : start.timeZone);

/** The same for all targets, and remembered, because clocks of other zones are slow to read. */
function remembered<Value>(of: (key: SlotKey) => Value): (key: SlotKey) => Value {
  const known = new Map<SlotKey, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = of(key);
    known.set(key, value);
    return value;
  };
}

/** Asked once and late, because most slots are as they should be and a version is made from all of a series. */
function onceAsked(ask: () => string): () => string {
  let known: string | null = null;
  return () => (known ??= ask());
}

const noKeys: ReadonlySet<SlotKey> = new Set();

/** The slots of a series, by their names in the event, that are somebody's own on the block that stands for it. */
function lostDates(
  blocks: readonly ObservedBlock[],
  ref: SourceRef,
  toSource: (key: SlotKey) => SlotKey,
): ReadonlySet<SlotKey> {
  const keys = blocks.flatMap((block) =>
    block.slots.length > 0 && isLive(block) && block.tag.sourceRef === ref
      ? block.slots.flatMap(({ key, lost }) => (lost === true ? [toSource(key)] : []))
      : [],
  );
  return keys.length === 0 ? noKeys : new Set(keys);
}

/**
 * The slots that could differ from their rule: those with an exception here, those with one where it is held, and those
 * whose buffer holds a change of clocks.
 */
function slotsToPlan(
  judged: JudgedMeeting,
  held: readonly Presence[],
  atChanges: readonly SlotKey[],
): ReadonlySet<SlotKey> {
  if (judged.slots.size === 0 && held.length === 0 && atChanges.length === 0) return noKeys;
  const keys = new Set([...judged.slots.keys(), ...atChanges]);
  for (const presence of held) for (const key of presence.slots.keys()) keys.add(key);
  return keys;
}

/** What a slot of a wanted series needs: undefined when the rule says it all, null to be away, else its own content. */
function slotChange(
  judged: JudgedMeeting,
  ref: SourceRef,
  whole: BusyTime,
  key: SlotKey,
  time: BusyTime | null,
  policy: BlockPolicy,
  made: WholeBlock | null,
): BlockContent | null | undefined {
  if (time === null) return null;
  const wide = made?.wide ?? null;
  const ordinary = ordinarySlot(whole, key);
  const span = wide === null ? time.span : widened(time.span, wide.buffer);
  // A date that is elsewhere in a zone of its own would tell where the person is then.
  const zone = {
    zone: zoneOf(made?.content ?? { ...whole.span, recurrence: [] }) ?? (isDate(whole.span.start) ? null : 'UTC'),
  };
  const own = contentOf(judged, ref, { ...time, span }, [], policy, zone);
  if (ordinary === null) return own;
  const usual = contentOf(judged, ref, ordinary, [], policy, zone);
  const same =
    sameMoment(ordinary.span.start, time.span.start, null) &&
    sameLength(whole.span, time.span) &&
    (wide === null || isAsBuffered(key, wide.toBlock(key), wide.buffer)) &&
    own.summary === usual.summary &&
    own.place === usual.place;
  return same ? undefined : own;
}

/** Takes a judged series and an instant; returns whether its last slot was over by then, moved ones included. */
function endsBefore(judged: JudgedMeeting, cutoff: Instant): boolean {
  if (judged.whole === null) return false;
  for (const time of judged.slots.values()) if (time !== null && time.span.endsAt >= cutoff) return false;
  const end = seriesEndOf(judged.whole.span, judged.whole.recurrence);
  return end !== null && end < cutoff;
}

/** What is wanted on a target with what the person keeps there, and the sources whose blocks are to go by an undo. */
interface WithKept {
  readonly wanted: ReadonlyMap<SourceRef, Desired>;
  readonly kept: ReadonlySet<SourceRef>;
  readonly away: ReadonlyMap<SourceRef, Kept>;
}

const noRefs: ReadonlySet<SourceRef> = new Set();
const noneKept: ReadonlyMap<SourceRef, Kept> = new Map();

/**
 * Takes what the events want on a target and what the person keeps as it was (DESIGN, "Undo"); returns both together. What
 * is kept is let go of when its event changes, when a calendar of it is not in use any more, and when another computer has
 * written the block since: the last choice stands.
 */
function withKept(
  draft: Draft,
  targetId: CalendarId,
  target: MeshCalendar | undefined,
  ordinary: ReadonlyMap<SourceRef, Desired>,
  blocks: readonly ObservedBlock[],
): WithKept {
  const { group, context } = draft;
  const own = group.kept?.filter((one) => one.targetId === targetId) ?? none;
  if (own.length === 0) return { wanted: ordinary, kept: noRefs, away: noneKept };
  const wanted = new Map(ordinary);
  const [kept, away] = [new Set<SourceRef>(), new Map<SourceRef, Kept>()];
  const zoneOfCalendar = (id: CalendarId): string | null => context.calendars.get(id)?.timeZone ?? null;
  const isAway = (ref: SourceRef): boolean =>
    away.has(ref) ||
    group.mutes.some((mute) => mute.sourceRef === ref && mute.targetId === targetId && mute.slot === null);
  for (const one of own) {
    const ref = one.sourceRef;
    const standing = blocks.filter((block) => block.tag.sourceRef === ref);
    const holds =
      target?.target === true &&
      context.calendars.get(one.sourceId)?.source === true &&
      versionsOf(group, ref, zoneOfCalendar).has(one.version);
    if (holds && one.content === null && isToGo(draft, one, standing)) {
      away.set(ref, one);
      wanted.delete(ref);
      continue;
    }
    const desired = holds ? keptAs(draft, one, target, ordinary.get(ref) ?? null, standing) : null;
    const isBlocked = (other: Desired): boolean =>
      desired !== null &&
      other.ref !== ref &&
      !isAway(other.ref) &&
      sameBlockTimes(desired.content, other.content, target?.timeZone ?? null);
    // Another event of the meeting gives the block now; both would double it.
    if (desired === null || (!ordinary.has(ref) && [...ordinary.values()].some(isBlocked))) draft.letGo.push(one);
    else {
      kept.add(ref);
      wanted.set(ref, desired);
      const { sourceId, content } = desired;
      draft.skips.push({ reason: 'kept', groupKey: group.key, sourceId, targetId, start: content.start });
    }
  }
  return { wanted, kept, away };
}

/** Whether a block still stands that is to go by an undo. One that was changed since stays, and with it goes its mute. */
function isToGo(
  { group, lifted }: Draft,
  { sourceRef: ref, targetId, etag }: Kept,
  blocks: readonly ObservedBlock[],
): boolean {
  const keeper = blocks.find(isLive);
  if (keeper === undefined || keeper.etag === etag) return keeper !== undefined;
  lifted.push(
    ...group.mutes.filter((mute) => mute.sourceRef === ref && mute.targetId === targetId && mute.slot === null),
  );
  return false;
}

/** Takes what is kept and what its event wants now (null: nothing); returns what is wanted so, or null where it is let go of. */
function keptAs(
  draft: Draft,
  kept: Kept,
  target: MeshCalendar,
  ordinary: Desired | null,
  blocks: readonly ObservedBlock[],
): Desired | null {
  const { context, group } = draft;
  const { sourceRef: ref, sourceId, version } = kept;
  if (kept.content === null) return null;
  if (group.refusals?.some((one) => one.sourceRef === ref && one.targetId === target.id) === true) return null;
  const newest = blocks.toSorted((one, other) => other.tag.generation - one.tag.generation);
  const keeper = newest.find(isLive);
  // Whoever has taken it away, this one stood for nothing but the choice to keep it.
  if (keeper === undefined && ordinary === null && newest[0]?.absence?.by === 'unknown') return null;
  const policy = context.blockPolicy(sourceId, target.id);
  const content: BlockContent = {
    ...kept.content,
    ...wordsOf(kept, policy, ordinary?.content ?? null),
    description: descriptionOf(ref),
    outOfOffice: kept.content.outOfOffice && target.mayBeOutOfOffice,
  };
  const said = (slot: BlockContent | null): BlockContent | null =>
    slot === null ? null : { ...content, recurrence: [], start: slot.start, end: slot.end };
  const hash = contentHash(content);
  const written = keeper?.tag.contentHash;
  // Written elsewhere since, unless it is what is kept: then this computer ended before it knew that it had written it.
  if (keeper !== undefined && keeper.ownHash !== written && written !== hash) return null;
  if (keeper !== undefined && isDateOverwritten(kept, keeper)) return null;
  return {
    ...{ ref, sourceId, past: false, content, hash, firstTag: tagOf(ref, hash), policy },
    slots: new Map(kept.slots.map(([key, slot]) => [key, said(slot)])),
    ordinary: remembered(ordinaryDates(content)),
    originalStart: remembered((key) => originalStartOf(key, zoneOf(content))),
    toBlock: ordinary?.toBlock ?? sameKey,
    toSource: ordinary?.toSource ?? sameKey,
    unwanted: new Map(),
    version: () => version,
    meant: () => ordinary?.meant() ?? null,
    bare: ordinary?.bare ?? content,
  };
}

/** Whether a date that this computer has written since the undo shows something else now. */
function isDateOverwritten({ dates }: Kept, { slots }: ObservedBlock): boolean {
  if (dates === undefined) return false;
  return slots.some(({ key, absence, content }) => {
    const shown = dates.get(key);
    // What a person has taken away is theirs to mute; only CalSync leaves a mark.
    const isPerson = absence?.by === 'unknown' && (absence.look?.mark ?? null) === null;
    if (shown === undefined || isPerson) return false;
    return (absence === null && content !== null ? echoOf(content) : null) !== shown;
  });
}

/** Gives what was planned for blocks that are kept the reason that the person knows. */
function sayUndone({ operations }: Draft, from: number): void {
  for (const [index, operation] of operations.entries()) {
    if (index < from || notByUndo.has(operation.reason)) continue;
    operations[index] =
      operation.kind === 'replace'
        ? replaced({ ...operation.makes, reason: 'undone' }, operation.gone, 'undone')
        : { ...operation, reason: 'undone' };
  }
}

/** What is done about a block that is kept for another reason than that. */
const notByUndo: ReadonlySet<Reason> = new Set(['put-right', 'zone-told', 'second-block']);

function planTarget(
  draft: Draft,
  targetId: CalendarId,
  target: MeshCalendar | undefined,
  ordinary: ReadonlyMap<SourceRef, Desired>,
  blocks: readonly ObservedBlock[],
  judged: readonly JudgedMeeting[],
  copies: readonly Presence[],
): void {
  const { group } = draft;
  const reachable = target?.writable === true && target.readable;
  const anyRefused = (group.refusals?.length ?? 0) > 0;
  const before = draft.operations.length;
  const removedBefore = draft.removedByHand.length;
  const { wanted, kept, away } = withKept(draft, targetId, target, ordinary, blocks);
  for (const desired of wanted.values()) {
    if (target === undefined) continue;
    draft.witness?.wanted(desired.ref, targetId, desired);
    const own = blocks.length === 0 ? none : blocks.filter((block) => block.tag.sourceRef === desired.ref);
    const { mutes, observed } = mutesThatHold(draft, targetId, desired, judged, own);
    const muted = mutesOf(mutes, desired);
    if (muted.has(null)) {
      if (!observed.some(isLive)) {
        draft.skips.push(skipOf(draft, 'muted', desired, targetId));
        draft.witness?.leftAway(desired.ref, targetId, 'muted');
        continue;
      }
      draft.lifted.push(...mutes.filter((mute) => mute.slot === null || isOfDate(mute, desired)));
    }
    if (draft.context.calendars.get(desired.sourceId)?.gone === true && !observed.some(isLive)) {
      draft.skips.push(skipOf(draft, 'source-gone', desired, targetId));
      draft.witness?.leftAway(desired.ref, targetId, 'source-gone');
      continue;
    }
    // One that has a block is kept right even so: an event that was moved into the past must not stay busy where it was.
    if (desired.past && !observed.some(isLive)) {
      draft.skips.push(skipOf(draft, 'past', desired, targetId));
      draft.witness?.leftAway(desired.ref, targetId, 'past');
      continue;
    }
    const series = anyRefused && desired.content.recurrence.length > 0 ? judgedOf(judged, desired.ref) : null;
    if (series !== null && refusalOf(draft.group, draft.context, targetId, series) !== null) {
      draft.skips.push(skipOf(draft, 'zone-refused', desired, targetId));
      if (!observed.some(isLive)) draft.witness?.leftAway(desired.ref, targetId, 'zone-refused');
      draft.waits = true;
      continue;
    }
    const from = draft.operations.length;
    planBlock(draft, target, desired, observed, muted, judged);
    if (kept.has(desired.ref)) sayUndone(draft, from);
  }
  // Asked only where something was refused, because most of a first plan would go into it otherwise.
  const made = anyRefused ? draft.operations.slice(before) : none;
  const madeFor = new Set(made.flatMap((one) => (isMade(one) ? [wanted.get(one.tag.sourceRef)?.dateOf?.ref] : [])));
  for (const block of blocks) {
    if (!isLive(block) || wanted.has(block.tag.sourceRef)) continue;
    const toGo = away.get(block.tag.sourceRef);
    if (toGo !== undefined) {
      // Without a mark it is to other computers what it is: the person's own deletion, which they let be.
      draft.operations.push({ ...removalOf(draft, block, 'undone', toGo.sourceId, toGo.version), marked: null });
      continue;
    }
    const inner = blockOfBlock(draft, block);
    if (inner !== null) {
      // A copy that a person has made of a block is an event where a view hides that it is one, so whoever put it back wants it.
      if (isBackAgain(block, generationsOf(block, blocks), inner.version)) {
        const { start } = block.content;
        const { calendarId: sourceId } = inner;
        draft.skips.push({ reason: 'another-computer', groupKey: group.key, sourceId, targetId, start });
      } else remove(draft, block, 'block-of-block', inner.calendarId, inner.version);
      continue;
    }
    const evidence = evidenceOn(draft, block, blocks, target, judged, copies);
    if (anyRefused && isAlone(draft, evidence, madeFor)) continue;
    const verdict = verdictOn(evidence);
    if (verdict.kind === 'remove') remove(draft, block, verdict.reason, verdict.sourceId, verdict.version);
    else if (isOlder(block, blocks)) {
      // Whatever became of the event, and whoever keeps it, one block of it is enough: the newer one stays as it is.
      remove(draft, block, 'second-block', verdict.sourceId, null);
    } else {
      if (verdict.kind === 'wait') draft.waits = true;
      draft.skips.push({
        reason: verdict.kind === 'wait' ? 'source-unavailable' : verdict.reason,
        groupKey: group.key,
        sourceId: verdict.sourceId,
        targetId,
        start: block.content.start,
      });
      if (verdict.kind === 'leave' && verdict.reason === 'source-unknown') putWordsRight(draft, block);
    }
  }
  for (const block of blocks) {
    if (block.absence?.by === 'unknown' && !wanted.has(block.tag.sourceRef)) {
      draft.explained.push({ targetId, blockId: block.id, slot: null });
    }
  }
  if (target !== undefined && draft.operations.length > before) {
    const own = draft.operations.splice(before);
    draft.operations.push(...joinReplaced(own, wanted, refsOfLive(blocks), target.timeZone));
  }
  if (!reachable && draft.operations.length + draft.removedByHand.length > before + removedBefore) {
    // Because nothing can be written there now; what is needed stays needed and is planned again.
    const removed = draft.removedByHand.splice(removedBefore);
    const postponed = draft.operations.splice(before);
    const [first = removed[0]] = postponed;
    draft.witness?.postponed([...postponed, ...removed.flatMap((one) => one.putBack)]);
    draft.waits = true;
    draft.skips.push({
      reason: 'target-unavailable',
      groupKey: group.key,
      sourceId: first?.sourceId ?? null,
      targetId,
      start: null,
    });
  }
}

/**
 * Whether a block stays for now although its event is a series that cannot be written on its target. The block of the series
 * stays until each date has one, otherwise its time would be free meanwhile, and what is over is left.
 */
function isAlone(
  draft: Draft,
  { block, event, judged }: Evidence,
  madeFor: ReadonlySet<SourceRef | undefined>,
): boolean {
  const series = event === null ? null : judgedOf(judged, event.sourceRef);
  if (event === null || series === null) return false;
  const { group, context } = draft;
  const refusal = refusalOf(group, context, block.targetId, series);
  if (refusal === null) return false;
  if (block.tag.sourceRef === event.sourceRef) {
    if (!madeFor.has(event.sourceRef)) return false;
    draft.waits = true;
    return true;
  }
  const zone = context.calendars.get(block.targetId)?.timeZone ?? null;
  const span = spanOf(block.content.start, block.content.end, zone);
  return span !== null && span.endsAt < refusal.at - day;
}

/** The judged meeting whose series, or single event, has a ref; null where none has. */
function judgedOf(judged: readonly JudgedMeeting[], ref: SourceRef): JudgedMeeting | null {
  return judged.find(({ meeting }) => meeting.root?.sourceRef === ref) ?? null;
}

/** Whoever wrote words onto a block may have written what nobody is to read, whether or not its event is known. */
function putWordsRight(draft: Draft, block: ObservedBlock): void {
  const content = wordsPutRight(block, draft.context);
  if (content === null) return;
  draft.operations.push({
    kind: 'update',
    reason: 'put-right',
    groupKey: draft.group.key,
    targetId: block.targetId,
    blockId: block.id,
    sourceId: null,
    tag: { ...block.tag, contentHash: contentHash(content) },
    memory: null,
    content,
    etag: block.etag,
    withColour: false,
    previousStart: null,
  });
}

function refsOfLive(blocks: readonly ObservedBlock[]): ReadonlySet<SourceRef> {
  return new Set(blocks.flatMap((block) => (isLive(block) ? [block.tag.sourceRef] : [])));
}

/** Whether a block is there and ours: an id that is lost belongs to somebody else's event, which is never touched. */
function isLive(block: ObservedBlock): boolean {
  return block.absence === null && !block.lost;
}

/**
 * Takes what is wanted on a target and what is there of it; returns the mutes that still hold for it. One that is over,
 * because its event is another one now than the one that the person did not want, is lifted, and what is gone by it is
 * wanted as if nobody had removed it.
 */
function mutesThatHold(
  draft: Draft,
  targetId: CalendarId,
  desired: Desired,
  judged: readonly JudgedMeeting[],
  observed: readonly ObservedBlock[],
): { readonly mutes: readonly Mute[]; readonly observed: readonly ObservedBlock[] } {
  const own = draft.group.mutes.filter(
    (mute) => mute.targetId === targetId && (mute.sourceRef === desired.ref || isOfDate(mute, desired)),
  );
  if (own.length === 0) return { mutes: none, observed };
  const over = new Set<SlotKey | null>();
  for (const mute of own) {
    const meaning = meaningOf(judged, mute.sourceRef, mute.slot === null ? null : desired.toSource(mute.slot));
    if (isMuteOver(mute.meant, meaning)) {
      over.add(isOfDate(mute, desired) ? null : mute.slot);
      draft.lifted.push(mute);
    } else if (meaning !== null && !isWholeMeaning(mute.meant)) draft.renewed.push({ ...mute, meant: meaning });
  }
  if (over.size === 0) return { mutes: own, observed };
  const explained = { by: 'us' } as const;
  return {
    mutes: own.filter((mute) => !over.has(isOfDate(mute, desired) ? null : mute.slot)),
    observed: observed.map((block) => ({
      ...block,
      absence: over.has(null) && block.absence !== null ? explained : block.absence,
      slots: block.slots.map((slot) =>
        over.has(slot.key) && slot.absence !== null ? { ...slot, absence: explained } : slot,
      ),
    })),
  };
}

/** Whether a mute is about the date of a series that a block of its own stands for. */
const isOfDate = ({ sourceRef, slot }: Mute, { dateOf }: Desired): boolean =>
  dateOf !== undefined && sourceRef === dateOf.ref && slot === dateOf.key;

/**
 * What is muted of a block: null is the whole of it, and each slot has the name it was muted by and the one it has now,
 * because a buffer gives the slots of a block other names.
 */
function mutesOf(mutes: readonly Mute[], desired: Desired): Mutes {
  const { toBlock } = desired;
  if (mutes.length === 0) return noMutes;
  const muted = new Map<SlotKey | null, SlotKey | null>();
  for (const mute of mutes) {
    const slot = isOfDate(mute, desired) ? null : mute.slot;
    if (slot !== null) muted.set(toBlock(slot), slot);
    muted.set(slot, slot);
  }
  return muted;
}

type Mutes = ReadonlyMap<SlotKey | null, SlotKey | null>;

const noMutes: Mutes = new Map();

function skipOf(draft: Draft, reason: Reason, desired: Desired, targetId: CalendarId): Skip {
  return {
    reason,
    groupKey: draft.group.key,
    sourceId: desired.sourceId,
    targetId,
    start: desired.content.start,
  };
}

/** Takes the tag and what a row shows; returns what its removal says again, or null where that cannot be said. */
function markedRemoval(tag: Tag, content: BlockContent | null): MarkedRemoval | null {
  return content === null ? null : { tag, content };
}

function remove(
  draft: Draft,
  block: ObservedBlock,
  reason: Reason,
  sourceId: CalendarId | null,
  version: string | null,
): void {
  draft.operations.push(removalOf(draft, block, reason, sourceId, version));
}

function removalOf(
  draft: Draft,
  block: ObservedBlock,
  reason: Reason,
  sourceId: CalendarId | null,
  version: string | null,
): DeleteOperation {
  const { start, end, recurrence } = block.content;
  return {
    kind: 'delete',
    reason,
    groupKey: draft.group.key,
    targetId: block.targetId,
    blockId: block.id,
    sourceId,
    etag: block.etag,
    version,
    previousStart: start,
    series: recurrence.length > 0,
    covered: reason === 'second-block',
    times: start === null || end === null ? null : { start, end, recurrence, outOfOffice: block.outOfOffice },
    marked: markedRemoval(block.tag, sayAgain(block.content, block.outOfOffice)),
  };
}

/**
 * Takes a block; returns the calendar of the block of ours, or of a copy of one, that it stands for, and the version of that
 * where it is a row of its own; null where it stands for no such thing. It should never have been made.
 */
function blockOfBlock(
  draft: Draft,
  block: ObservedBlock,
): { readonly calendarId: CalendarId; readonly version: string | null } | null {
  const { group, context } = draft;
  if (block.ofBlockOn !== null) return { calendarId: block.ofBlockOn, version: null };
  const row = group.events.find((event) => event.sourceRef === block.tag.sourceRef);
  if (row !== undefined) {
    return hasFormOfBlock(row.row) ? { calendarId: row.calendarId, version: row.row.etag } : null;
  }
  const series = dateOf(group, block, context)?.series ?? null;
  const ofBlock = group.events.some((event) => event.calendarId === series?.calendarId && hasFormOfBlock(event.row));
  return ofBlock && series !== null ? { calendarId: series.calendarId, version: null } : null;
}

/** Whether a newer generation of a block stands on its target: it was made since, and the older one was brought back. */
const isOlder = (block: ObservedBlock, blocks: readonly ObservedBlock[]): boolean =>
  generationsOf(block, blocks).some((one) => isLive(one) && one.tag.generation > block.tag.generation);

/** Takes a block and those of its group on its target; returns all generations of it. */
function generationsOf(block: ObservedBlock, blocks: readonly ObservedBlock[]): readonly ObservedBlock[] {
  return blocks.filter((one) => one.tag.sourceRef === block.tag.sourceRef);
}

/**
 * What is known of a block that nothing wants. Proof is a row of its source that says so, on a calendar that is known; a
 * source that is not known at all proves nothing, because another computer may sync calendars that this one does not see.
 */
function evidenceOn(
  draft: Draft,
  block: ObservedBlock,
  blocks: readonly ObservedBlock[],
  target: MeshCalendar | undefined,
  judged: readonly JudgedMeeting[],
  copies: readonly Presence[],
): Evidence {
  const { group, context } = draft;
  const row = group.events.find((event) => event.sourceRef === block.tag.sourceRef);
  const named = row === undefined ? dateOf(group, block, context) : null;
  const event = row ?? named?.series ?? null;
  return {
    block,
    generations: generationsOf(block, blocks),
    event,
    date: named?.key ?? null,
    source: event === null ? undefined : context.calendars.get(event.calendarId),
    target: target?.target === true,
    outdated: event !== null && draft.outdated.has(event),
    judged,
    copies,
  };
}

/** Minutes that a block may begin before its event (DESIGN, "What a block shows"). */
const mostBuffer = 240;

/**
 * A block may stand for a slot that its source never changed itself: no row has its ref, but the ref follows from the
 * series and the slot. Takes the group and the block; returns the row of that series and the slot, or null where none explains it.
 */
function dateOf(
  group: EventGroup,
  block: ObservedBlock,
  context: PlanContext,
): { readonly series: SourceEvent; readonly key: SlotKey } | null {
  const zoneOfCalendar = (id: CalendarId): string | null => context.calendars.get(id)?.timeZone ?? null;
  const keys = new Set<SlotKey>();
  const add = (time: EventTime | null, zone: string | null): void => {
    const key = time === null ? null : slotKeyOf(time, zone);
    if (key !== null) keys.add(key);
  };
  const { start } = block.content;
  const zone = zoneOfCalendar(block.targetId);
  const shownAt = start === null || isDate(start) ? null : instantOf(start, zone);
  add(start, zone);
  // A block with minutes before begins earlier than the slot that it is named by; how many they were is not kept.
  for (let before = 1; shownAt !== null && before <= mostBuffer; before += 1) {
    add({ dateTime: new Date(shownAt + before * minute).toISOString(), timeZone: null }, null);
  }
  for (const { row, calendarId } of group.events) add(row.originalStart, zoneOfCalendar(calendarId));
  for (const event of group.events) {
    const { row, calendarId } = event;
    if (row.recurringEventId !== null) continue;
    for (const key of keys) {
      if (sourceRef(calendarId, `${row.id}_${key}` as EventId) === block.tag.sourceRef) return { series: event, key };
    }
  }
  return null;
}

function planBlock(
  draft: Draft,
  target: MeshCalendar,
  desired: Desired,
  observed: readonly ObservedBlock[],
  muted: Mutes,
  judged: readonly JudgedMeeting[],
): void {
  const newestFirst =
    observed.length < 2
      ? observed
      : observed.toSorted(
          (one, other) =>
            other.tag.generation - one.tag.generation ||
            Number(isNamedByAddress(other, target)) - Number(isNamedByAddress(one, target)),
        );
  const keeper = newestFirst.find(isLive);
  for (const block of newestFirst) {
    if (block !== keeper && isLive(block)) remove(draft, block, 'second-block', desired.sourceId, desired.version());
  }
  if (keeper === undefined) {
    planAbsent(draft, target, desired, newestFirst, muted, judged);
    return;
  }
  const zone = target.timeZone;
  const unwanted = unwantedText(desired.unwanted);
  if (keeper.wanted !== unwanted) {
    draft.wanted.push({ groupKey: draft.group.key, targetId: target.id, blockId: keeper.id, unwanted });
  }
  const written = isWrittenAs(desired, keeper);
  const together = written ? null : leavingOutTogether(desired, keeper, observed, zone);
  if (together !== null) {
    planBlock(draft, target, together, observed, muted, judged);
    return;
  }
  if (!written && !sourceRead(draft, desired) && writtenByAnother(keeper) !== null) {
    // Whoever has written it since knows its event as well, and here nothing new is known of it.
    if (draft.context.calendars.get(desired.sourceId)?.gone !== true) draft.waits = true;
    draft.skips.push(skipOf(draft, 'another-computer', desired, target.id));
    return;
  }
  if (!written && isKeptByAnother(desired, keeper, observed, zone)) {
    draft.skips.push(skipOf(draft, 'another-computer', desired, target.id));
    if (sameTimes(desired.content, keeper.content, zone)) {
      draft.operations.push(...slotOperations(draft, target, desired, keeper, keeper, muted, judged, true));
    }
    return;
  }
  const sameKind = keeper.outOfOffice === desired.content.outOfOffice;
  const zoneTold = sameKind && isOnlyTheZone(desired.content, keeper.content, zone);
  const same =
    (sameKind && showsSame(desired.content, keeper.content, zone)) ||
    // What is over is left: nobody is told anything new by it.
    (zoneTold && (instantOf(desired.content.end, zone) ?? 0) < draft.context.now - day);
  // Looked at before the shape: a calendar that spells rules or zones its own way would get a new series each run.
  const accepted = written && sameKind && !same && keeper.echo !== null && keeper.echo === echoOf(keeper.content);
  if (!written || !(same || accepted)) {
    if (!sameKind || !canChangeInPlace(desired.content, keeper.content, zone)) {
      const next = (newestFirst[0]?.tag.generation ?? 0) + 1;
      const reason = sameKind ? 'series-reshaped' : 'policy-changed';
      const [makes, slots] = makeNew(draft, target, desired, next, reason, muted);
      const goes = removalOf(draft, keeper, reason, desired.sourceId, desired.version());
      draft.operations.push(replaced(makes, [goes], reason), ...slots);
      return;
    }
    const moved = !sameMoment(desired.content.start, keeper.content.start, zone);
    const onlyTimes = !written && onlyTimesChanged(desired.content, keeper);
    const changed = onlyTimes || !sameTimes(desired.content, keeper.content, zone) || retold(desired, keeper);
    const drifted: Reason = zoneTold ? 'zone-told' : 'put-right';
    const reason: Reason = written ? drifted : changed ? 'event-changed' : 'policy-changed';
    draft.operations.push({
      kind: 'update',
      reason,
      groupKey: draft.group.key,
      targetId: target.id,
      blockId: keeper.id,
      sourceId: desired.sourceId,
      tag: { ...keeper.tag, contentHash: desired.hash },
      memory: memoryOf(desired),
      content: desired.content,
      etag: keeper.etag,
      withColour: !written && !onlyTimes,
      previousStart: moved ? keeper.content.start : null,
    });
  }
  if (desired.content.recurrence.length > 0) {
    draft.operations.push(...slotOperations(draft, target, desired, keeper, keeper, muted, judged));
  }
}

/**
 * Whether a block is named by the address that its target got later: made by a computer that knows no other. Of two of one
 * generation that one stays, because that computer would make it again and never know the other.
 */
function isNamedByAddress({ id, tag }: ObservedBlock, { id: own, address = own }: MeshCalendar): boolean {
  return address !== own && id === blockId(tag.sourceRef, address, tag.generation);
}

/**
 * Whether what was last written to a block is what it should show. A series may have been written with another name of its
 * zone (`GMT+02:00`, `Etc/GMT-2`), which is in its fingerprint and says the same.
 */
function isWrittenAs({ content, hash }: Desired, { tag, content: shown }: ObservedBlock): boolean {
  if (tag.contentHash === hash) return true;
  const { start } = shown;
  if (content.recurrence.length === 0 || start === null || isDate(start) || isDate(content.start)) return false;
  if (start.timeZone === content.start.timeZone || !sameZone(start.timeZone, content.start.timeZone)) return false;
  return contentHash({ ...content, start: { ...content.start, timeZone: start.timeZone } }) === tag.contentHash;
}

/** Whether a block is as it should be but for the zone that it says its times in. */
function isOnlyTheZone(content: BlockContent, shown: ObservedContent, zone: string | null): boolean {
  if (!tellsOtherZone(content, shown, zone)) return false;
  const bare = (time: EventTime | null): EventTime | null => {
    const at = time === null || isDate(time) ? null : instantOf(time, zone);
    return at === null ? time : wallClock(at, null);
  };
  return showsSame(content, { ...shown, start: bare(shown.start), end: bare(shown.end) }, zone);
}

/**
 * Whether another computer of the person keeps the block in its own way, and this one lets it. That is so where this
 * computer has written what it wants, the other has written since, the event is still as it was when this one wrote, and
 * the block is as the other wrote it and covers the time. Otherwise two computers with other choices would write over each
 * other for ever; so the last choice stands. A block that covers less than what is wanted here is written anew, which the
 * other computer then lets stand; where each covers what the other does not, it is enough that the event is covered.
 */
function isKeptByAnother(
  desired: Desired,
  keeper: ObservedBlock,
  generations: readonly ObservedBlock[],
  zone: string | null,
): boolean {
  const { content, hash, bare } = desired;
  if (!generations.some((one) => one.ownHash === hash)) return false;
  // It may have been for another state of the event that the other computer wrote, so that it says nothing of its choice.
  if (keeper.ownVersion !== null && keeper.ownVersion !== desired.version()) return false;
  const shown = writtenByAnother(keeper);
  if (shown === null) return false;
  return covers(shown, content, zone) || (!covers(content, shown, zone) && covers(shown, bare, zone));
}

/** Takes a block that stands; returns what it shows where that is exactly what another computer has written there, or null. */
function writtenByAnother(keeper: ObservedBlock): BlockContent | null {
  // What this computer wrote itself is no other's choice: an event that is as it once was is written as it once was.
  if (keeper.ownHash === keeper.tag.contentHash) return null;
  const { summary, description, place, start, end, recurrence, visibility, transparent, colorId, rings } =
    keeper.content;
  if (start === null || end === null || transparent || rings) return null;
  if (visibility !== 'private' && visibility !== 'default') return null;
  const shown: BlockContent = {
    summary: summary ?? '',
    description: description ?? '',
    start,
    end,
    recurrence,
    visibility,
    colorId,
    place,
    outOfOffice: keeper.outOfOffice,
  };
  return contentHash(shown) === keeper.tag.contentHash ? shown : null;
}

/** Marks, in what is remembered of a block, that it was written for another computer's choice, too. */
const togetherMark = '+';

/**
 * Takes a series that this computer wants with some dates left out, and the block of it, from which another computer has left
 * out others; returns it with only those left out that neither wants, or null where that is not so. Because each would take
 * the dates of the other away again, for ever. What was written so stands until the event changes.
 */
function leavingOutTogether(
  desired: Desired,
  keeper: ObservedBlock,
  generations: readonly ObservedBlock[],
  zone: string | null,
): Desired | null {
  const { content, hash } = desired;
  const { content: shown } = keeper;
  if (content.recurrence.length === 0 || shown.recurrence.length === 0) return null;
  const version = `${desired.version()}${togetherMark}`;
  const isOurs = keeper.ownHash === keeper.tag.contentHash;
  const forBoth = isOurs && keeper.ownVersion === version;
  const others =
    !isOurs &&
    generations.some((one) => one.ownHash === hash || one.ownVersion === version) &&
    (keeper.ownVersion === desired.version() || keeper.ownVersion === version);
  if (!forBoth && !others) return null;
  const sameButLimits =
    sameMoment(content.start, shown.start, zone) &&
    sameMoment(content.end, shown.end, zone) &&
    compareRecurrence(content.recurrence, shown.recurrence, content.start) === 'end';
  if (!sameButLimits) return null;
  const there = new Set(parseRecurrence(shown.recurrence, content.start).limits);
  const recurrence = content.recurrence.flatMap((line) => {
    if (!line.startsWith('EXDATE')) return [line];
    const [head = '', dates = ''] = line.split(':', 2);
    const kept = dates
      .split(',')
      .filter((date) => parseRecurrence([`${head}:${date}`], content.start).limits.every((limit) => there.has(limit)));
    return kept.length === 0 ? [] : [`${head}:${kept.join(',')}`];
  });
  if (recurrence.join() === content.recurrence.join()) return null;
  const together = { ...content, recurrence };
  return { ...desired, content: together, hash: contentHash(together), version: () => version };
}

/** Whether what is busy at one time is so at least when another is, seen from the first date of a series. */
function covers(outer: Timed, inner: Timed, zone: string | null): boolean {
  if (sameTimes(inner, outer, zone)) {
    return inner.recurrence.length === 0 || sameSeriesStart(inner.start, outer.start, zone);
  }
  const around = spanOf(outer.start, outer.end, zone);
  const within = spanOf(inner.start, inner.end, zone);
  if (around === null || within === null || isDate(around.start) !== isDate(within.start)) return false;
  if (around.startsAt > within.startsAt || around.endsAt < within.endsAt) return false;
  if (inner.recurrence.length === 0) return outer.recurrence.length === 0;
  return (
    sameZone(zoneOf(outer), zoneOf(inner)) &&
    within.startsAt - around.startsAt < day &&
    leavesOutNoMore(outer, inner, around.startsAt === within.startsAt)
  );
}

/**
 * Whether the rule of one series leaves out no date that that of another has. The ends of a rule and its left-out dates are
 * named by the start, so that where that differs they can only be counted.
 */
function leavesOutNoMore(outer: Timed, inner: Timed, sameStart: boolean): boolean {
  const one = parseRecurrence(outer.recurrence);
  const other = parseRecurrence(inner.recurrence);
  if (one.shape.join() !== other.shape.join()) return false;
  if (sameStart) {
    const isOut = (limit: string): boolean => limit.startsWith('EXDATE');
    const ends = (limits: readonly string[]): string => limits.filter((limit) => !isOut(limit)).join();
    return ends(one.limits) === ends(other.limits) && one.limits.every((limit) => other.limits.includes(limit));
  }
  return one.limits.length === other.limits.length;
}

/**
 * Takes what a block should show and the block; returns whether its source only moved since it was last written: with
 * its old times, the new content would have the fingerprint that it has. Then a colour changed by hand is left.
 */
function onlyTimesChanged(content: BlockContent, { content: shown, tag }: ObservedBlock): boolean {
  if (shown.start === null || shown.end === null) return false;
  const before = { ...content, start: shown.start, end: shown.end, recurrence: shown.recurrence };
  return contentHash(before) === tag.contentHash;
}

/** Whether the summary tells of the event, and now tells another thing. */
function retold(desired: Desired, keeper: ObservedBlock): boolean {
  return desired.policy.summary.includes('{title}') && desired.content.summary !== keeper.content.summary;
}

function sameTimes(
  content: Timed,
  shown: Pick<ObservedContent, 'start' | 'end' | 'recurrence'>,
  zone: string | null,
): boolean {
  return (
    sameMoment(content.start, shown.start, zone) &&
    sameMoment(content.end, shown.end, zone) &&
    compareRecurrence(content.recurrence, shown.recurrence, content.start) === 'same'
  );
}

/** Plans a block that is not there: never made, removed by us, or removed by somebody else. */
function planAbsent(
  draft: Draft,
  target: MeshCalendar,
  desired: Desired,
  newestFirst: readonly ObservedBlock[],
  muted: Mutes,
  judged: readonly JudgedMeeting[],
): void {
  const newest = newestFirst[0];
  if (newest === undefined) {
    draft.operations.push(...makeNew(draft, target, desired, 0, 'new-event', muted).flat());
    return;
  }
  const series = desired.content.recurrence.length > 0 || newest.content.recurrence.length > 0;
  // A cancelled series keeps exceptions that nobody can list, so it is not woken up again; a single block is.
  const back =
    newest.lost || series
      ? makeNew(draft, target, desired, newest.tag.generation + 1, 'became-busy', muted).flat()
      : [reviveOf(draft, target, desired, newest)];
  if (!newest.lost && newest.absence?.by === 'unknown' && newest.tag.contentHash === desired.hash) {
    const confirmed = draft.context.run > newest.absence.sinceRun && target.readable && sourceRead(draft, desired);
    draft.removedByHand.push({
      groupKey: draft.group.key,
      mute: {
        sourceRef: desired.dateOf?.ref ?? desired.ref,
        targetId: target.id,
        slot: desired.dateOf?.key ?? null,
        meant: meaningOf(judged, desired.dateOf?.ref ?? desired.ref, desired.dateOf?.key ?? null),
        ...(desired.dateOf === undefined ? {} : { gone: newest.id }),
      },
      sourceId: desired.sourceId,
      block: newest,
      slot: null,
      putBack: back,
      start: desired.content.start,
      confirmed,
    });
    return;
  }
  draft.operations.push(...back);
}

const memoryOf = ({ version }: Desired): BlockMemory => ({ version: version() });

/** As `memoryOf`, for a block that is not there yet: a mute of an event that is gone may be about it. */
function memoryOfMade({ context, group }: Draft, targetId: CalendarId, desired: Desired): BlockMemory {
  const asked = context.orphans?.some(
    (one) => one.targetId === targetId && (one.sourceId === desired.sourceId || one.groupKey === group.key),
  );
  return asked === true ? { ...memoryOf(desired), meant: desired.meant() } : memoryOf(desired);
}

function sourceRead(draft: Draft, desired: Desired): boolean {
  return draft.context.calendars.get(desired.sourceId)?.readable === true;
}

function reviveOf(draft: Draft, target: MeshCalendar, desired: Desired, block: ObservedBlock): Operation {
  return {
    kind: 'revive',
    reason: 'became-busy',
    groupKey: draft.group.key,
    targetId: target.id,
    blockId: block.id,
    sourceId: desired.sourceId,
    tag: { sourceRef: desired.ref, generation: block.tag.generation, contentHash: desired.hash },
    etag: block.etag,
    memory: memoryOfMade(draft, block.targetId, desired),
    content: desired.content,
  };
}

/** Returns the operation that makes a block, and those for its slots. */
function makeNew(
  draft: Draft,
  target: MeshCalendar,
  desired: Desired,
  generation: number,
  reason: Reason,
  muted: Mutes,
): readonly [CreateOperation, readonly Operation[]] {
  const tag = generation === 0 ? desired.firstTag : { ...desired.firstTag, generation };
  const id = blockId(desired.ref, target.id, generation);
  const unwanted = unwantedText(desired.unwanted);
  if (unwanted !== '') draft.wanted.push({ groupKey: draft.group.key, targetId: target.id, blockId: id, unwanted });
  const create: CreateOperation = {
    kind: 'create',
    reason,
    groupKey: draft.group.key,
    targetId: target.id,
    blockId: id,
    sourceId: desired.sourceId,
    tag,
    memory: memoryOfMade(draft, target.id, desired),
    content: desired.content,
  };
  return [create, slotOperations(draft, target, desired, { id, tag }, null, muted, none)];
}

/**
 * Compares the slots that a series block should have changed with those that it has. `timesOnly` is for a block that
 * another computer keeps in its own way.
 */
function slotOperations(
  draft: Draft,
  target: MeshCalendar,
  desired: Desired,
  { id, tag }: Pick<ObservedBlock, 'id' | 'tag'>,
  block: ObservedBlock | null,
  muted: Mutes,
  judged: readonly JudgedMeeting[],
  timesOnly = false,
): readonly Operation[] {
  const observed = block?.slots ?? [];
  if (desired.slots.size === 0 && observed.length === 0 && muted.size === 0) return [];
  const operations: Operation[] = [];
  const zone = zoneOf(desired.content);
  const seen = new Map(observed.map((slot) => [slot.key, slot]));
  const keys = new Set<SlotKey>([...desired.slots.keys(), ...seen.keys()]);
  for (const key of muted.keys()) if (key !== null) keys.add(key);
  const version = onceAsked(desired.version);
  for (const key of keys) {
    const slot = seen.get(key);
    if (slot?.lost === true) continue;
    const originalStart = slot?.originalStart ?? desired.originalStart(key);
    const slotAt = instantOf(originalStart, zone) ?? 0;
    const changed = desired.slots.get(key);
    const ordinary = changed === undefined ? desired.ordinary(key) : null;
    // A slot that the series does not make cannot be written. One that is still there although the block's own rule has
    // stopped making it is a leftover (reference §10 no. 2), and is taken away.
    const made = changed !== undefined || ordinary !== null;
    if (!made && slot?.absence?.by === 'unknown') draft.explained.push({ targetId: target.id, blockId: id, slot });
    if (!made && (slot === undefined || slot.content === null || block === null || showsSlot(block, key))) continue;
    const mutedAs = muted.get(key) ?? null;
    // The person has brought it back: nobody else wakes a single date of a block.
    const back = mutedAs !== null && slot !== undefined && slot.absence === null && slot.content !== null;
    if (back) draft.lifted.push({ sourceRef: desired.ref, targetId: target.id, slot: mutedAs });
    const wanted = mutedAs !== null && !back ? null : (changed ?? ordinary);
    if (isOver(draft, slotAt, wanted, slot, zone)) continue;
    const base = {
      groupKey: draft.group.key,
      targetId: target.id,
      blockId: id,
      sourceId: desired.sourceId,
      slotKey: key,
      slotId: slot?.eventId ?? (`${id}_${key}` as EventId),
      originalStart,
    };

    const isAway = slot !== undefined && slot.absence !== null;
    if (wanted === null) {
      if (slot?.absence?.by === 'unknown') draft.explained.push({ targetId: target.id, blockId: id, slot });
      const anothers =
        !isAway && block !== null && mutedAs === null && isDateOfAnother(block, key, desired.unwanted.get(key));
      if (anothers) draft.skips.push(skipOf(draft, 'another-computer', desired, target.id));
      else if (!isAway) {
        const shown = slot?.content ?? null;
        const content = shown === null ? desired.ordinary(key) : sayAgain(shown, desired.content.outOfOffice);
        operations.push({
          kind: 'cancel-slot',
          reason: 'slot-changed',
          ...base,
          version: version(),
          marked: markedRemoval(tag, content),
        });
      }
      continue;
    }
    const put: Operation = {
      kind: 'put-slot',
      reason: changed !== undefined ? 'slot-changed' : isAway ? 'slot-restored' : 'put-right',
      ...base,
      version: version(),
      content: wanted,
      wasAway: isAway,
    };
    if (slot === undefined) {
      if (changed !== undefined) operations.push(put);
    } else if (slot.absence?.by === 'unknown' && block !== null) {
      draft.removedByHand.push({
        groupKey: draft.group.key,
        mute: {
          sourceRef: desired.ref,
          targetId: target.id,
          slot: key,
          meant: meaningOf(judged, desired.ref, desired.toSource(key)),
        },
        sourceId: desired.sourceId,
        block,
        slot,
        putBack: [put],
        start: wanted.start,
        confirmed: draft.context.run > slot.absence.sinceRun && target.readable && sourceRead(draft, desired),
      });
    } else if (slot.absence !== null || slot.content === null) {
      operations.push(put);
    } else {
      const accepted = slot.echo !== null && slot.echo === echoOf(slot.content);
      const shown = { ...slot.content, recurrence: [] };
      const isRight = (content: BlockContent): boolean =>
        (timesOnly ? sameTimes(content, shown, zone) : showsSame(content, shown, zone)) ||
        (accepted && answers(content, shown, zone));
      if (isRight(wanted)) continue;
      if (sourceRead(draft, desired) || isKept(draft, target.id, desired)) {
        operations.push(put);
        continue;
      }
      // Another computer may have moved it for an event that it can read, or has read since, and both would write in turn for ever.
      if (draft.context.calendars.get(desired.sourceId)?.gone !== true) draft.waits = true;
      const there = whereItStands(wanted, shown, desired.policy);
      if (there !== null && !isRight(there)) {
        operations.push({ ...put, reason: 'put-right', content: there });
      }
    }
  }
  return operations;
}

/** Whether what is wanted is what the person keeps, which is let go of as soon as another computer writes it. */
function isKept({ group, letGo }: Draft, targetId: CalendarId, { ref }: Desired): boolean {
  return group.kept?.some((one) => one.sourceRef === ref && one.targetId === targetId && !letGo.includes(one)) === true;
}

/**
 * Takes what a slot should show and what it shows; returns what it should show at the times that it has, or null where its words
 * tell of the event as well.
 */
function whereItStands(
  wanted: BlockContent,
  { start, end }: ObservedContent,
  { summary, place }: BlockPolicy,
): BlockContent | null {
  if (start === null || end === null || place || summary.includes('{title}')) return null;
  return { ...wanted, start, end };
}

/**
 * Whether what a slot shows can be the answer to what it should show now. A slot has no tag with a fingerprint of its
 * own, so the answer to an earlier writing is told from this one by what a person would see.
 */
function answers(wanted: BlockContent, shown: ObservedContent, zone: string | null): boolean {
  return (
    wanted.summary === (shown.summary ?? '') && wanted.visibility === shown.visibility && sameTimes(wanted, shown, zone)
  );
}

/** Takes a block that is a series and a slot; returns whether the rule that it shows now makes that slot. */
function showsSlot(block: ObservedBlock, key: SlotKey): boolean {
  const { start, end, recurrence } = block.content;
  const span = spanOf(start, end, null);
  return span === null || slotTestOf(span, recurrence)(key) !== false;
}

/** A slot whose day is over, both where it was and where it is to be, is left as it is (DESIGN, "Series"). */
function isOver(
  draft: Draft,
  slotAt: Instant,
  wanted: BlockContent | null,
  slot: ObservedSlot | undefined,
  zone: string | null,
): boolean {
  const over = draft.context.now - day;
  const ends = [slotAt];
  if (wanted !== null) ends.push(instantOf(wanted.end, zone) ?? 0);
  const shown = slot?.content?.end;
  if (shown !== undefined && shown !== null) ends.push(instantOf(shown, zone) ?? 0);
  return ends.every((instant) => instant < over);
}
