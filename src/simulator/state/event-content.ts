import { z } from 'zod';
import { canonicalZone } from '../../shared/zones.ts';
import { eventTypeRestriction, invalid, required, timeRangeEmpty } from '../failures.ts';
import { without } from '../objects.ts';
import type { Outcome } from '../outcome.ts';
import { refuse, success } from '../outcome.ts';
import { recurrenceProblem } from '../recurrence.ts';
import { addDays, canonicalTime, daysBetween, instantOf, readTime } from '../time.ts';
import type { When, Zones } from '../time.ts';
import type { Switches } from './switches.ts';

const timeSchema = z.strictObject({
  date: z.string().optional(),
  dateTime: z.string().optional(),
  timeZone: z.string().optional(),
});

const personSchema = z.looseObject({
  id: z.string().optional(),
  email: z.string().optional(),
  displayName: z.string().optional(),
  self: z.boolean().optional(),
});

const attendeeSchema = z.looseObject({
  email: z.string(),
  displayName: z.string().optional(),
  organizer: z.boolean().optional(),
  self: z.boolean().optional(),
  resource: z.boolean().optional(),
  optional: z.boolean().optional(),
  responseStatus: z.enum(['needsAction', 'declined', 'tentative', 'accepted']).optional(),
  comment: z.string().optional(),
});

