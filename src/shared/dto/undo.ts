import { z } from 'zod';
import { planPreviewSchema } from './plan.ts';
import { runViewSchema } from './runs.ts';

/** Why something that a sync has written is left by its undo. */
export const leftReasonSchema = z.enum(['event-changed', 'block-changed']);
export type LeftReason = z.infer<typeof leftReasonSchema>;

/** Why something that a sync has written is left by its undo, and how often. */
export const undoLeftSchema = z.strictObject({
  reason: leftReasonSchema,
  count: z.int().positive(),
});
export type UndoLeft = z.infer<typeof undoLeftSchema>;

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
