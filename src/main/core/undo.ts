import type { LeftReason } from '../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import type { EventTime } from '../../shared/time.ts';
import { contentHash, echoOf } from './content.ts';
import { isAsWritten, tellingOf, versionsOf } from './kept.ts';
import { judge, meetingsOf } from './meeting.ts';
import { rememberedFilters } from './filters.ts';
import {
  endsOf,
  isLive,
  isMade,
  isSlot,
  shownOf,
  zonesOf,
  type BlockContent,
  type EventGroup,
  type Kept,
  type Mute,
  type ObservedBlock,
  type ObservedContent,
  type Operation,
  type PlanContext,
} from './model.ts';
import { meaningOf } from './mutes.ts';
import { planGroup } from './plan/group.ts';
import { sayAgain } from './removal.ts';
import { sameMoment } from './times.ts';

/** How a block stood before a sync wrote it. */
export interface Stood {
  readonly content: ObservedContent;
  /** Fingerprint in its tag: where the content has another one, a person had changed it. */
  readonly hash: string;
  readonly generation: number;
  readonly outOfOffice: boolean;
  /** Its slots that were not as the rule says; null means not there. */
  readonly slots: readonly (readonly [SlotKey, ObservedContent | null])[];
}

/** What a sync has written, as it is kept for a week. */
export type WrittenBefore = WrittenBlock | WrittenSlot;

interface WrittenBase {
  readonly targetId: CalendarId;
  readonly sourceRef: SourceRef;
  readonly blockId: EventId;
  /** Version of the event that said so; null where that was not known. */
  readonly version: string | null;
}

export interface WrittenBlock extends WrittenBase {
  readonly kind: 'block';
  /** Null where it was not there. */
  readonly before: Stood | null;
  /** Fingerprint of what was written; null where it was removed. */
  readonly after: string | null;
}

export interface WrittenSlot extends WrittenBase {
  readonly kind: 'slot';
  readonly slot: SlotKey;
  /** `ordinary`: as the rule says; null: not there. */
  readonly before: ObservedContent | 'ordinary' | null;
  /** What it showed then (`echoOf`); null where it was taken away. */
  readonly after: string | null;
}

/** Something that is not undone, because it was changed since. */
export interface LeftUndone {
  readonly reason: LeftReason;
  readonly groupKey: string;
  readonly sourceId: CalendarId | null;
  readonly targetId: CalendarId;
  readonly start: EventTime | null;
}

/** What undoing a sync comes to for some meetings, beside choices that are restored. */
export interface Undoing {
  readonly kept: readonly Kept[];
  /** Of blocks that the sync has made: they stay away. */
  readonly mutes: readonly Mute[];
  readonly left: readonly LeftUndone[];
}

/** What undoing is decided from, beside the groups. */
export interface UndoContext {
  /** As it is planned from then on: with the choices that are restored. */
  readonly context: PlanContext;
  /** Whether any choices are restored, so that the plan itself may bring back what was. */
  readonly restores: boolean;
  /** The calendars of the events that were written for; of those that are known. */
  readonly sources: ReadonlyMap<SourceRef, CalendarId>;
  /** Whether what blocks show was chosen anew since: then the words of before are not said again. */
  readonly retold: boolean;
}

/** What a sync has done to the block of one event on one target. */
interface Deed {
  readonly ref: SourceRef;
  readonly version: string;
  readonly before: Stood | null;
  /** The block that was left there; null where none was. */
  readonly after: { readonly blockId: EventId; readonly hash: string | null } | null;
  readonly slots: readonly WrittenSlot[];
}

/**
 * Takes a group as it is stored now and what one sync has written for it, oldest first; returns what undoes that. All that was
 * written for one meeting on one target is undone together or left: half of it would double the meeting, or free its time. It
 * is left where its event or the block was changed since.
 */