/** The fields of an event that are kept, in Google's event-resource form (discovery document). */
export const eventContentSchema = z.strictObject({
  status: z.enum(['confirmed', 'tentative', 'cancelled']).optional(),
  summary: z.string().optional(),
  description: z.string().optional(),
  location: z.string().optional(),
  colorId: z.string().optional(),
  creator: personSchema.optional(),
  organizer: personSchema.optional(),
  start: timeSchema.optional(),
  end: timeSchema.optional(),
  endTimeUnspecified: z.boolean().optional(),
  recurrence: z.array(z.string()).optional(),
  transparency: z.enum(['opaque', 'transparent']).optional(),
  visibility: z.enum(['default', 'public', 'private', 'confidential']).optional(),
  iCalUID: z.string().optional(),
  sequence: z.number().int().nonnegative().optional(),
  attendees: z.array(attendeeSchema).optional(),
  attendeesOmitted: z.boolean().optional(),
  extendedProperties: z
    .strictObject({
      private: z.record(z.string(), z.string()).optional(),
      shared: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  hangoutLink: z.string().optional(),
  conferenceData: z.looseObject({}).optional(),
  gadget: z.looseObject({}).optional(),
  anyoneCanAddSelf: z.boolean().optional(),
  guestsCanInviteOthers: z.boolean().optional(),
  guestsCanModify: z.boolean().optional(),
  guestsCanSeeOtherGuests: z.boolean().optional(),
  privateCopy: z.boolean().optional(),
  locked: z.boolean().optional(),
  reminders: z
    .strictObject({
      useDefault: z.boolean().optional(),
      overrides: z.array(z.strictObject({ method: z.string(), minutes: z.number().int() })).optional(),
    })
    .optional(),
  source: z.strictObject({ url: z.string().optional(), title: z.string().optional() }).optional(),
  attachments: z.array(z.looseObject({})).optional(),
  eventType: z.enum(['default', 'outOfOffice', 'focusTime', 'workingLocation', 'birthday', 'fromGmail']).optional(),
  workingLocationProperties: z.looseObject({ type: z.string().optional() }).optional(),
  outOfOfficeProperties: z.looseObject({}).optional(),
  focusTimeProperties: z.looseObject({}).optional(),
  birthdayProperties: z.looseObject({ type: z.string().optional() }).optional(),
  eventLabelId: z.string().optional(),
});

/** The kept fields of an event; `start` and `end` in canonical form (UTC, no fractions). */
export type EventContent = z.infer<typeof eventContentSchema>;

/** Fields of the resource that a writer may send and that the service sets itself. */
const OUTPUT_ONLY: ReadonlySet<string> = new Set([
  'kind',
  'etag',
  'id',
  'htmlLink',
  'created',
  'updated',
  'recurringEventId',
  'originalStartTime',
]);
const SET_BY_SERVICE: ReadonlySet<string> = new Set([
  'creator',
  'organizer',
  'hangoutLink',
  'locked',
  'attendeesOmitted',
]);

/** Names of all fields of the event resource, for the `fields` mask. */
export function eventFieldNames(): ReadonlySet<string> {
  return new Set([...OUTPUT_ONLY, ...Object.keys(eventContentSchema.shape)]);
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Patch semantics: objects are merged, arrays replaced, null deletes (RFC 7396).
 * An empty text under extendedProperties deletes the key too (google-calendar.md §3.4).
 */
export function mergePatch(target: unknown, patch: unknown, path = ''): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    const drop = value === null || (value === '' && /^extendedProperties\.(private|shared)$/.test(path));
    const next = drop ? undefined : mergePatch(merged[key], value, path === '' ? key : `${path}.${key}`);
    merged[key] = next;
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

/** Removes null members, which mean "not given" in a full body. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

/** Who wrote a body: a client over the API, or a world file or the web UI, which may set more. */
export type BodySource = 'client' | 'trusted';

/**
 * Reads a body in event-resource form into content, without judging its times.
 * Output-only fields are dropped; from a client also those that only the service sets.
 */
export function readContent(body: unknown, source: BodySource, switches: Switches): Outcome<EventContent> {
  if (!isObject(body)) return refuse(invalid('Parse Error', undefined, 'parseError'));
  const known: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if (OUTPUT_ONLY.has(key)) continue;
    if (source === 'client' && SET_BY_SERVICE.has(key)) continue;
    if (!(key in eventContentSchema.shape) && switches.unknownBodyFields === 'ignore') continue;
    known[key] = value;
  }
  const parsed = eventContentSchema.safeParse(withoutNulls(known));
  if (parsed.success) return success(parsed.data);
  const issue = parsed.error.issues[0];
  const path = issue === undefined ? '' : issue.path.join('.');
  return refuse(invalid(`Invalid value at '${path === '' ? 'event' : path}': ${issue?.message ?? 'unreadable'}`));
}

/** What is judged beside the content itself. */
export interface JudgeContext {
  readonly source: BodySource;
  readonly zones: Zones;
  readonly switches: Switches;
  readonly calendarZone: string;
  readonly calendarIsPrimary: boolean;
  readonly isInstance: boolean;
}

/** Content that passed every check, with its times parsed. */
export interface JudgedContent {
  readonly content: EventContent;
  readonly start: When;
  readonly end: When;
}

/** Rows of real calendars name zones by an offset; whether a client may do so is not known. */
function isRefusedZone(name: string, { refusedZones, offsetZones }: Switches): boolean {
  return refusedZones.includes(name) || (offsetZones === 'refused' && canonicalZone(name) !== name);
}

/** Checks content as the service does on every write (google-calendar.md §9) and brings it into canonical form. */
export function judgeContent(content: EventContent, context: JudgeContext): Outcome<JudgedContent> {
  const { zones, source } = context;
  if (content.start === undefined) return refuse(required('Missing start time.'));
  if (content.end === undefined) return refuse(required('Missing end time.'));
  for (const [name, time] of [
    ['start', content.start],
    ['end', content.end],
  ] as const) {
    if (time.date !== undefined && time.dateTime !== undefined) return refuse(invalid(`Invalid ${name} time.`));
    if (time.date === undefined && time.dateTime === undefined) return refuse(required(`Missing ${name} time.`));
    const refused = source === 'client' && isRefusedZone(time.timeZone ?? '', context.switches);
    if (time.timeZone !== undefined && (refused || !zones.isKnown(time.timeZone))) {
      return refuse(invalid(`Invalid time zone definition for ${name} time.`));
    }
  }
  if ((content.start.date === undefined) !== (content.end.date === undefined)) {
    return refuse(invalid('Start and end times must either both be date or both be dateTime.'));
  }
  const recurrence = content.recurrence ?? [];
  const recurring = recurrence.length > 0;
  if (recurring && context.isInstance) return refuse(invalid('Invalid recurrence: an instance cannot recur.'));
  if (recurring && content.start.date === undefined) {
    // Each side that lacks its zone has an entry of its own in `errors[]`.
    const [first, ...more] = (['start', 'end'] as const)
      .filter((side) => content[side]?.timeZone === undefined)
      .map((side) => required(`Missing time zone definition for ${side} time.`));
    if (first !== undefined) return refuse({ ...first, more });
  }
  const start = readTime(content.start);
  if (start === undefined) return refuse(invalid('Invalid start time.'));
  const end = readTime(content.end, content.start.timeZone);
  if (end === undefined) return refuse(invalid('Invalid end time.'));
  const length = instantOf(end, zones, 'UTC') - instantOf(start, zones, 'UTC');
  // Because events of no length exist in real calendars although a client is refused them (google-calendar.md §0.18).
  if (length < 0 || (length === 0 && source === 'client')) return refuse(timeRangeEmpty());
  if (recurring) {
    const zone = content.start.timeZone ?? context.calendarZone;
    const problem = recurrenceProblem({ start, zone, recurrence });
    if (problem !== undefined) return refuse(invalid(problem));
  }
  const rest = judgeDetails(content, start, end, context);
  if (!rest.ok) return rest;
  return success({
    content: { ...rest.value, start: canonicalTime(start), end: canonicalTime(end) },
    start,
    end,
  });
}

function judgeDetails(content: EventContent, start: When, end: When, context: JudgeContext): Outcome<EventContent> {
  if (content.colorId !== undefined && !/^([1-9]|1[01])$/.test(content.colorId)) {
    return refuse(invalid('Invalid value for colorId.'));
  }
  for (const attendee of content.attendees ?? []) {
    if (!attendee.email.includes('@')) return refuse(invalid('Invalid attendee email.'));
  }
  const overrides = content.reminders?.overrides ?? [];
  if (content.reminders?.useDefault === true && overrides.length > 0) {
    return refuse(
      invalid(
        'Cannot specify both default reminders and overrides at the same time.',
        undefined,
        'cannotUseDefaultRemindersAndSpecifyOverride',
      ),
    );
  }
  if (
    overrides.length > 5 ||
    overrides.some(({ method, minutes }) => !/^(email|popup)$/.test(method) || minutes < 0 || minutes > 40_320)
  ) {
    return refuse(invalid('Invalid reminder overrides.'));
  }
  const typed = context.source === 'client' ? judgeEventType(content, start, end, context) : undefined;
  if (typed !== undefined) return typed;
  return judgeExtendedProperties(content, context.switches);
}

/** The creation rules of status events (google-calendar.md §3.1). */
function judgeEventType(
  content: EventContent,
  start: When,
  end: When,
  context: JudgeContext,
): { readonly ok: false; readonly failure: ReturnType<typeof invalid> } | undefined {
  const type = content.eventType ?? 'default';
  if (type === 'default') return undefined;
  if (type === 'fromGmail') return refuse(eventTypeRestriction('An event of type fromGmail cannot be created.'));
  if (type === 'birthday') {
    return start.kind === 'date'
      ? undefined
      : refuse(eventTypeRestriction('A birthday event must be an all-day event.'));
  }
  if (context.source !== 'trusted' && context.switches.statusEvents === 'refused') {
    return refuse(eventTypeRestriction(`This account cannot make events of type ${type}.`));
  }
  if (!context.calendarIsPrimary) {
    return refuse(eventTypeRestriction(`An event of type ${type} can only be on a primary calendar.`));
  }
  if (type === 'workingLocation') {
    const wrong =
      content.visibility !== 'public' ||
      content.transparency !== 'transparent' ||
      (start.kind === 'date' && end.kind === 'date' && daysBetween(start.date, end.date) !== 1);
    return wrong
      ? refuse(eventTypeRestriction('A working location event must be public, transparent and at most one day long.'))
      : undefined;
  }
  const wrong = start.kind === 'date' || content.transparency === 'transparent';
  return wrong ? refuse(eventTypeRestriction(`An event of type ${type} must be timed and opaque.`)) : undefined;
}

function judgeExtendedProperties(content: EventContent, switches: Switches): Outcome<EventContent> {
  const properties = content.extendedProperties;
  if (properties === undefined) return success(content);
  const truncate = switches.extendedPropertyOverflow === 'truncate';
  let count = 0;
  let size = 0;
  const kept: { private?: Record<string, string>; shared?: Record<string, string> } = {};
  for (const side of ['private', 'shared'] as const) {
    const entries = Object.entries(properties[side] ?? {});
    const fitting: Record<string, string> = {};
    for (const [key, value] of entries) {
      if ((key.length > 44 || value.length > 1024) && !truncate) {
        return refuse(invalid('Extended property key or value is too long.', `extendedProperties.${side}`));
      }
      if (key.length > 44) continue;
      fitting[key] = value.slice(0, 1024);
      count += 1;
      size += Buffer.byteLength(key) + Buffer.byteLength(value);
    }
    if (Object.keys(fitting).length > 0) kept[side] = fitting;
  }
  if (count > 300 || size > 32_768) return refuse(invalid('Too many extended properties.', 'extendedProperties'));
  const others = without(content, 'extendedProperties');
  return success(Object.keys(kept).length === 0 ? others : { ...others, extendedProperties: kept });
}

/** The end of a slot: the length of the series' first slot applied at the slot, in whole days for all-day series. */
export function endOfSlot(slot: When, start: When, end: When): When {
  if (slot.kind === 'date' && start.kind === 'date' && end.kind === 'date') {
    return { kind: 'date', date: addDays(slot.date, daysBetween(start.date, end.date)) };
  }
  if (slot.kind === 'timed' && start.kind === 'timed' && end.kind === 'timed') {
    return { kind: 'timed', ms: slot.ms + (end.ms - start.ms), timeZone: end.timeZone };
  }
  return slot;
}
