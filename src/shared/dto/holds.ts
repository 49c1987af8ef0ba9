import { z } from 'zod';
import { calendarIdSchema } from '../ids.ts';
import { eventTimeSchema } from '../time.ts';
import { momentSchema } from './moment.ts';

/** What a hold is about: a source whose events seem to be gone, or a target that our blocks are gone from. */
export const holdKindSchema = z.enum(['mass-deletion', 'external-wipe']);
export type HoldKind = z.infer<typeof holdKindSchema>;

export const holdViewSchema = z.strictObject({
  /** Names the hold in commands: `mass-deletion:<calendar id>` and the like. */
  key: z.string(),
  kind: holdKindSchema,
  calendarId: calendarIdSchema,
  calendarName: z.string(),
  count: z.int().positive(),
  since: momentSchema,
  /** Tells what is held now from what is held later under this name: a choice is about exactly that. */
  version: z.string(),
});
export type HoldView = z.infer<typeof holdViewSchema>;

/** What a person chooses about a hold: what was held is done, or what is gone comes back or stays away. */
export const holdChoiceSchema = z.enum(['proceed', 'put-back', 'leave-away']);
export type HoldChoice = z.infer<typeof holdChoiceSchema>;

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
