import { z } from 'zod';
import { accessSchema } from './access.ts';
import { appErrorSchema } from './errors.ts';
import { firstChoiceSchema } from './first-choice.ts';
import { accountIdSchema, calendarIdSchema, eventIdSchema } from './ids.ts';
import { eventTimeSchema } from './time.ts';

/** A moment as it crosses to a page or into JSON: ISO 8601 in UTC with milliseconds. */
const momentSchema = z.iso.datetime({ precision: 3 });

export const accountViewSchema = z.strictObject({
  id: accountIdSchema,
  email: z.string(),
  state: z.enum(['connected', 'needs-sign-in', 'resting']),
  /** Whether the sign-in is kept in the keychain or only until CalSync quits. */
  kept: z.enum(['keychain', 'until-quit']),
  /** When Google has said that this sign-in will end, or null. */
  signInEndsAt: momentSchema.nullable(),
});
export type AccountView = z.infer<typeof accountViewSchema>;

export const calendarViewSchema = z.strictObject({
  id: calendarIdSchema,
  name: z.string(),
  accountId: accountIdSchema,
  /** `#rrggbb` as the calendar is drawn at the provider, or null. */
  colour: z.string().nullable(),
  timeZone: z.string().nullable(),
  access: accessSchema,
  /** Whether events may be written there while private ones cannot be seen: no calendar for blocks, then. */
  privateHidden: z.boolean(),
  primary: z.boolean(),
  source: z.boolean(),
  target: z.boolean(),
  /** Whether out-of-office blocks can be made there: as far as is known, only a main calendar takes them, or refused. */
  outOfOffice: z.enum(['possible', 'not-main', 'refused']),
  /** What decides about its use before the person does. */
  firstChoice: firstChoiceSchema,
  /** Whether it came after the start and waits for the person to decide about it. */
  offered: z.boolean(),
  /** Since when no account lists it any more; null while one does. */
  goneSince: momentSchema.nullable(),
  /** What its service calls it by now. `id` stays what its blocks are named by. */
  address: calendarIdSchema,
  /** What the calendar was called that this one may be under a new address; null unless the person is asked. */
  formerly: z.string().nullable(),
  /** Live blocks of ours on this calendar. */
  blocks: z.int().nonnegative(),
  /** When a read of this calendar last succeeded, or null. */
  lastReadAt: momentSchema.nullable(),
  trouble: appErrorSchema.nullable(),
});
export type CalendarView = z.infer<typeof calendarViewSchema>;

/** What was decided about an event on a target, as the planner says it (`src/main/core`). */
export const reasonSchema = z.enum([
  // Why a block is written.
  'new-event',
  'event-changed',
  'policy-changed',
  'put-right',
  'zone-told',
  'slot-changed',
  'slot-restored',
  'series-reshaped',
  'became-busy',
  'made-anew',
  'other-copy',
  'put-back',
  'removed-elsewhere',
  // Why a block is removed.
  'event-deleted',
  'event-not-busy',
  'event-held-elsewhere',
  'calendar-not-used',
  'second-block',
  'undone',
  'block-of-block',
  // Why an event is not busy.
  'cancelled',
  'copy-of-ours',
  'looks-like-block',
  'working-location',
  'birthday',
  'free',
  'declined',
  'unanswered',
  'tentative',
  'optional-guest',
  'all-day',
  'focus-time',
  'out-of-office',
  'no-times',
  'outside-hours',
  'too-short',
  'title-ignored',
  // Why a busy event has no block, or an operation is not planned now.
  'not-a-source',
  'same-meeting-on-target',
  'same-meeting-from-another-calendar',
  'muted',
  'past',
  'waiting-for-confirmation',
  'target-unavailable',
  'source-unavailable',
  'source-unknown',
  'source-gone',
  'held',
  'another-computer',
  'zone-refused',
  'one-by-one',
  'kept',
]);
export type Reason = z.infer<typeof reasonSchema>;

