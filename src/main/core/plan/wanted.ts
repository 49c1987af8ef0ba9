import type { BlockPolicy, Reason } from '../../../shared/dto.ts';
import type { CalendarId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import { day, isDate, type Instant } from '../../../shared/time.ts';
import { bufferOf, isAsBuffered, sameNames, widened, type SlotNames } from '../buffers.ts';
import { contentHash } from '../content.ts';
import { versionOf, whyUnwanted, type Unwanted } from '../deeds.ts';
import {
  busyAt,
  holds,
  notHeld,
  ordinarySlot,
  slotSourceRef,
  type BusyTime,
  type JudgedMeeting,
  type Presence,
} from '../meeting.ts';
import { isLive, type BlockContent, type MeshCalendar, type ObservedBlock } from '../model.ts';
import { meaningOf } from '../mutes.ts';
import { seriesEndOf } from '../recurrence.ts';
import { originalStartOf, sameLength, sameMoment, type Span } from '../times.ts';
import { datesAlone, type DatesAlone } from './dates-alone.ts';
import { tagOf, zoneOf, type Desired, type DesiredSingle } from './desired.ts';
import type { Draft } from './draft.ts';
import { contentOf, remembered, type ContentCache, type WholeBlock } from './remembered.ts';

/** Which blocks should be on a target: the busy times of all sources, less what is there already in person. */
export function wantedOn(
  draft: Draft,
  target: MeshCalendar,
  busy: readonly JudgedMeeting[],
  copies: readonly Presence[],
  contents: ContentCache,
  blocks: readonly ObservedBlock[],
): ReadonlyMap<SourceRef, Desired> {
  const wanted = new Map<SourceRef, Desired>();
  const given: Given[] = [];
  for (const source of busy) {
    if (source.calendar.id === target.id) continue;
    const share = shareOf(draft, target, source, copies, given, contents, blocks);
    const slots = wantSlots(draft, share, wanted);
    const whole = wantWhole(draft, share, slots, wanted);
    const { presence, makes } = share.judged;
    given.push({
      calendarId: source.calendar.id,
      presence: { ...presence, whole, slots: slots.present, makes },
    });
  }
  return wanted;
}

/** Where a calendar gives a block on a target. */
interface Given {
  readonly calendarId: CalendarId;
  readonly presence: Presence;
}

/** What one meeting has to do with one target: what of it is there already, and how the rest would be written. */
interface Share {
  readonly target: MeshCalendar;
  readonly source: JudgedMeeting;
  readonly blocks: readonly ObservedBlock[];
  readonly copies: readonly Presence[];
  /** All that holds the meeting there, or some of its slots: copies, and what other calendars give. */
  readonly held: readonly Presence[];
  readonly policy: BlockPolicy;
  /** What ended before makes no block. */
  readonly cutoff: Instant;
  /** The meeting, less what is held of it for ever. */
  readonly judged: JudgedMeeting;
  readonly series: boolean;
  readonly wholeHeld: boolean;
  readonly made: WholeBlock | null;
  /** How the slots of the event and of its block are named by each other. */
  readonly names: SlotNames;
  readonly dates: DatesAlone | null;
}

/** Takes a source and what is on a target already; returns what of the source is left to be given there. */
function shareOf(
  draft: Draft,
  target: MeshCalendar,
  source: JudgedMeeting,
  copies: readonly Presence[],
  given: readonly Given[],
  contents: ContentCache,
  blocks: readonly ObservedBlock[],
): Share {
  const sourceId = source.calendar.id;
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
  return {
    target,
    source,
    blocks,
    copies,
    held,
    policy,
    cutoff,
    judged,
    series,
    wholeHeld,
    made,
    names: made?.wide ?? sameNames,
    dates: series && !wholeHeld ? datesAlone(draft, target, source, whole, cutoff) : null,
  };
}

/** What a calendar that is gone does not give on a target, another one gives. */
function isGiven({ source, blocks }: Share, ref: SourceRef): boolean {
  return source.calendar.gone !== true || blocks.some((block) => isLive(block) && block.tag.sourceRef === ref);
}

/** What becomes of the slots of one meeting on a target. */
interface WantedSlots {
  /** By their names on the block: what is not as the rule says, null means not there. */
  readonly changed: Map<SlotKey, BlockContent | null>;
  /** By their names on the block: what is not wanted, and why. */
  readonly unwanted: Map<SlotKey, Unwanted>;
  /** By their names in the event: where the meeting is given, and null where it is not. */
  readonly present: Map<SlotKey, Span | null>;
}

/** Gives the slots that could differ from their rule to the block of their series, or to blocks of their own. */
function wantSlots(draft: Draft, share: Share, wanted: Map<SourceRef, Desired>): WantedSlots {
  const { judged, held, policy, series, wholeHeld, made, names, dates, blocks } = share;
  const { toBlock } = names;
  const { whole } = judged;
  const { root } = judged.meeting;
  const changed = new Map<SlotKey, BlockContent | null>();
  const unwanted = new Map<SlotKey, Unwanted>();
  const present = new Map<SlotKey, Span | null>();
  const theirs = series && root !== null ? lostDates(blocks, root.sourceRef, names) : noKeys;
  const atChanges = wholeHeld ? [] : (made?.atChanges.filter((key) => judged.makes(key) === true) ?? []);
  const more = dates?.keys ?? (theirs.size === 0 ? atChanges : [...atChanges, ...theirs]);
  for (const key of series || judged.slots.size > 0 ? slotsToPlan(judged, held, more) : noKeys) {
    const inSeries =
      series &&
      whole !== null &&
      root !== null &&
      !wholeHeld &&
      dates === null &&
      judged.makes(key) !== false &&
      !theirs.has(key);
    const own = busyAt(judged, key);
    const isHeld = own !== null && held.some((presence) => holds(presence, key, own.span));
    const time = isHeld ? null : own;
    // A day cannot be a date of an out-of-office series (google-calendar.md §3.1), so that it gets a block of its own.
    const apart = inSeries && time !== null && isDate(time.span.start) && made?.content.outOfOffice === true;
    if (apart) changed.set(toBlock(key), null);
    if (inSeries && !apart) {
      const change = slotChange(judged, root.sourceRef, whole, key, time, policy, made);
      if (change !== undefined) changed.set(toBlock(key), change);
      const why = time === null ? whyUnwanted(judged, key, isHeld) : null;
      if (why !== null) unwanted.set(toBlock(key), why);
      present.set(key, isGiven(share, root.sourceRef) ? (time?.span ?? null) : null);
    } else if (time === null) present.set(key, null);
    else {
      const desired = slotAlone(share, key, time);
      wanted.set(desired.ref, desired);
      // Otherwise its block would be found by no event, whatever made the date stand alone, and be made anew in each run.
      if (root !== null && !judged.slots.has(key)) {
        draft.named.push({ calendarId: desired.sourceId, seriesId: root.row.id, key, sourceRef: desired.ref });
      }
      present.set(key, desired.past || !isGiven(share, desired.ref) ? null : time.span);
    }
  }
  return { changed, unwanted, present };
}

/**
 * A slot that its series does not make, or whose series is not wanted here, is an event of its own; so is one where the slot
 * of the block is somebody's own, because nothing of ours could stand there otherwise.
 */
function slotAlone({ judged, source, policy, cutoff, dates }: Share, key: SlotKey, time: BusyTime): DesiredSingle {
  const { root } = judged.meeting;
  const ref = slotSourceRef(judged.meeting, key);
  const span = widened(time.span, bufferOf(time.span, policy));
  const content = contentOf(judged, ref, { ...time, span }, [], policy, null);
  const past = time.span.endsAt < (dates?.since ?? cutoff);
  const hash = contentHash(content);
  return {
    kind: 'single',
    ...{ ref, sourceId: source.calendar.id, past, content, hash, firstTag: tagOf(ref, hash), policy },
    version: () => versionOf(source, key),
    meant: () => meaningOf([source], ref, null),
    bare: { ...time.span, recurrence: [] },
    dateOf: dates === null || root === null ? null : { ref: root.sourceRef, key },
  };
}

/** Gives the whole of a meeting its block, or says why it has none; returns whether the meeting is given by that. */
function wantWhole(draft: Draft, share: Share, slots: WantedSlots, wanted: Map<SourceRef, Desired>): boolean {
  const { judged, source, target, copies, series, wholeHeld, made, dates } = share;
  const { whole } = judged;
  const { root } = judged.meeting;
  if (whole === null) return false;
  const skip = (reason: Reason): void => {
    const { start } = whole.span;
    draft.skips.push({
      reason,
      groupKey: draft.group.key,
      sourceId: source.calendar.id,
      targetId: target.id,
      start,
    });
  };
  if (dates !== null && root !== null) {
    skip('one-by-one');
    draft.witness?.leftAway(root.sourceRef, target.id, 'one-by-one');
    return [...slots.present.values()].some((span) => span !== null);
  }
  if (root !== null && made !== null && !wholeHeld) {
    const desired = wholeBlock(share, whole, root.sourceRef, made, slots);
    wanted.set(desired.ref, desired);
    return !desired.past && isGiven(share, desired.ref);
  }
  const isOnTarget = copies.some((presence) => (series ? presence.whole : holds(presence, null, whole.span)));
  skip(isOnTarget ? 'same-meeting-on-target' : 'same-meeting-from-another-calendar');
  return false;
}

/** The block of a whole event, single or series. */
function wholeBlock(
  { judged, source, policy, cutoff, series }: Share,
  whole: NonNullable<JudgedMeeting['whole']>,
  ref: SourceRef,
  { content, hash, wide }: WholeBlock,
  { changed, unwanted }: WantedSlots,
): Desired {
  const common = {
    ref,
    sourceId: source.calendar.id,
    past: whole.span.endsAt < cutoff && (!series || endsBefore(judged, cutoff)),
    content,
    hash,
    firstTag: tagOf(ref, hash),
    policy,
    version: () => versionOf(source, null),
    meant: () => meaningOf([source], ref, null),
    bare: { ...whole.span, recurrence: whole.recurrence },
  };
  if (wide === null) return { kind: 'single', ...common, dateOf: null };
  const { toBlock, toSource } = wide;
  return {
    kind: 'series',
    ...common,
    slots: changed,
    ordinary: remembered((key): BlockContent | null => {
      const sourceKey = toSource(key);
      if (judged.makes(sourceKey) === false || toBlock(sourceKey) !== key) return null;
      const time = ordinarySlot({ ...whole, span: wide.span }, key);
      return time === null ? null : contentOf(judged, ref, time, [], policy, { zone: zoneOf(content) });
    }),
    originalStart: remembered((key) => originalStartOf(key, zoneOf(content))),
    toBlock,
    toSource,
    unwanted,
  };
}

const noKeys: ReadonlySet<SlotKey> = new Set();

/** The slots of a series, by their names in the event, that are somebody's own on the block that stands for it. */
function lostDates(blocks: readonly ObservedBlock[], ref: SourceRef, { toSource }: SlotNames): ReadonlySet<SlotKey> {
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
