import type { ActivityView } from '../../shared/dto.ts';
import type { CalendarId } from '../../shared/ids.ts';
import type { EventTime, Instant } from '../../shared/time.ts';
import { isSlot, type EventRow, type Hold, type Mute, type Operation } from '../core/model.ts';
import { muteKey } from './status.ts';

/** A first sync of ten thousand events is told in counts; its activity would say nothing to anybody. */
const activityLimit = 200;

/** Takes operations that were carried out; returns how many blocks were added, changed and removed. */
export function countsOf(done: readonly Operation[]): { added: number; changed: number; removed: number } {
  let added = 0;
  let changed = 0;
  let removed = 0;
  for (const operation of done) {
    const kind = kindOf(operation);
    if (kind === 'added') added += 1;
    else if (kind === 'removed') removed += 1;
    else changed += 1;
  }
  return { added, changed, removed };
}

function kindOf(operation: Operation): ActivityView['kind'] {
  switch (operation.kind) {
    case 'create':
    case 'revive':
      return 'added';
    case 'replace':
      return 'changed';
    case 'delete':
      return 'removed';
    case 'update':
      if (operation.reason === 'put-right') return 'put-right';
      return operation.previousStart === null ? 'changed' : 'moved';
    case 'put-slot':
    case 'cancel-slot':
      return operation.reason === 'put-right' ? 'put-right' : 'changed';
  }
}

/** What a thing that happened does not say. */
const nothing = { sourceId: null, start: null, previousStart: null, series: false, mute: null, run: null } as const;

const startOf = (operation: Operation): EventTime | null => {
  switch (operation.kind) {
    case 'delete':
      return operation.previousStart;
    case 'cancel-slot':
      return operation.originalStart;
    case 'replace':
      return operation.makes.content.start;
    default:
      return operation.content.start;
  }
};

const isSeries = (operation: Operation): boolean =>
  operation.kind === 'replace'
    ? isSeries(operation.makes)
    : operation.kind === 'delete'
      ? operation.series
      : 'content' in operation && operation.content.recurrence.length > 0;

/**
 * Takes what was done, muted and newly held; returns it as things that happened: one for each event and kind, with the
 * targets it happened on. It names times and calendars, never titles.
 */
export function activityOf(
  done: readonly Operation[],
  mutes: readonly Mute[],
  holds: readonly Hold[],
  at: Instant,
): readonly ActivityView[] {
  const moment = new Date(at).toISOString();
  const things = new Map<string, ActivityView>();
  for (const operation of done) {
    const kind = kindOf(operation);
    const slot = isSlot(operation) ? operation.slotKey : '';
    // Told once, however many they are: to the person they are one mistake of the past that was mended.
    const ofBlock = operation.reason === 'block-of-block';
    const key = ofBlock
      ? operation.reason
      : [operation.groupKey, operation.sourceId, kind, operation.reason, slot].join('|');
    const known = things.get(key);
    if (known === undefined && things.size >= activityLimit) continue;
    const targets: readonly CalendarId[] = known?.targetIds ?? [];
    things.set(key, {
      at: moment,
      kind,
      reason: operation.reason,
      sourceId: ofBlock ? null : operation.sourceId,
      targetIds: targets.includes(operation.targetId) ? [...targets] : [...targets, operation.targetId],
      start: ofBlock ? null : startOf(operation),
      previousStart:
        operation.kind === 'update'
          ? operation.previousStart
          : operation.kind === 'put-slot'
            ? operation.originalStart
            : null,
      series: !ofBlock && isSeries(operation),
      mute: null,
      run: null,
    });
  }
  const muted = mutes.slice(0, activityLimit).map((mute): ActivityView => ({
    ...nothing,
    at: moment,
    kind: 'muted',
    reason: 'muted',
    targetIds: [mute.targetId],
    mute: muteKey(mute),
  }));
  const held = holds.map((hold): ActivityView => ({
    ...nothing,
    at: moment,
    kind: 'held',
    reason: 'held',
    sourceId: hold.kind === 'mass-deletion' ? hold.calendarId : null,
    targetIds: hold.kind === 'mass-deletion' ? [] : [hold.calendarId],
  }));
  return [...things.values(), ...muted, ...held];
}

/** Takes calendars from which the last blocks of a removed account went; returns that as things that happened. */
export function leftRemovals(targetIds: readonly CalendarId[], at: Instant): readonly ActivityView[] {
  return targetIds.map((targetId) => ({
    ...nothing,
    at: new Date(at).toISOString(),
    kind: 'removed',
    reason: 'calendar-not-used',
    targetIds: [targetId],
  }));
}

/** A block that stands again, and where. */
export interface PutBack {
  readonly targetId: CalendarId;
  readonly row: EventRow;
}

/** Takes blocks that were put back while it was found out who removed them; returns that as things that happened. */
export function putBackActivity(blocks: readonly PutBack[], at: Instant): readonly ActivityView[] {
  return blocks.map(({ targetId, row }) => ({
    ...nothing,
    at: new Date(at).toISOString(),
    kind: 'added',
    reason: 'put-back',
    targetIds: [targetId],
    start: row.start,
    series: row.recurrence.length > 0,
  }));
}
