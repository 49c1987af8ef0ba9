import { z } from 'zod';
import { accessSchema, type Access } from '../../shared/access.ts';
import { busyPolicySchema } from '../../shared/dto.ts';
import { appErrorSchema } from '../../shared/errors.ts';
import type { Nature } from '../../shared/first-choice.ts';
import type { AccountId, CalendarId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import { noCapabilities, type Capabilities } from '../core/capabilities.ts';
import type { RemovalMarks } from '../core/model.ts';
import { defaultBusyPolicy } from '../core/policy.ts';
import type { Logger } from '../ports/logger.ts';
import type { CalendarAccess, CalendarRecord, GoneProof } from '../ports/store.ts';
import type { Connection } from './database.ts';
import { parseStored } from './json.ts';

/** A row of `calendars`. */
export interface CalendarColumns {
  readonly id: CalendarId;
  readonly name: string;
  readonly time_zone: string | null;
  readonly colour: string | null;
  readonly is_source: number;
  readonly is_target: number;
  readonly in_use_since: Instant | null;
  readonly cursor_account: AccountId | null;
  readonly sync_token: string | null;
  readonly seen_with: Access | null;
  readonly last_read_at: Instant | null;
  readonly last_full_read_at: Instant | null;
  readonly reread_at: Instant | null;
  readonly reread_tries: number;
  readonly page_rows: number | null;
  readonly trouble: string | null;
  readonly busy: string | null;
  readonly out_of_office_refused: number;
  readonly stale: number;
  readonly removal_marks: RemovalMarks | null;
  readonly nature: Nature;
  readonly offered: number;
  readonly listed_by: AccountId;
  readonly gone_since: Instant | null;
  readonly gone_proof: GoneProof | null;
  readonly address: CalendarId | null;
  readonly other_ids: string;
}

/** A row of `calendar_access`. */
export interface AccessColumns {
  readonly calendar_id: CalendarId;
  readonly account_id: AccountId;
  readonly access: Access;
  readonly private_hidden: number;
  readonly is_primary: number;
  readonly selected: number;
  readonly hidden: number;
  readonly capabilities: string;
}

const capabilitiesSchema: z.ZodType<Capabilities> = z.object({
  choosesIds: z.boolean(),
  reshapesInPlace: z.boolean(),
  listsDeletions: z.boolean(),
  outOfOffice: z.boolean(),
  colours: z.boolean(),
  batchSize: z.int().min(1),
  writes: z.enum(['slots', 'resources']),
});

/** Takes capabilities; returns the text that is stored of them, which is the same where they are. */
export function capabilitiesText(capabilities: Capabilities): string {
  return JSON.stringify(capabilitiesSchema.parse(capabilities));
}

/** The stored calendars, as they are read. */
export interface CalendarRows {
  /** Returns all calendars, in the order in which they came. */
  all(): readonly CalendarRecord[];
  /** Returns the row of a calendar, or undefined when there is no such calendar. */
  one(id: CalendarId): CalendarColumns | undefined;
  /** Returns how accounts see a calendar, best access first. */
  accessesTo(id: CalendarId): readonly CalendarAccess[];
  /** Returns what an account sees, as it is stored. */
  accessOf(account: AccountId): readonly AccessColumns[];
}

/** Takes the connection; returns what reads its calendars. What makes no sense there is logged, and read as nothing. */
export function calendarRows(connection: Connection, logger: Logger): CalendarRows {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const all = query<CalendarColumns>('SELECT * FROM calendars ORDER BY position');
  const one = query<CalendarColumns>('SELECT * FROM calendars WHERE id = ?');
  const allAccess = query<AccessColumns>('SELECT * FROM calendar_access');
  const accessesTo = query<AccessColumns>('SELECT * FROM calendar_access WHERE calendar_id = ?');
  const accessOf = query<AccessColumns>('SELECT * FROM calendar_access WHERE account_id = ?');

  /** Those that were read before, because nearly all calendars have the same and they are asked for again and again. */
  const knownCapabilities = new Map<string, Capabilities>();
  const capabilitiesOf = (text: string): Capabilities => {
    const known = knownCapabilities.get(text);
    if (known !== undefined) return known;
    const read = parseStored(text, capabilitiesSchema, noCapabilities, logger, 'capabilities');
    knownCapabilities.set(text, read);
    return read;
  };

  const recordOf = (columns: CalendarColumns, accesses: readonly CalendarAccess[]): CalendarRecord => ({
    id: columns.id,
    name: columns.name,
    timeZone: columns.time_zone,
    colour: columns.colour,
    source: columns.is_source === 1,
    target: columns.is_target === 1,
    inUseSince: columns.in_use_since,
    accesses,
    cursor:
      columns.cursor_account === null || columns.sync_token === null
        ? null
        : { accountId: columns.cursor_account, syncToken: columns.sync_token },
    seenWith: columns.seen_with,
    lastReadAt: columns.last_read_at,
    lastFullReadAt: columns.last_full_read_at,
    pageRows: columns.page_rows,
    reread: columns.reread_at === null ? null : { at: columns.reread_at, tries: columns.reread_tries },
    trouble: parseStored(columns.trouble, appErrorSchema, null, logger, 'trouble'),
    busy: parseStored(columns.busy, busyPolicySchema, defaultBusyPolicy, logger, 'busy'),
    stale: columns.stale === 1,
    outOfOfficeRefused: columns.out_of_office_refused === 1,
    ...(columns.removal_marks === null ? {} : { removalMarks: columns.removal_marks }),
    nature: columns.nature,
    offered: columns.offered === 1,
    address: columns.address ?? columns.id,
    listedBy: columns.listed_by,
    gone: columns.gone_since === null ? null : { since: columns.gone_since, proof: columns.gone_proof },
  });

  return {
    all: () => {
      const byCalendar = new Map<CalendarId, AccessColumns[]>();
      for (const access of allAccess.all()) {
        const list = byCalendar.get(access.calendar_id);
        if (list === undefined) byCalendar.set(access.calendar_id, [access]);
        else list.push(access);
      }
      return all.all().map((columns) => recordOf(columns, bestFirst(byCalendar.get(columns.id) ?? [], capabilitiesOf)));
    },
    one: (id) => one.get(id),
    accessesTo: (id) => bestFirst(accessesTo.all(id), capabilitiesOf),
    accessOf: (account) => accessOf.all(account),
  };
}

function bestFirst(
  rows: readonly AccessColumns[],
  capabilitiesOf: (text: string) => Capabilities,
): readonly CalendarAccess[] {
  const rank = (row: AccessColumns) => -accessSchema.options.indexOf(row.access) * 2 + (row.is_primary === 1 ? 0 : 1);
  return rows
    .toSorted((one, other) => rank(one) - rank(other) || (one.account_id < other.account_id ? -1 : 1))
    .map((row) => ({
      accountId: row.account_id,
      access: row.access,
      privateHidden: row.private_hidden === 1,
      primary: row.is_primary === 1,
      selected: row.selected === 1,
      hidden: row.hidden === 1,
      capabilities: capabilitiesOf(row.capabilities),
    }));
}