export function undoGroup(group: EventGroup, written: readonly WrittenBefore[], undo: UndoContext): Undoing {
  const { context } = undo;
  const zoneOf = zonesOf(context.calendars);
  const filtersOf = rememberedFilters();
  const judged = meetingsOf(group.events, zoneOf).flatMap((meeting) => {
    const calendar = context.calendars.get(meeting.calendarId);
    return calendar === undefined ? [] : [judge(meeting, calendar, { now: context.now, filtersOf })];
  });
  const planned = undo.restores ? planGroup(group, context, { filtersOf }).operations : [];
  const kept: Kept[] = [];
  const mutes: Mute[] = [];
  const left: LeftUndone[] = [];
  for (const [targetId, own] of Map.groupBy(written, (one) => one.targetId)) {
    const here = group.blocks.filter((block) => block.targetId === targetId);
    const deeds = [...Map.groupBy(own, (one) => one.sourceRef)].flatMap(([ref, list]) => {
      const blocks = here.filter((block) => block.tag.sourceRef === ref);
      const deed = deedOf(ref, list, blocks);
      return deed === null ? [] : [{ deed, blocks }];
    });
    const why = deeds.flatMap(({ deed, blocks }): LeftReason[] => {
      const sameEvent = versionsOf(group, deed.ref, zoneOf).has(deed.version) && undo.sources.has(deed.ref);
      if (!sameEvent) return ['event-changed'];
      return isAsLeft(deed, blocks) ? [] : ['block-changed'];
    });
    const [reason] = why;
    for (const { deed, blocks } of deeds) {
      const sourceId = undo.sources.get(deed.ref) ?? null;
      if (reason !== undefined || sourceId === null) {
        const start = deed.before?.content.start ?? blocks.find(isLive)?.content.start ?? null;
        left.push({ reason: reason ?? 'event-changed', groupKey: group.key, sourceId, targetId, start });
        continue;
      }
      if (isDoneBy(planned, targetId, deed, blocks)) continue;
      const base = { sourceRef: deed.ref, targetId, sourceId, version: deed.version, since: context.now };
      if (deed.before === null) {
        const etag = blocks.find(isLive)?.etag ?? null;
        kept.push({ ...base, content: null, slots: [], telling: null, etag });
        mutes.push({ sourceRef: deed.ref, targetId, slot: null, meant: meaningOf(judged, deed.ref, null) });
        continue;
      }
      const { content, slots, known } = restored(deed.before, deed.slots);
      const told = known && !undo.retold;
      const telling = told ? tellingOf(context.blockPolicy(sourceId, targetId)) : null;
      if (content !== null) kept.push({ ...base, content, slots, telling, etag: null });
    }
  }
  return { kept, mutes, left };
}

/** Puts what was written for one event on one target together; null where that comes to nothing. */
function deedOf(ref: SourceRef, written: readonly WrittenBefore[], blocks: readonly ObservedBlock[]): Deed | null {
  const version = written.at(-1)?.version ?? '';
  const ids = new Set(written.map(({ blockId }) => blockId));
  let before: { readonly stood: Stood; readonly blockId: EventId } | null = null;
  let after: Deed['after'] = null;
  for (const blockId of ids) {
    const own = written.flatMap((one) => (one.kind === 'block' && one.blockId === blockId ? [one] : []));
    const [first, last] = [own[0], own.at(-1)];
    // Only dates of it were written, and the rest of it is as it was.
    const untouched = first === undefined ? stoodOf(blocks.find(({ id }) => id === blockId)) : null;
    const stood = first === undefined ? untouched : first.before;
    if (stood !== null && (before === null || stood.generation > before.stood.generation)) before = { stood, blockId };
    if (last === undefined) after = { blockId, hash: untouched?.hash ?? null };
    else if (last.after !== null) after = { blockId, hash: last.after };
  }
  if (before === null && after === null) return null;
  const at = before?.blockId ?? null;
  // Once the whole block was written, what its slots were is in what stood before.
  const whole = written.findIndex((one) => one.kind === 'block' && one.blockId === at);
  const slots = written.flatMap((one, index) =>
    one.kind === 'slot' && one.blockId === at && (whole === -1 || index < whole) ? [one] : [],
  );
  const touched = written.flatMap((one) => (one.kind === 'slot' && one.blockId === after?.blockId ? [one] : []));
  return {
    ref,
    version,
    before: before?.stood ?? null,
    after,
    slots: after?.blockId === at ? [...slots, ...touched] : slots,
  };
}