export const holdViewSchema = z.strictObject({
  /** Names the hold in commands: `mass-deletion:<calendar id>` and the like. */
  key: z.string(),
  kind: z.enum(['mass-deletion', 'external-wipe']),
  calendarId: calendarIdSchema,
  calendarName: z.string(),
  count: z.int().positive(),
  since: momentSchema,
  /** Tells what is held now from what is held later under this name: a choice is about exactly that. */
  version: z.string(),
});
export type HoldView = z.infer<typeof holdViewSchema>;

/** What a hold is about, block by block; no title, because times and calendars are enough. */
export const heldBlocksSchema = z.strictObject({
  /** As in `HoldView`: of which state of the hold these are the blocks. */
  version: z.string(),
  blocks: z.array(
    z.strictObject({
      targetId: calendarIdSchema,
      targetName: z.string(),
      /** When it starts, or started where it is gone; null where that is not known. */
      start: eventTimeSchema.nullable(),
      series: z.boolean(),
    }),
  ),
});
export type HeldBlocks = z.infer<typeof heldBlocksSchema>;

/** A database that was put aside, before an update or because it was damaged: it still holds what was removed since. */
export const copyViewSchema = z.strictObject({
  name: z.string(),
  why: z.enum(['update', 'damaged']),
  since: momentSchema,
  bytes: z.int().nonnegative(),
});
export type CopyView = z.infer<typeof copyViewSchema>;

export const muteViewSchema = z.strictObject({
  key: z.string(),
  targetId: calendarIdSchema,
  targetName: z.string(),
  /** When the muted event starts, or null where the event is not known any more. */
  start: eventTimeSchema.nullable(),
  since: momentSchema,
});
export type MuteView = z.infer<typeof muteViewSchema>;

/** A block that is kept as it was before a sync that the person undid. */
export const keptViewSchema = z.strictObject({
  key: z.string(),
  sourceName: z.string(),
  targetId: calendarIdSchema,
  targetName: z.string(),
  start: eventTimeSchema,
  series: z.boolean(),
  since: momentSchema,
});
export type KeptView = z.infer<typeof keptViewSchema>;

/** One thing that happened to a person's calendars. No title: times and calendars are enough. */
export const activityViewSchema = z.strictObject({
  at: momentSchema,
  kind: z.enum(['added', 'changed', 'moved', 'removed', 'put-right', 'muted', 'held']),
  reason: reasonSchema,
  sourceId: calendarIdSchema.nullable(),
  targetIds: z.array(calendarIdSchema),
  start: eventTimeSchema.nullable(),
  previousStart: eventTimeSchema.nullable(),
  series: z.boolean(),
  /** Of a block that is kept away: the name of its mute while that holds, else null. */
  mute: z.string().nullable().default(null),
  /** The sync that did it; null where that is not known any more. */
  run: z.int().positive().nullable().default(null),
});
export type ActivityView = z.infer<typeof activityViewSchema>;

export const triggerSchema = z.enum([
  'start',
  'interval',
  'manual',
  'wake',
  'network',
  'settings',
  'account',
  'command',
  'undo',
]);
export type Trigger = z.infer<typeof triggerSchema>;

export const runViewSchema = z.strictObject({
  id: z.int().positive(),
  trigger: triggerSchema,
  startedAt: momentSchema,
  finishedAt: momentSchema.nullable(),
  outcome: z.enum(['running', 'ok', 'partial', 'failed', 'offline', 'interrupted']),
  added: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  held: z.int().nonnegative(),
  /** Skips by reason. */
  skipped: z.record(z.string(), z.int().nonnegative()),
  /** Requests to the provider by kind (`events.list`, `batch`, …); a batch is one request. */
  requests: z.record(z.string(), z.int().nonnegative()),
  /** Writes to calendars, each part of a batch counted. */
  writes: z.int().nonnegative(),
  durationMs: z.int().nonnegative().nullable(),
  errors: z.array(appErrorSchema),
});
export type RunView = z.infer<typeof runViewSchema>;

