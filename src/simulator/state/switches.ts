import { z } from 'zod';

/**
 * What is unknown or variable about the real service (google-calendar.md §10), each with the value that the simulator takes
 * unless told otherwise. docs/simulator.md explains every one.
 */
export const switchesSchema = z.strictObject({
  /** google-calendar.md §10 no. 1: whether a delta honours the first request's timeMin. */
  deltaHonoursTimeMin: z.boolean().default(false),
  /** google-calendar.md §10 no. 2: what happens to exceptions when the start, zone or rule of their series changes. */
  masterTimeChange: z.enum(['keepProduced', 'resetAll', 'keepAll']).default('keepProduced'),
  /** google-calendar.md §10 no. 2: how an exception that is lost in this way shows in deltas. */
  lostExceptions: z.enum(['tombstones', 'silent']).default('tombstones'),
  /** Whether exceptions take over a change of the series in fields that they had not changed themselves. */
  exceptionsFollowMaster: z.boolean().default(true),
  /** Which rows a change of a series or of one of its exceptions shows again: all of the series, or those that it touched. */
  seriesBump: z.enum(['all', 'touched']).default('all'),
  /** The `updated` of rows that are only shown again with their series: that of the change, or their own as it was. */
  exceptionUpdated: z.enum(['series', 'own']).default('series'),
  /** What the exceptions of a deleted series do when the series is revived. */
  revivedSeriesExceptions: z.enum(['dropped', 'kept']).default('dropped'),
  /** google-calendar.md §10 no. 3: life of a sync token, in ms. */
  syncTokenLifetimeMs: z
    .number()
    .int()
    .positive()
    .default(28 * 86_400_000),
  /** google-calendar.md §10 no. 3: life of a page token, in ms. */
  pageTokenLifetimeMs: z.number().int().positive().default(3_600_000),
  /** google-calendar.md §10 no. 3: how long a deleted event can still be seen, in ms. */
  tombstoneLifetimeMs: z
    .number()
    .int()
    .positive()
    .default(28 * 86_400_000),
  /** google-calendar.md §10 no. 4: whether an edit of nothing but reminders shows in deltas. */
  reminderEditsInDelta: z.boolean().default(true),
  /** google-calendar.md §10 no. 4: whether a write that changes nothing gives a new etag. */
  identicalWriteBumps: z.boolean().default(false),
  /** google-calendar.md §10 no. 5: the reason word for a parameter that may not go with a sync token. */
  syncTokenConflictReason: z.string().min(1).default('badRequest'),
  /** google-calendar.md §10 no. 6: whether an id can be used again once its tombstone has vanished. */
  idsFreedAfterTombstone: z.boolean().default(false),
  /** google-calendar.md §10 no. 6: whether an update to `confirmed` revives a deleted event (`forbidden`: 403). */
  revive: z.enum(['allowed', 'forbidden']).default('allowed'),
  /** What a get of a deleted event shows. */
  getOfDeleted: z.enum(['full', 'bare']).default('full'),
  /**
   * What an update to `cancelled` does: it deletes and keeps the private properties that came with it, it deletes and
   * the row stays as it was (`stripped`), it is refused with 400, or it is answered with 200 and deletes nothing (`ignored`).
   */
  cancellingUpdate: z.enum(['kept', 'stripped', 'refused', 'ignored']).default('kept'),
  /** google-calendar.md §10 no. 7: how long a write stays invisible to list, in ms; get sees it at once. */
  listLagMs: z.number().int().nonnegative().default(0),
  /** google-calendar.md §10 no. 8: the fields of a row that a freeBusyReader sees. */
  freeBusyRow: z.enum(['withVisibility', 'minimal']).default('withVisibility'),
  /** google-calendar.md §10 no. 9: whether the token endpoint insists on the client secret. */
  secretRequired: z.boolean().default(true),
  /** google-calendar.md §10 no. 10: whether import updates and revives an event with the same iCalUID (else 409). */
  importUpserts: z.boolean().default(true),
  /** What the id of a slot looks like (google-calendar.md §0.10): composed of series and start, or telling nothing. */
  instanceIds: z.enum(['composed', 'opaque']).default('composed'),
  /** How a composed id is answered that names no slot, because ids are opaque. */
  unknownInstanceId: z.enum(['notFound', 'invalid']).default('notFound'),
  /** Pages are never longer than this, whatever maxResults says. */
  maximumPageSize: z.number().int().positive().nullable().default(null),
  /** Puts an empty page between any two pages. */
  emptyPages: z.boolean().default(false),
  /** Whether `items: []` is written out or left out. */
  emptyItems: z.enum(['written', 'omitted']).default('written'),
  /** Order of the rows within a page. */
  rowOrder: z.enum(['byChange', 'reversed']).default('byChange'),
  /** Most parts that a batch may have. */
  batchLimit: z.number().int().positive().default(1000),
  /** Order in which the parts of a batch are carried out and answered. */
  batchOrder: z.enum(['given', 'reversed']).default('given'),
  /** Requests per minute and account, batch parts included; null: no limit. */
  quotaPerMinute: z.number().int().positive().nullable().default(null),
  /** Life of an access token, in seconds. */
  accessTokenLifetimeSeconds: z.number().int().positive().default(3599),
  /** Publishing status "Testing": refresh tokens die after seven days, and the token answer says so. */
  testingStatus: z.boolean().default(false),
  /** Live refresh tokens per account and client; the oldest dies silently. */
  refreshTokenCap: z.number().int().positive().default(100),
  /** Whether the authorisation page insists on a PKCE challenge with S256. */
  pkceRequired: z.boolean().default(true),
  /** Whether an unknown field in a request body is refused. */
  unknownBodyFields: z.enum(['reject', 'ignore']).default('reject'),
  /** What happens to extended properties that are too long. */
  extendedPropertyOverflow: z.enum(['reject', 'truncate']).default('reject'),
  /** Whether accounts may make out-of-office and focus-time events; personal accounts may not. */
  statusEvents: z.enum(['allowed', 'refused']).default('allowed'),
  /** Whether a block with a location is noted as a leak, as it is unless a person chose to tell places. */
  placesInBlocks: z.enum(['leak', 'allowed']).default('leak'),
  /** Names of zones that the service does not take from clients, sound or not (`Europe/Kyiv` until 2023). */
  refusedZones: z.array(z.string()).default([]),
  /** Whether clients may name a zone by its offset (`GMT+02:00`), as rows of real calendars do, or as Windows does. */
  offsetZones: z.enum(['refused', 'accepted']).default('refused'),
  /** Whether an event with guests appears in the guests' primary calendars. */
  invitationsTravel: z.boolean().default(true),
});

