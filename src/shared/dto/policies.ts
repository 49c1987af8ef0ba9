import { z } from 'zod';
import { calendarIdSchema } from '../ids.ts';

export const weekdaySchema = z.enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']);
export type Weekday = z.infer<typeof weekdaySchema>;

/** Whether the clock of a computer knows a zone by this name. */
function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What was parsed, to be read alone: nothing in it is changed, lists in it neither. */
type ReadOnly<Parsed> = { readonly [Name in keyof Parsed]: ReadOnly<Parsed[Name]> };

/**
 * The hours that count, by the clock of a zone. An end (`HH:MM`, `24:00` too) that is not after the start is on the next
 * day; a window belongs to the day that it begins on.
 */
export const workingHoursSchema = z.strictObject({
  timeZone: z.string().refine(isZone, 'is no time zone, such as Europe/Berlin'),
  days: z.array(weekdaySchema).min(1).max(7),
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day, such as 09:00'),
  to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is no time of day, such as 17:30'),
});
export type WorkingHours = ReadOnly<z.infer<typeof workingHoursSchema>>;

/**
 * What counts as busy on one source calendar: each line is a switch (design.md, "What is busy"). What is not said has its
 * ordinary value.
 */
export const busyPolicySchema = z.strictObject({
  allDay: z.enum(['never', 'when-marked-busy', 'always']),
  free: z.boolean(),
  declined: z.boolean(),
  unanswered: z.boolean(),
  tentative: z.boolean(),
  workingLocation: z.boolean(),
  birthday: z.boolean(),
  focusTime: z.boolean(),
  outOfOffice: z.boolean(),
  /** Whether events that the service found in mail count although it marks them free. Days follow `allDay`. */
  fromMail: z.boolean().default(false),
  /** Whether this is a calendar of holidays: its days count, whatever `allDay` says and however they are marked. */
  holidays: z.boolean().default(false),
  /** Whether events count on which the person is an optional guest. */
  optionalGuest: z.boolean().default(true),
  /** Only what overlaps these hours counts; null for all hours. */
  hours: workingHoursSchema.nullable().default(null),
  /** Shorter events do not count; 0 for all. Days are never too short. */
  minimumMinutes: z.int().min(0).max(1440).default(0),
  /** Titles that do not count: patterns with `*` and `?`, one a line or parted by commas. */
  ignoreTitles: z.string().max(500).default(''),
});
export type BusyPolicy = ReadOnly<z.infer<typeof busyPolicySchema>>;

/** The most minutes that a block may begin before its event, or end after it (design.md, "What a block shows"). */
export const mostBuffer = 240;

/** What blocks on one route show. */
export const blockPolicySchema = z.strictObject({
  /** May hold `{title}`, `{calendar}` and `{account}`; without them nothing of the event is told. */
  summary: z.string().min(1).max(1024),
  visibility: z.enum(['private', 'default']),
  /** Google's "1".."11", or null for the calendar's own colour. */
  colorId: z
    .string()
    .regex(/^([1-9]|1[01])$/)
    .nullable(),
  /** Whole minutes that a block begins before its event; days have none, and a series stops at midnight. */
  bufferBefore: z.int().min(0).max(mostBuffer).default(0),
  /** Whole minutes that a block ends after its event; days have none. */
  bufferAfter: z.int().min(0).max(mostBuffer).default(0),
  /** Whether the place of the event is told. */
  place: z.boolean().default(false),
  /** Whether title and place are told of private and confidential events, too. */
  tellPrivate: z.boolean().default(false),
  /** Whether blocks are out-of-office events where the account may make them. */
  outOfOffice: z.boolean().default(false),
});
export type BlockPolicy = ReadOnly<z.infer<typeof blockPolicySchema>>;

/** How often to look, in minutes: a day at most. */
const intervalSchema = z.int().min(1).max(1440);

/** All that a person has chosen about syncing. A route without an entry follows `block`. */
export const policiesSchema = z.strictObject({
  intervalMinutes: intervalSchema,
  block: blockPolicySchema,
  routes: z.array(z.strictObject({ sourceId: calendarIdSchema, targetId: calendarIdSchema, block: blockPolicySchema })),
  busy: z.array(z.strictObject({ calendarId: calendarIdSchema, busy: busyPolicySchema })),
});
export type Policies = z.infer<typeof policiesSchema>;

/** One change of it. A route's `block: null` makes it follow the common one again. */
export const policyChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('interval'), minutes: intervalSchema }),
  z.strictObject({ kind: z.literal('block'), block: blockPolicySchema }),
  z.strictObject({
    kind: z.literal('route'),
    sourceId: calendarIdSchema,
    targetId: calendarIdSchema,
    block: blockPolicySchema.nullable(),
  }),
  z.strictObject({ kind: z.literal('busy'), calendarId: calendarIdSchema, busy: busyPolicySchema }),
  z.strictObject({
    kind: z.literal('use'),
    calendarId: calendarIdSchema,
    source: z.boolean(),
    target: z.boolean(),
  }),
]);
export type PolicyChange = z.infer<typeof policyChangeSchema>;