/** Something that is not as it should be, and since when. */
export const troubleSchema = z.strictObject({
  ...appErrorSchema.shape,
  /** Since when it stands without a break, as far as that is known. */
  since: momentSchema.nullable(),
  /** How many meetings have no right block because of it; 0 where it is not about single meetings. */
  meetings: z.int().nonnegative(),
  /** Tells what exactly it is about from what it is about later: what a person knows is exactly this. */
  what: z.string(),
  /** Whether the person has said that they know it (`acknowledge`). */
  known: z.boolean(),
});
export type Trouble = z.infer<typeof troubleSchema>;

/** What CalSync waits for, and since when; `error` says why, where that is known. */
export const waitSchema = z.strictObject({ since: momentSchema, error: appErrorSchema.nullable() });
export type Wait = z.infer<typeof waitSchema>;

export const statusSchema = z.strictObject({
  version: z.string(),
  demo: z.boolean(),
  /** Writes done and planned while a run is pushing, or null. */
  progress: z.strictObject({ done: z.int().nonnegative(), total: z.int().nonnegative() }).nullable(),
  /** The sign-in that waits for the browser, so that whoever sees no page can open it themselves; null while none does. */
  signIn: z
    .strictObject({
      since: momentSchema,
      address: z.url(),
      /** Whether the system has said that it opened a browser. */
      opened: z.enum(['asked', 'opened', 'failed']),
    })
    .nullable(),
  /** Until when the sync that goes on waits because the service asked for it; null where it does not. */
  restsUntil: momentSchema.nullable(),
  /** Whether the person has asked for the first sync; until then nothing runs by itself. */
  started: z.boolean(),
  /** Since when a sync goes on, in this process or another one; null while none does. */
  runningSince: momentSchema.nullable(),
  /** Since when this process syncs by itself: its start, or the last wake of the computer. Null where it does not. */
  awakeSince: momentSchema.nullable(),
  /** How often it is to look, in minutes. */
  intervalMinutes: z.int().positive(),
  /** When a sync last came to its end and could read something. */
  lastSyncAt: momentSchema.nullable(),
  nextSyncAt: momentSchema.nullable(),
  /** `forever`, a moment, or null when not paused. */
  pausedUntil: z.union([z.literal('forever'), momentSchema]).nullable(),
  pausedSince: momentSchema.nullable(),
  /** Whether all blocks were removed, which paused it. */
  pausedByReset: z.boolean(),
  accounts: z.array(accountViewSchema),
  calendars: z.array(calendarViewSchema),
  holds: z.array(holdViewSchema),
  activity: z.array(activityViewSchema),
  lastRun: runViewSchema.nullable(),
  /** How the newest sync stands, whether it has ended or not; null before the first. */
  newestRun: runViewSchema.pick({ startedAt: true, outcome: true }).nullable(),
  /** Meetings that are to be looked at by the next sync. */
  waiting: z.int().nonnegative(),
  /** Meetings of which a block is gone and nobody knows yet who removed it: they wait for a second look. */
  settling: z.strictObject({ meetings: z.int().positive(), since: momentSchema.nullable() }).nullable(),
  /** Why the last sync that was due could not start; null where it could. */
  couldNotStart: z.strictObject({ since: momentSchema, error: appErrorSchema }).nullable(),
  /** What nothing goes on without. */
  waitsFor: z.strictObject({
    disk: waitSchema.nullable(),
    keychain: waitSchema.nullable(),
    engine: waitSchema.nullable(),
  }),
  /** Syncs of the last week that can be undone, newest first. */
  undoable: z.array(z.int().positive()),
  /** What is not as it should be, each by itself; `healthOf` gathers and judges them. */
  troubles: z.array(troubleSchema),
});
export type Status = z.infer<typeof statusSchema>;

export const plannedOperationSchema = z.strictObject({
  kind: z.enum(['create', 'revive', 'update', 'replace', 'delete', 'put-slot', 'cancel-slot']),
  reason: reasonSchema,
  sourceId: calendarIdSchema.nullable(),
  targetId: calendarIdSchema,
  start: eventTimeSchema.nullable(),
  end: eventTimeSchema.nullable(),
  series: z.boolean(),
});
export type PlannedOperation = z.infer<typeof plannedOperationSchema>;

