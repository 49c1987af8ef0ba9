import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { calendarIdSchema } from '../ids.ts';

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
