import type { BlockPolicy } from '../../../shared/dto.ts';
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
import { isLive, type BlockContent } from '../model.ts';
import { meaningOf } from '../mutes.ts';
import { seriesEndOf } from '../recurrence.ts';
import { originalStartOf, sameLength, sameMoment, type Span } from '../times.ts';
import { datesAlone, type DatesAlone } from './dates-alone.ts';
import { tagOf, zoneOf, type Desired, type DesiredSingle } from './desired.ts';
import {
  contentOf,
  oneDate,
  remembered,
  wholeOf,
  type ContentCache,
  type WholeBlock,
  type WholeEvent,
} from './remembered.ts';
import { isStanding, skip, type KnownTarget } from './target-plan.ts';

/** Takes a target; returns which blocks should be there: the busy times of all sources, less what is there already in person. */
export function wantedOn(plan: KnownTarget, contents: ContentCache): ReadonlyMap<SourceRef, Desired> {
  const wanted = new Map<SourceRef, Desired>();
  const given: Given[] = [];
  for (const source of plan.busy) {
    if (source.calendar.id === plan.targetId) continue;
    const share = shareOf({ plan, contents, given }, source);
    const slots = wantSlots(share, wanted);
    const whole = wantWhole(share, slots, wanted);
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

/** What was found out about a target so far. */
interface Sharing {
  readonly plan: KnownTarget;
  readonly contents: ContentCache;
  readonly given: readonly Given[];
}

/** What one meeting has to do with one target: what of it is there already, and how the rest would be written. */
interface Share {
  readonly plan: KnownTarget;
  readonly source: JudgedMeeting;
  /** All that holds the meeting there, or some of its slots: what does whatever is given, and what other calendars give. */
  readonly held: readonly Presence[];
  readonly policy: BlockPolicy;
  /** What ended before makes no block. */
  readonly cutoff: Instant;
  /** The meeting, less what is held of it for ever. */
  readonly judged: JudgedMeeting;
  /** The whole of it; null where that is not busy. */
  readonly whole: WholeShare | null;
  /** The dates that get blocks of their own because their series cannot be written; null where none do. */
  readonly dates: DatesAlone | null;
}

/** What becomes of a whole event. */
interface WholeShare extends WholeEvent {
  readonly series: boolean;
  /** Whether it is there already. */
  readonly isHeld: boolean;
  /** The block that it would have. */
  readonly made: WholeBlock;
}

/** Of a series that is written as one, where a block of it is wanted. */
interface SeriesShare extends Share {
  readonly whole: WholeShare;
}

/** Takes what is known of a target and a source; returns what of the source is left to be given there. */
function shareOf({ plan, contents, given }: Sharing, source: JudgedMeeting): Share {
  const { context, target, targetId, witness } = plan;
  const sourceId = source.calendar.id;
  const policy = context.blockPolicy(sourceId, targetId);
  const cutoff = Math.max(source.calendar.inUseSince, target.inUseSince) - day;
  // Rows of one calendar that share a UID are different times (detached slots of an import), not copies.
  const others = given.filter((one) => one.calendarId !== sourceId).map((one) => one.presence);
  const held = others.length === 0 ? plan.held : [...plan.held, ...others];
  witness?.weighed(source, targetId, { copies: plan.held, others });
  const everHeld = held.some((presence) => presence.whole);
  const rest = everHeld ? notHeld(source, held, context.now) : null;
  const judged = rest ?? source;
  const event = wholeOf(judged);
  if (event === null) return { plan, source, held, policy, cutoff, judged, whole: null, dates: null };
  const { time } = event;
  const series = time.recurrence.length > 0;
  const isHeld = series ? everHeld && rest === null : held.some((presence) => holds(presence, null, time.span));
  const made = contents.whole(event, policy, context.now);
  const whole = { judged, root: event.root, time, series, isHeld, made };
  const dates = series && !isHeld ? datesAlone(plan, { source, time, cutoff }) : null;
  return { plan, source, held, policy, cutoff, judged, whole, dates };
}

/** Whether a series is wanted and written as one, so that its slots are those of its block. */
const isOneSeries = (share: Share): share is SeriesShare =>
  share.whole !== null && share.whole.series && !share.whole.isHeld && share.dates === null;

/** What a calendar that is gone does not give on a target, another one gives. */
function isGiven({ source, plan }: Share, ref: SourceRef): boolean {
  return source.calendar.gone !== true || isStanding(plan, ref);
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
function wantSlots(share: Share, wanted: Map<SourceRef, Desired>): WantedSlots {
  const { plan, judged, held } = share;
  const { root } = judged.meeting;
  const slots: WantedSlots = { changed: new Map(), unwanted: new Map(), present: new Map() };
  const theirs = lostDates(share);
  for (const key of slotsToPlan(share, theirs)) {
    const own = busyAt(judged, key);
    const isHeld = own !== null && held.some((presence) => holds(presence, key, own.span));
    const time = isHeld ? null : own;
    if (isOneSeries(share) && judged.makes(key) !== false && !theirs.has(key)) {
      // A day cannot be a date of an out-of-office series (google-calendar.md §3.1), so that it gets a block of its own.
      const apart = time !== null && isDate(time.span.start) && share.whole.made.content.outOfOffice;
      if (!apart) {
        wantInSeries(share, slots, { key, time, isHeld });
        continue;
      }
      slots.changed.set(namesIn(share).toBlock(key), null);
    }
    if (time === null) {
      slots.present.set(key, null);
      continue;
    }
    const desired = slotAlone(share, key, time);
    wanted.set(desired.ref, desired);
    // Otherwise its block would be found by no event, whatever made the date stand alone, and be made anew in each run.
    if (root !== null && !judged.slots.has(key)) {
      const { sourceId, ref } = desired;
      plan.draft.named.push({ calendarId: sourceId, seriesId: root.row.id, key, sourceRef: ref });
    }
    slots.present.set(key, desired.past || !isGiven(share, desired.ref) ? null : time.span);
  }
  return slots;
}

/** How the slots of the event and of its block are named by each other. */
const namesIn = ({ whole }: Share): SlotNames => whole?.made.wide ?? sameNames;

/** A slot of a series, and when it is wanted: null for not at all, because another copy holds it or it is not busy. */
interface WantedSlot {
  readonly key: SlotKey;
  readonly time: BusyTime | null;
  readonly isHeld: boolean;
}

/** Gives one slot to the block of its series. */
function wantInSeries(share: SeriesShare, { changed, unwanted, present }: WantedSlots, slot: WantedSlot): void {
  const { key, time, isHeld } = slot;
  const onBlock = namesIn(share).toBlock(key);
  const change = slotChange(share, slot);
  if (change !== undefined) changed.set(onBlock, change);
  const why = time === null ? whyUnwanted(share.judged, key, isHeld) : null;
  if (why !== null) unwanted.set(onBlock, why);
  present.set(key, isGiven(share, share.whole.root.sourceRef) ? (time?.span ?? null) : null);
}

/**
 * A slot that its series does not make, or whose series is not wanted here, is an event of its own; so is one where the slot
 * of the block is somebody's own, because nothing of ours could stand there otherwise.
 */
function slotAlone({ judged, source, policy, cutoff, dates }: Share, key: SlotKey, time: BusyTime): DesiredSingle {
  const { root } = judged.meeting;
  const ref = slotSourceRef(judged.meeting, key);
  const span = widened(time.span, bufferOf(time.span, policy));
  const content = contentOf({ judged, policy, ref }, { ...time, span }, oneDate);
  const hash = contentHash(content);
  return {
    kind: 'single',
    ref,
    sourceId: source.calendar.id,
    past: time.span.endsAt < (dates?.since ?? cutoff),
    content,
    hash,
    firstTag: tagOf(ref, hash),
    policy,
    version: () => versionOf(source, key),
    meant: () => meaningOf([source], ref, null),
    bare: { ...time.span, recurrence: [] },
    dateOf: dates === null || root === null ? null : { ref: root.sourceRef, key },
  };
}

/** Gives the whole of a meeting its block, or says why it has none; returns whether the meeting is given by that. */
function wantWhole(share: Share, slots: WantedSlots, wanted: Map<SourceRef, Desired>): boolean {
  const { plan, source, whole, dates } = share;
  if (whole === null) return false;
  const about = { sourceId: source.calendar.id, start: whole.time.span.start };
  if (dates !== null) {
    skip(plan, 'one-by-one', about);
    plan.witness?.leftAway(whole.root.sourceRef, plan.targetId, 'one-by-one');
    return [...slots.present.values()].some((span) => span !== null);
  }
  if (!whole.isHeld) {
    const desired = wholeBlock(share, whole, slots);
    wanted.set(desired.ref, desired);
    return !desired.past && isGiven(share, desired.ref);
  }
  const isOnTarget = plan.held.some((presence) =>
    whole.series ? presence.whole : holds(presence, null, whole.time.span),
  );
  skip(plan, isOnTarget ? 'same-meeting-on-target' : 'same-meeting-from-another-calendar', about);
  return false;
}

/** The block of a whole event, single or series. */
function wholeBlock({ judged, source, policy, cutoff }: Share, whole: WholeShare, slots: WantedSlots): Desired {
  const { time, made, series } = whole;
  const { content, hash, wide } = made;
  const ref = whole.root.sourceRef;
  const sourceId = source.calendar.id;
  const past = time.span.endsAt < cutoff && (!series || endsBefore(judged, cutoff));
  const firstTag = tagOf(ref, hash);
  const version = (): string => versionOf(source, null);
  const meant = (): string | null => meaningOf([source], ref, null);
  const bare = { start: time.span.start, end: time.span.end, recurrence: time.recurrence };
  if (wide === null) {
    return { kind: 'single', ref, sourceId, past, content, hash, firstTag, policy, version, meant, bare, dateOf: null };
  }
  const { toBlock, toSource } = wide;
  return {
    kind: 'series',
    ref,
    sourceId,
    past,
    content,
    hash,
    firstTag,
    policy,
    version,
    meant,
    bare,
    slots: slots.changed,
    ordinary: remembered((key): BlockContent | null => {
      const sourceKey = toSource(key);
      if (judged.makes(sourceKey) === false || toBlock(sourceKey) !== key) return null;
      const usual = ordinarySlot({ ...time, span: wide.span }, key);
      if (usual === null) return null;
      return contentOf({ judged, policy, ref }, usual, { recurrence: [], zone: { zone: zoneOf(content) } });
    }),
    originalStart: remembered((key) => originalStartOf(key, zoneOf(content))),
    toBlock,
    toSource,
    unwanted: slots.unwanted,
  };
}

const noKeys: ReadonlySet<SlotKey> = new Set();

/** The slots of a series, by their names in the event, that are somebody's own on the block that stands for it. */
function lostDates(share: Share): ReadonlySet<SlotKey> {
  const { plan, whole } = share;
  if (whole?.series !== true) return noKeys;
  const { toSource } = namesIn(share);
  const keys = plan.blocks.flatMap((block) =>
    block.slots.length > 0 && isLive(block) && block.tag.sourceRef === whole.root.sourceRef
      ? block.slots.flatMap(({ key, lost }) => (lost === true ? [toSource(key)] : []))
      : [],
  );
  return keys.length === 0 ? noKeys : new Set(keys);
}

/**
 * The slots that could differ from their rule: those with an exception here, those with one where it is held, and those
 * whose buffer holds a change of clocks; further those that get blocks of their own (`theirs`, and all of a series that cannot
 * be written).
 */
function slotsToPlan({ judged, held, whole, dates }: Share, theirs: ReadonlySet<SlotKey>): ReadonlySet<SlotKey> {
  if (whole?.series !== true && judged.slots.size === 0) return noKeys;
  const atChanges =
    whole === null || whole.isHeld ? [] : whole.made.atChanges.filter((key) => judged.makes(key) === true);
  const more = dates?.keys ?? (theirs.size === 0 ? atChanges : [...atChanges, ...theirs]);
  if (judged.slots.size === 0 && held.length === 0 && more.length === 0) return noKeys;
  const keys = new Set([...judged.slots.keys(), ...more]);
  for (const presence of held) for (const key of presence.slots.keys()) keys.add(key);
  return keys;
}

/** What a slot of a wanted series needs: undefined when the rule says it all, null to be away, else its own content. */
function slotChange(
  { judged, policy, whole }: SeriesShare,
  { key, time }: WantedSlot,
): BlockContent | null | undefined {
  if (time === null) return null;
  const { root, made } = whole;
  const { wide } = made;
  const ordinary = ordinarySlot(whole.time, key);
  const span = wide === null ? time.span : widened(time.span, wide.buffer);
  // A date that is elsewhere in a zone of its own would tell where the person is then.
  const zone = { zone: zoneOf(made.content) ?? (isDate(whole.time.span.start) ? null : 'UTC') };
  const of = { judged, policy, ref: root.sourceRef };
  const own = contentOf(of, { ...time, span }, { recurrence: [], zone });
  if (ordinary === null) return own;
  const usual = contentOf(of, ordinary, { recurrence: [], zone });
  const same =
    sameMoment(ordinary.span.start, time.span.start, null) &&
    sameLength(whole.time.span, time.span) &&
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