export const plannedSkipSchema = z.strictObject({
  reason: reasonSchema,
  sourceId: calendarIdSchema.nullable(),
  targetId: calendarIdSchema.nullable(),
  start: eventTimeSchema.nullable(),
});
export type PlannedSkip = z.infer<typeof plannedSkipSchema>;

export const planViewSchema = z.strictObject({
  operations: z.array(plannedOperationSchema),
  skips: z.array(plannedSkipSchema),
  holds: z.array(holdViewSchema),
});
export type PlanView = z.infer<typeof planViewSchema>;

/** Why something that a sync has written is left by its undo, and how often. */
export const undoLeftSchema = z.strictObject({
  reason: z.enum(['event-changed', 'block-changed']),
  count: z.int().positive(),
});
export type UndoLeft = z.infer<typeof undoLeftSchema>;

/** Blocks on a calendar that are not known to be from a connected calendar. */
export const otherBlocksSchema = z.strictObject({
  calendarId: calendarIdSchema,
  name: z.string(),
  count: z.int().positive(),
  /** Whether the calendar is the person's own: on those of others each is asked for. */
  own: z.boolean(),
});
export type OtherBlocks = z.infer<typeof otherBlocksSchema>;

/** Blocks of a calendar that are still there after a removal, and why. */
export const stillThereSchema = z.strictObject({
  calendarId: calendarIdSchema,
  name: z.string(),
  /** As many as are known; the calendar may hold more. */
  count: z.int().nonnegative(),
  error: appErrorSchema,
  /** Whether they are removed by themselves as soon as the calendar can be reached. */
  later: z.boolean(),
});
export type StillThere = z.infer<typeof stillThereSchema>;

/** What a removal would meet: counted by a search, nothing changed. */
export const removalFindingsSchema = z.strictObject({
  /** Blocks of this install that would be removed, and on how many calendars. */
  blocks: z.int().nonnegative(),
  calendars: z.int().nonnegative(),
  /** Tagged, but not ours by identity: a person's own copy. */
  leftAlone: z.int().nonnegative(),
  others: z.array(otherBlocksSchema),
  still: z.array(stillThereSchema),
  /** Names of connected calendars that could not be read: what is counted under `others` may be theirs. */
  unread: z.array(z.string()),
});
export type RemovalFindings = z.infer<typeof removalFindingsSchema>;

/** What has come of a removal. `found` is the sum of what was removed, had gone, was left alone and is still there. */
export const resetReceiptSchema = z.strictObject({
  found: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  alreadyGone: z.int().nonnegative(),
  /** Tagged, but not ours by identity: a person's own copy. */
  leftAlone: z.int().nonnegative(),
  /** Made for another address: one that their calendar had before, or of a calendar that they were moved from. Left. */
  formerAddress: z.int().nonnegative(),
  /** Left, because they are not known to be from a connected calendar. */
  others: z.array(otherBlocksSchema),
  still: z.array(stillThereSchema),
  /** Names of connected calendars that could not be read: what is counted under `others` may be theirs. */
  unread: z.array(z.string()),
  /** Removed blocks that were made again between two searches, by another computer. */
  cameBack: z.int().nonnegative(),
  /** Why the permission could not be given back to the provider, where that was asked for; else null. */
  notRevoked: appErrorSchema.nullable(),
});
export type ResetReceipt = z.infer<typeof resetReceiptSchema>;

export const doctorReportSchema = z.strictObject({
  checks: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['ok', 'attention', 'failed']),
      finding: z.string(),
      action: z.string().nullable(),
    }),
  ),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;

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

/**
 * The hours that count, by the clock of a zone. An end that is not after the start is on the next day; a window belongs
 * to the day that it begins on.
 */
export const workingHoursSchema = z.strictObject({
  timeZone: z.string().refine(isZone, 'is no time zone, such as Europe/Berlin'),
  days: z.array(weekdaySchema).min(1).max(7),
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day, such as 09:00'),
  to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is no time of day, such as 17:30'),
});

