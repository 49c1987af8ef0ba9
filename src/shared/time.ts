import { z } from 'zod';

/** A day without a zone, `YYYY-MM-DD`. Kept as a string all the way, because as an instant it moves by a day somewhere. */
export const dateOnlySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/**
 * When an event starts or ends, as calendars say it: a day, or a wall-clock time.
 * `dateTime` is RFC 3339, with an offset or (when a zone is given) without; `timeZone` is an IANA name or null.
 */
export const eventTimeSchema = z.union([
  z.strictObject({ date: dateOnlySchema }),
  z.strictObject({ dateTime: z.string().min(19), timeZone: z.string().min(1).nullable() }),
]);
export type EventTime = z.infer<typeof eventTimeSchema>;

/** An instant: whole milliseconds since the Unix epoch, UTC. */
export type Instant = number;

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
export const week = 7 * day;

/**
 * Takes milliseconds that have passed; returns them in the largest of these units that is full, rounded down, or null before the first
 * minute is.
 */
export function elapsed(passed: number): { readonly count: number; readonly unit: 'minute' | 'hour' | 'day' } | null {
  if (passed < minute) return null;
  if (passed < hour) return { count: Math.floor(passed / minute), unit: 'minute' };
  if (passed < day) return { count: Math.floor(passed / hour), unit: 'hour' };
  return { count: Math.floor(passed / day), unit: 'day' };
}

/** Takes an event time, returns whether it is an all-day one. */
export function isDate(time: EventTime): time is { date: string } {
  return 'date' in time;
}
