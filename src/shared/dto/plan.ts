import { z } from 'zod';
import { calendarIdSchema } from '../ids.ts';
import { eventTimeSchema } from '../time.ts';
import { holdViewSchema } from './holds.ts';
import { reasonSchema } from './reason.ts';
import { otherBlocksSchema } from './removals.ts';

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