/**
 * Which row of the register of unknowns (google-calendar.md §10) a switch models; null for what only varies from server to server.
 * Every switch says so, because each row of the register is tried both ways, all the way through the engine.
 */
export const registerRows: Readonly<Record<keyof Switches, number | null>> = {
  deltaHonoursTimeMin: 1,
  masterTimeChange: 2,
  lostExceptions: 2,
  exceptionsFollowMaster: 2,
  seriesBump: null,
  exceptionUpdated: null,
  revivedSeriesExceptions: 2,
  syncTokenLifetimeMs: 3,
  pageTokenLifetimeMs: 3,
  tombstoneLifetimeMs: 3,
  reminderEditsInDelta: 4,
  identicalWriteBumps: 4,
  syncTokenConflictReason: 5,
  idsFreedAfterTombstone: 6,
  revive: 6,
  getOfDeleted: 6,
  cancellingUpdate: null,
  listLagMs: 7,
  freeBusyRow: 8,
  secretRequired: 9,
  importUpserts: 10,
  instanceIds: null,
  unknownInstanceId: null,
  maximumPageSize: null,
  emptyPages: null,
  emptyItems: null,
  rowOrder: null,
  batchLimit: null,
  batchOrder: null,
  quotaPerMinute: null,
  accessTokenLifetimeSeconds: null,
  testingStatus: null,
  refreshTokenCap: null,
  pkceRequired: null,
  unknownBodyFields: null,
  extendedPropertyOverflow: null,
  statusEvents: null,
  placesInBlocks: null,
  refusedZones: null,
  offsetZones: null,
  invitationsTravel: null,
};

/** The switches in force. */
export type Switches = z.infer<typeof switchesSchema>;

/** The switches as they are when nothing is said. */
export function defaultSwitches(): Switches {
  return switchesSchema.parse({});
}
