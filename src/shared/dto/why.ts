import { z } from 'zod';
import { calendarIdSchema, eventIdSchema } from '../ids.ts';
import { eventTimeSchema } from '../time.ts';
import { reasonSchema } from './reason.ts';

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