/** What stands of a block, as it would be remembered. */
function stoodOf(block: ObservedBlock | undefined): Stood | null {
  if (block === undefined || !isLive(block)) return null;
  const { content, tag, outOfOffice, slots } = block;
  const shown = slots.map((slot) => [slot.key, shownOf(slot)] as const);
  return { content, hash: tag.contentHash, generation: tag.generation, outOfOffice, slots: shown };
}

/** Whether what is on a target is what the sync has left there. */
function isAsLeft({ after, slots }: Deed, blocks: readonly ObservedBlock[]): boolean {
  const live = blocks.filter(isLive);
  if (after === null) return live.length === 0 && !blocks.some(({ absence }) => absence?.by === 'unknown');
  const [only, ...others] = live;
  if (only === undefined || others.length > 0 || only.id !== after.blockId) return false;
  if (only.tag.contentHash !== after.hash || !isAsWritten(only)) return false;
  const last = new Map(slots.filter(({ blockId }) => blockId === only.id).map((one) => [one.slot, one.after]));
  return [...last].every(([key, shown]) => {
    const slot = only.slots.find((one) => one.key === key);
    // Without a row it is as the rule says: a service clears changed dates with a rule, and no person does.
    if (slot === undefined) return shown !== null;
    const content = shownOf(slot);
    return content === null ? shown === null : echoOf(content) === shown;
  });
}

/** Takes how a block stood and its dates that were written; returns what it is to show again, and whether its words were ours. */
function restored(
  { content: stood, hash, outOfOffice, slots: stoodSlots }: Stood,
  written: readonly WrittenSlot[],
): { readonly content: BlockContent | null; readonly slots: Kept['slots']; readonly known: boolean } {
  const content = sayAgain(stood, outOfOffice);
  const slots = new Map<SlotKey, BlockContent | null>();
  const put = (key: SlotKey, shown: ObservedContent | null): void => {
    slots.set(key, shown === null ? null : sayAgain(shown, false));
  };
  for (const [key, shown] of stoodSlots) put(key, shown);
  // The first of several writes knows what was there before.
  for (const { slot, before } of written.toReversed()) {
    if (before === 'ordinary') slots.delete(slot);
    else put(slot, before);
  }
  const known = content !== null && contentHash(content) === hash;
  return { content, slots: [...slots], known };
}

/** Whether what is planned anyway, with the choices that are restored, brings back what was: the block and each of its dates. */
function isDoneBy(
  planned: readonly Operation[],
  targetId: CalendarId,
  { ref, before, after, slots: written }: Deed,
  blocks: readonly ObservedBlock[],
): boolean {
  const ends = planned.flatMap(endsOf).filter((one) => one.targetId === targetId);
  if (before === null) return ends.some((one) => one.kind === 'delete' && one.blockId === after?.blockId);
  const write = ends.find((one) => (isMade(one) || one.kind === 'update') && one.tag.sourceRef === ref);
  const standing = blocks.find((block) => block.id === after?.blockId);
  const id = write?.blockId ?? after?.blockId;
  const hash = write !== undefined && 'tag' in write ? write.tag.contentHash : after?.hash;
  if (hash !== before.hash || id === undefined) return false;
  const found = new Map<SlotKey, BlockContent | ObservedContent | null>();
  if (standing?.id === id) {
    for (const slot of standing.slots) found.set(slot.key, shownOf(slot));
  }
  for (const one of ends) {
    if (one.blockId === id && isSlot(one)) found.set(one.slotKey, one.kind === 'put-slot' ? one.content : null);
  }
  const { slots } = restored(before, written);
  const wanted = new Map(slots);
  return [...new Set([...found.keys(), ...wanted.keys()])].every((key) => isSameSlot(found.get(key), wanted.get(key)));
}

/** Whether two states of a date are the same; undefined is as the rule says, null is not there. */
function isSameSlot(
  one: BlockContent | ObservedContent | null | undefined,
  other: BlockContent | null | undefined,
): boolean {
  if (one === undefined || one === null || other === undefined || other === null) return one === other;
  return (
    one.summary === other.summary && sameMoment(one.start, other.start, null) && sameMoment(one.end, other.end, null)
  );
}