/** What counts as busy on one source calendar: each line a switch. What is not said has its ordinary value. */
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
  /** Whether events that the service found in mail count although it marks them free. */
  fromMail: z.boolean().default(false),
  /** Whether this is a calendar of holidays: its days count, although such calendars mark them free. */
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

/** What blocks show. The summary may hold `{title}`, `{calendar}` and `{account}`; without them nothing is told. */
export const blockPolicySchema = z.strictObject({
  summary: z.string().min(1).max(1024),
  visibility: z.enum(['private', 'default']),
  /** Google's "1".."11", or null for the calendar's own colour. */
  colorId: z
    .string()
    .regex(/^([1-9]|1[01])$/)
    .nullable(),
  /** Minutes that a block begins before and ends after its event. Days have none. */
  bufferBefore: z.int().min(0).max(240).default(0),
  bufferAfter: z.int().min(0).max(240).default(0),
  /** Whether the place of the event is told. */
  place: z.boolean().default(false),
  /** Whether title and place are told of private and confidential events, too. */
  tellPrivate: z.boolean().default(false),
  /** Whether blocks are out-of-office events where the account may make them. */
  outOfOffice: z.boolean().default(false),
});

/** All that a person has chosen about syncing. A route without an entry follows `block`. */
export const policiesSchema = z.strictObject({
  intervalMinutes: z.int().min(1).max(1440),
  block: blockPolicySchema,
  routes: z.array(z.strictObject({ sourceId: calendarIdSchema, targetId: calendarIdSchema, block: blockPolicySchema })),
  busy: z.array(z.strictObject({ calendarId: calendarIdSchema, busy: busyPolicySchema })),
});
export type Policies = z.infer<typeof policiesSchema>;

/** One change of it. A route's `block: null` makes it follow the common one again. */
export const policyChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('interval'), minutes: z.int().min(1).max(1440) }),
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

/** What a change would write: "this will add 12, change 40, remove 3 blocks in 2 calendars". */
export const planCountsSchema = z.strictObject({
  add: z.int().nonnegative(),
  change: z.int().nonnegative(),
  remove: z.int().nonnegative(),
  calendars: z.int().nonnegative(),
  held: z.int().nonnegative(),
});
export type PlanCounts = z.infer<typeof planCountsSchema>;

/** Operations on one calendar that do the same for the same reason. */
export const previewRowSchema = z.strictObject({
  effect: z.enum(['add', 'change', 'remove']),
  reason: reasonSchema,
  count: z.int().positive(),
  /** How many of them are series. */
  series: z.int().nonnegative(),
  /** When the first few start. */
  starts: z.array(eventTimeSchema),
});
export type PreviewRow = z.infer<typeof previewRowSchema>;

/** What would be written on one calendar. */
export const previewTargetSchema = z.strictObject({
  calendarId: calendarIdSchema,
  add: z.int().nonnegative(),
  change: z.int().nonnegative(),
  remove: z.int().nonnegative(),
  rows: z.array(previewRowSchema),
});
export type PreviewTarget = z.infer<typeof previewTargetSchema>;

/** What a sync or a change would write, as a person is shown it: counts, reasons, and the first operations one by one. */
export const planPreviewSchema = z.strictObject({
  ...planCountsSchema.shape,
  /** Removals, already counted, that are so many that going on means having agreed to them. */
  agreed: z.int().nonnegative(),
  targets: z.array(previewTargetSchema),
  /** Removals first, then by their start. */
  items: z.array(plannedOperationSchema),
  /** How many operations are not listed. */
  more: z.int().nonnegative(),
  /** What is left as it is, by reason. */
  left: z.array(z.strictObject({ reason: reasonSchema, count: z.int().positive() })),
  leftCount: z.int().nonnegative(),
  /** What would wait for the person. */
  holds: z.array(holdViewSchema),
  /** Blocks of others on calendars that go out of use by the change that is previewed: they stay. */
  others: z.array(otherBlocksSchema),
});
export type PlanPreview = z.infer<typeof planPreviewSchema>;

