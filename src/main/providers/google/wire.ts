import { z } from 'zod';
import { eventIdSchema } from '../../../shared/ids.ts';

/*
 * What Google sends, read leniently: it omits whatever has its default value (google-calendar.md §8 no. 15), so every field
 * may be absent or null, and enumerations are strings because new values appear without notice. A field of the wrong
 * type makes its row nonsense, never its page.
 */

const text = z.string().nullish();
const flag = z.boolean().nullish();

/** Not looked at entry by entry, because we want a few known ones, and somebody may have put a hundred thousand there. */
const recordSchema = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

const wireTimeSchema = z.object({ date: text, dateTime: text, timeZone: text });
export type WireTime = z.infer<typeof wireTimeSchema>;

/** One row of `events.list`, or the answer to a call about one event. */
export const wireEventSchema = z.object({
  id: eventIdSchema,
  status: text,
  etag: text,
  updated: text,
  iCalUID: text,
  eventType: text,
  start: wireTimeSchema.nullish(),
  end: wireTimeSchema.nullish(),
  recurrence: z.array(z.string()).nullish(),
  recurringEventId: eventIdSchema.nullish(),
  originalStartTime: wireTimeSchema.nullish(),
  transparency: text,
  visibility: text,
  organizer: z.object({ email: text, self: flag }).nullish(),
  attendees: z.array(z.object({ email: text, self: flag, responseStatus: text, optional: flag })).nullish(),
  attendeesOmitted: flag,
  summary: text,
  description: text,
  location: text,
  colorId: text,
  reminders: z.object({ useDefault: flag, overrides: z.array(z.unknown()).nullish() }).nullish(),
  extendedProperties: z.object({ private: recordSchema.nullish() }).nullish(),
});
export type WireEvent = z.infer<typeof wireEventSchema>;

/** What names a row, read where the rest of it makes no sense or was not asked for. */
export const wireNameSchema = z.object({
  id: eventIdSchema,
  status: z.unknown().optional(),
  recurringEventId: eventIdSchema.nullish().catch(null),
});

/**
 * The envelope of `events.list`. `kind` is required, because an empty object taken for an empty calendar would mean
 * that every event was deleted.
 */
export const wireEventPageSchema = z.object({
  kind: z.literal('calendar#events'),
  timeZone: text,
  accessRole: text,
  nextPageToken: text,
  nextSyncToken: text,
  items: z.array(z.unknown()).nullish(),
});
export type WireEventPage = z.infer<typeof wireEventPageSchema>;

export const wireCalendarSchema = z.object({
  id: z.string(),
  summary: text,
  summaryOverride: text,
  timeZone: text,
  backgroundColor: text,
  accessRole: text,
  primary: flag,
  selected: flag,
  hidden: flag,
  deleted: flag,
});
export type WireCalendar = z.infer<typeof wireCalendarSchema>;

export const wireCalendarPageSchema = z.object({
  kind: z.literal('calendar#calendarList'),
  nextPageToken: text,
  items: z.array(z.unknown()).nullish(),
});
export type WireCalendarPage = z.infer<typeof wireCalendarPageSchema>;

const wireReasonSchema = z.object({ reason: z.string().nullish().catch(null) });

/** The body of a failure: the old form with `errors`, and the newer one with `status` and `details` (google-calendar.md §4.1). */
export const wireErrorSchema = z.object({
  error: z.object({
    message: z.string().nullish().catch(null),
    status: z.string().nullish().catch(null),
    errors: z
      .array(wireReasonSchema.catch({ reason: null }))
      .nullish()
      .catch(null),
    details: z
      .array(wireReasonSchema.catch({ reason: null }))
      .nullish()
      .catch(null),
  }),
});

const eventFields = [
  'id',
  'status',
  'etag',
  'iCalUID',
  'eventType',
  'start',
  'end',
  'recurrence',
  'recurringEventId',
  'originalStartTime',
  'transparency',
  'visibility',
  'organizer(email,self)',
  'attendees(email,self,responseStatus,optional)',
  'attendeesOmitted',
  'summary',
  'description',
  'location',
  'colorId',
  'reminders',
  'extendedProperties/private',
].join(',');

/** Masks for the `fields` parameter: all that we use and nothing else of what people wrote (google-calendar.md §1.4). */
export const fieldMasks = {
  event: eventFields,
  /** When a row changed is only asked where it matters: of a row that is gone. */
  look: `${eventFields},updated`,
  eventPage: `kind,timeZone,accessRole,nextPageToken,nextSyncToken,items(${eventFields})`,
  /** What is asked for where a row with all of that is too large: its name, and where the list goes on. */
  namesPage: 'kind,timeZone,accessRole,nextPageToken,nextSyncToken,items(id,status,recurringEventId)',
  taggedPage: `kind,nextPageToken,items(${eventFields})`,
  slotPage: `kind,items(${eventFields},updated)`,
  deletedPage: 'kind,nextPageToken,items(id,status)',
  calendarPage:
    'kind,nextPageToken,items(id,summary,summaryOverride,timeZone,backgroundColor,accessRole,primary,selected,hidden,deleted)',
} as const;
