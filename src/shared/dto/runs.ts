import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { calendarIdSchema } from '../ids.ts';
import { eventTimeSchema } from '../time.ts';
import { momentSchema } from './moment.ts';
import { reasonSchema } from './reason.ts';

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

/** How a run goes, or has ended; `interrupted` where its process ended before it. */
export const runOutcomeSchema = z.enum(['running', 'ok', 'partial', 'failed', 'offline', 'interrupted']);
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

export const runViewSchema = z.strictObject({
  id: z.int().positive(),
  trigger: triggerSchema,
  startedAt: momentSchema,
  finishedAt: momentSchema.nullable(),
  outcome: runOutcomeSchema,
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

/** How far something long has come; `total` is null while unknown. */
export const progressSchema = z.strictObject({
  phase: z.enum(['reading', 'planning', 'writing', 'searching', 'removing']),
  done: z.int().nonnegative(),
  total: z.int().nonnegative().nullable(),
  /**
   * Of writes: how many of those are still to come that are about the next seven days; absent where nobody can tell, because a
   * calendar was not read, something has failed, or waits.
   */
  nearLeft: z.int().nonnegative().optional(),
});
export type Progress = z.infer<typeof progressSchema>;