/** What undoing a sync would do. */
export const undoPreviewSchema = z.strictObject({
  run: z.int().positive(),
  /** What the next sync writes then. */
  preview: planPreviewSchema,
  /** What is left, because it was changed since. */
  left: z.array(undoLeftSchema),
  /** How many choices of the person are restored. */
  choices: z.int().nonnegative(),
  /** Tells what was shown from what would be done now. */
  version: z.string(),
});
export type UndoPreview = z.infer<typeof undoPreviewSchema>;

/** What has come of an undo: its own sync, and what was left. */
export const undoReceiptSchema = z.strictObject({ run: runViewSchema, left: z.array(undoLeftSchema) });
export type UndoReceipt = z.infer<typeof undoReceiptSchema>;

/** Whether there is an OAuth client, and enough of its id to know it by; never the secret. */
export const clientViewSchema = z.strictObject({ present: z.boolean(), idEnding: z.string().nullable() });
export type ClientView = z.infer<typeof clientViewSchema>;

/** How far something long has come; `total` is null while unknown. */
export const progressSchema = z.strictObject({
  phase: z.enum(['reading', 'planning', 'writing', 'searching', 'removing']),
  done: z.int().nonnegative(),
  total: z.int().nonnegative().nullable(),
});
export type Progress = z.infer<typeof progressSchema>;

/** How an event stands on one target: there is a block, one comes or goes with the next sync, or there is none. */
export const whyTargetSchema = z.strictObject({
  calendarId: calendarIdSchema,
  calendarName: z.string(),
  state: z.enum(['there', 'coming', 'going', 'none']),
  /** The rule that decided; null where a block is there and stays as it is. */
  reason: reasonSchema.nullable(),
  blockId: eventIdSchema.nullable(),
});
export type WhyTarget = z.infer<typeof whyTargetSchema>;

/** An event of the person, or one date of a series. Its title is shown on this computer only. */
export const whyEventSchema = z.strictObject({
  /** Asks for exactly this one again. */
  key: z.string(),
  eventId: eventIdSchema,
  title: z.string().nullable(),
  calendarId: calendarIdSchema,
  calendarName: z.string(),
  start: eventTimeSchema.nullable(),
  end: eventTimeSchema.nullable(),
  series: z.boolean(),
  /** Whether it is one date of a series. */
  date: z.boolean(),
  /** Whether it looks like a block and is a copy of one, made by hand. */
  copy: z.boolean(),
  cancelled: z.boolean(),
});
export type WhyEvent = z.infer<typeof whyEventSchema>;

/** The block that was asked about. */
export const whyBlockSchema = z.strictObject({
  /** Asks for exactly this one again. */
  key: z.string(),
  calendarId: calendarIdSchema,
  calendarName: z.string(),
  start: eventTimeSchema.nullable(),
  series: z.boolean(),
  /** False when it was there once and is not any more. */
  there: z.boolean(),
});
export type WhyBlock = z.infer<typeof whyBlockSchema>;

/** Dates of a series that differ from it, with their own answers. */
export const whyDateSchema = z.strictObject({
  key: z.string(),
  originalStart: eventTimeSchema.nullable(),
  start: eventTimeSchema.nullable(),
  targets: z.array(whyTargetSchema),
});
export type WhyDate = z.infer<typeof whyDateSchema>;

/** The answer to "why?": nothing found, several to choose from, an event with each target, or a stray block. */
export const whyAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nothing') }),
  z.strictObject({
    kind: z.literal('choices'),
    choices: z.array(z.union([whyEventSchema, whyBlockSchema])),
    /** Whether more were found than are listed. */
    more: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('event'),
    event: whyEventSchema,
    /** The block that was asked about, where it was one. */
    block: whyBlockSchema.nullable(),
    targets: z.array(whyTargetSchema),
    dates: z.array(whyDateSchema),
    /** Dates that differ and are not listed, because they are over or too many. */
    otherDates: z.int().nonnegative(),
  }),
  z.strictObject({ kind: z.literal('stray'), block: whyBlockSchema }),
]);
export type WhyAnswer = z.infer<typeof whyAnswerSchema>;
