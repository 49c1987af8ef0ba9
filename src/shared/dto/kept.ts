import { z } from 'zod';
import { calendarIdSchema } from '../ids.ts';
import { eventTimeSchema } from '../time.ts';
import { momentSchema } from './moment.ts';

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
