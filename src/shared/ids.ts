import { z } from 'zod';

/** `sub` of the signed-in identity at the provider (OpenID Connect Core §2): stable when the address changes. */
export const accountIdSchema = z.string().min(1).max(255).brand<'AccountId'>();
export type AccountId = z.infer<typeof accountIdSchema>;

/** The real id of a calendar (an address), never the alias `primary`: two installs must derive the same block ids. */
export const calendarIdSchema = z
  .string()
  .min(1)
  .max(1024)
  .refine((id) => id !== 'primary', { error: 'The alias `primary` names a different calendar for each account.' })
  .brand<'CalendarId'>();
export type CalendarId = z.infer<typeof calendarIdSchema>;

/** Id of an event within one calendar. Two calendars may hold the same id, so key by (calendar, event). */
export const eventIdSchema = z.string().min(1).max(1200).brand<'EventId'>();
export type EventId = z.infer<typeof eventIdSchema>;

/** First 26 base32hex characters of a hash of (source calendar, source event): names a source without revealing it. */
export const sourceRefSchema = z
  .string()
  .regex(/^[0-9a-v]{26}$/)
  .brand<'SourceRef'>();
export type SourceRef = z.infer<typeof sourceRefSchema>;

/**
 * One occurrence of a series, named by its original start: `YYYYMMDDTHHMMSSZ` in UTC, or `YYYYMMDD` for all-day
 * (the suffix that Google gives to instance ids, google-calendar.md §0.10).
 */
export const slotKeySchema = z
  .string()
  .regex(/^\d{8}(T\d{6}Z)?$/)
  .brand<'SlotKey'>();
export type SlotKey = z.infer<typeof slotKeySchema>;

/** Takes a string known to be an account id; throws (a bug) when it is not. */
export const toAccountId = (value: string): AccountId => accountIdSchema.parse(value);
/** Takes a string known to be a real calendar id; throws (a bug) when it is not. */
export const toCalendarId = (value: string): CalendarId => calendarIdSchema.parse(value);
/** Takes a string known to be an event id; throws (a bug) when it is not. */
export const toEventId = (value: string): EventId => eventIdSchema.parse(value);
