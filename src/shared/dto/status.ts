import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { accountViewSchema } from './accounts.ts';
import { calendarViewSchema } from './calendars.ts';
import { holdViewSchema } from './holds.ts';
import { momentSchema } from './moment.ts';
import { activityViewSchema, runViewSchema } from './runs.ts';

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
  progress: z
    .strictObject({
      done: z.int().nonnegative(),
      total: z.int().nonnegative(),
      /** As of a `Progress`. */
      nearLeft: z.int().nonnegative().optional(),
    })
    .nullable(),
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
