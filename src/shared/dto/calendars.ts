import { z } from 'zod';
import { accessSchema } from '../access.ts';
import { appErrorSchema } from '../errors.ts';
import { firstChoiceSchema } from '../first-choice.ts';
import { accountIdSchema, calendarIdSchema } from '../ids.ts';
import { momentSchema } from './moment.ts';

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
