import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blockId, digest, sourceRef } from '../../src/main/core/identity.ts';
import type { BlockContent, EventRow, Tag } from '../../src/main/core/model.ts';
import { instantOf } from '../../src/main/core/times.ts';
import type {
  CalendarProvider,
  ProviderFailure,
  ProviderReply,
  ReadPosition,
  WriteCall,
} from '../../src/main/ports/provider.ts';
import { slotKeySchema, toEventId, type AccountId, type CalendarId, type EventId } from '../../src/shared/ids.ts';
import type { Result } from '../../src/shared/result.ts';
import { isDate, type EventTime } from '../../src/shared/time.ts';
import { sendCalls, type Asked } from '../support/sending.ts';

/** An event as a person makes it, in the model's words; what is left out is as the service has it. */
export interface PersonsEvent {
  readonly summary: string;
  readonly start: EventTime;
  readonly end: EventTime;
  readonly place: string;
  readonly description: string;
  readonly transparent: boolean;
  readonly visibility: EventRow['visibility'];
  readonly colorId: string;
  readonly rings: boolean;
  readonly recurrence: readonly string[];
  /** Who is invited, the owner of the calendar perhaps among them. */
  readonly guests: readonly { readonly email: string; readonly response: 'accepted' | 'tentative' | 'declined' }[];
  /** What somebody's program has written where our tag stands: version and ref. */
  readonly tag: { readonly version: string; readonly ref: string };
}

/** What people do with a client of their own. */
export interface People {
  create(calendarId: CalendarId, event: Partial<PersonsEvent>): Promise<EventId>;
  change(calendarId: CalendarId, eventId: EventId, changes: Partial<PersonsEvent>): Promise<void>;
  remove(calendarId: CalendarId, eventId: EventId): Promise<void>;
}

/** A provider that talks to a server with one account, and all that a contract needs to see both sides. */
export interface ContractBench {
  readonly provider: CalendarProvider;
  readonly accountId: AccountId;
  readonly accountEmail: string;
  /** The account's own calendar, empty. */
  readonly own: CalendarId;
  /** A second writable calendar, empty. */
  readonly second: CalendarId;
  /** A calendar that the account may only read, with one event. */
  readonly readOnly: CalendarId;
  /** A calendar that exists but cannot be seen. */
  readonly invisible: CalendarId;
  readonly people: People;
  /** How many requests with writes have left the machine. */
  readonly writesSent: () => number;
  readonly close: () => Promise<void>;
}

export interface BenchOptions {
  /** Rows that the server puts on a page, or null for as many as it likes. */
  readonly pageSize: number | null;
  /** Whether the server puts empty pages between the others. */
  readonly emptyPages: boolean;
}

/** A block on a target and its tag, both sound. */
export function blockFor(target: CalendarId, name: string, generation = 0): { id: EventId; tag: Tag } {
  const ref = sourceRef(target, toEventId(`source-${name}`));
  return { id: blockId(ref, target, generation), tag: { sourceRef: ref, generation, contentHash: digest(name) } };
}

/** What a block shows on an hour of Friday, 27 March 2026, in Berlin. */
export const hourlyContent = (hour: number, over: Partial<BlockContent> = {}): BlockContent => ({
  summary: '🔒 Busy',
  description: '[calsync source:ab12cd34]',
  start: { dateTime: `2026-03-27T${String(hour).padStart(2, '0')}:00:00`, timeZone: 'Europe/Berlin' },
  end: { dateTime: `2026-03-27T${String(hour).padStart(2, '0')}:45:00`, timeZone: 'Europe/Berlin' },
  recurrence: [],
  visibility: 'private',
  colorId: null,
  place: null,
  outOfOffice: false,
  ...over,
});

export const insertOf = (calendarId: CalendarId, name: string, content = hourlyContent(9), generation = 0) => {
  const { id, tag } = blockFor(calendarId, name, generation);
  return { kind: 'insert', calendarId, eventId: id, content, tag } satisfies Asked;
};

/** Takes a reply; returns its kind of failure, or `ok`. */
export const outcome = (reply: Result<unknown, ProviderFailure> | undefined): string =>
  reply === undefined ? 'none' : reply.ok ? 'ok' : reply.error.kind;

const clock = (hour: number, minutes = '00', date = '2026-03-27'): EventTime => ({
  dateTime: `${date}T${String(hour).padStart(2, '0')}:${minutes}:00`,
  timeZone: 'Europe/Berlin',
});

const meeting = (hour: number, over: Partial<PersonsEvent> = {}): Partial<PersonsEvent> => ({
  summary: `Meeting at ${hour}`,
  start: clock(hour),
  end: clock(hour, '30'),
  ...over,
});

/** Takes what a row says of a time; returns what everybody means by it, however a service writes it. */
export const meant = (time: EventTime | null): unknown =>
  time === null || isDate(time) ? time : { instant: instantOf(time, null), zone: time.timeZone };

/** Reads a calendar to the end; returns all rows, the pages and the sync token. */
export async function readAll(bench: ContractBench, calendarId: CalendarId, from: { syncToken: string } | null = null) {
  const rows: EventRow[] = [];
  let pages = 0;
  let pageToken: string | null = null;
  for (;;) {
    const position: ReadPosition = { syncToken: from?.syncToken ?? null, pageToken };
    const page = await bench.provider.readEvents(bench.accountId, bench.accountEmail, calendarId, position);
    if (!page.ok) throw new Error(`read failed: ${page.error.kind} ${page.error.error.detail ?? ''}`);
    pages += 1;
    rows.push(...page.value.rows);
    if (page.value.next.kind === 'done') {
      if (page.value.next.syncToken === null) throw new Error('no sync token');
      return { rows, pages, syncToken: page.value.next.syncToken, last: page.value };
    }
    if (page.value.next.kind === 'unproven') throw new Error('the listing broke off');
    pageToken = page.value.next.pageToken;
    if (pages > 100) throw new Error('pages without end');
  }
}

/** How many writes of one calendar go into a request. */
async function batchSize(bench: ContractBench): Promise<number> {
  const listed = await bench.provider.listCalendars(bench.accountId);
  const own = listed.ok ? listed.value.find((one) => one.id === bench.own) : undefined;
  if (own === undefined) throw new Error('no calendar of its own');
  return own.capabilities.batchSize;
}

/** Sends one call. */
export async function sendOne(bench: ContractBench, call: Asked): Promise<ProviderReply> {
  const replies = await sendCalls(bench.provider, bench.accountId, [call]);
  expect(replies).toHaveLength(1);
  return replies[0] as ProviderReply;
}

/** Takes a reply that must hold an event; returns it. */
export function rowOf(reply: ProviderReply | undefined): EventRow {
  if (reply?.ok !== true || reply.value === null) throw new Error(`no event: ${outcome(reply)}`);
  return reply.value;
}

/** Why a test of the contract does not hold for a provider, by the end of its name. Each is said where a person chooses what to rely on. */
export type Skips = Readonly<Record<string, string>>;

/**
 * What every `CalendarProvider` must do, whatever it talks to. Takes a name, what starts a server with a provider, and what that
 * service cannot do and why; declares the tests. A reason that names no test fails, because it would hide that a test was renamed.
 */
export function describeProviderContract(
  name: string,
  start: (options?: Partial<BenchOptions>) => Promise<ContractBench>,
  skips: Skips = {},
): void {
  const met = new Set<string>();
  const it = (title: string, run: () => Promise<void>): void => {
    const reason = skips[title];
    if (reason === undefined) {
      test(title, run);
      return;
    }
    met.add(title);
    test.skip(`${title}: ${reason}`, run);
  };
  afterAll(() => {
    expect(Object.keys(skips).filter((title) => !met.has(title))).toEqual([]);
  });
  describe(`${name} as a calendar provider`, () => {
    let bench: ContractBench;
    beforeEach(async () => {
      bench = await start();
    });
    afterEach(() => bench.close());

    describe('lists calendars', () => {
      it('with names, zones, roles and the one that is primary', async () => {
        const listed = await bench.provider.listCalendars(bench.accountId);
        if (!listed.ok) throw new Error(listed.error.kind);
        const byId = new Map(listed.value.map((calendar) => [calendar.id, calendar]));
        expect([...byId.keys()].sort()).toEqual([bench.own, bench.readOnly, bench.second].sort());
        expect(byId.get(bench.own)).toMatchObject({ access: 'owns', primary: true, timeZone: 'Europe/Berlin' });
        expect(byId.get(bench.readOnly)).toMatchObject({ access: 'reads', primary: false, hidden: true });
        expect(byId.get(bench.second)?.name).not.toBe('');
      });
    });

    describe('reads events', () => {
      it('page by page, with short and empty pages in between, each row once', async () => {
        await bench.close();
        bench = await start({ pageSize: 2, emptyPages: true });
        const ids: EventId[] = [];
        for (const hour of [8, 9, 10, 11, 12]) ids.push(await bench.people.create(bench.own, meeting(hour)));
        const { rows, pages } = await readAll(bench, bench.own);
        expect(rows.map((row) => row.id).sort()).toEqual(ids.sort());
        expect(pages).toBeGreaterThan(3);
      });

      it('with all that planning needs and no text that it does not', async () => {
        const id = await bench.people.create(bench.own, {
          ...meeting(9),
          place: 'Room 5',
          description: 'Dial 123',
          transparent: true,
          visibility: 'private',
          colorId: '4',
          guests: [
            { email: bench.accountEmail, response: 'tentative' },
            { email: 'guest@example.net', response: 'accepted' },
          ],
        });
        const { rows, last } = await readAll(bench, bench.own);
        expect(rows).toHaveLength(1);
        expect(rows[0]).toMatchObject({
          id,
          status: 'confirmed',
          kind: 'default',
          summary: 'Meeting at 9',
          description: null,
          transparent: true,
          visibility: 'private',
          colorId: '4',
          ownResponse: 'tentative',
          rings: true,
          recurrence: [],
          recurringEventId: null,
          tagged: false,
          saysBlock: false,
          guests: true,
          tag: null,
        });
        expect(rows[0]?.iCalUid).toMatch(/./);
        expect(rows[0]?.etag).toMatch(/./);
        expect(meant(rows[0]?.start ?? null)).toEqual(meant(clock(9)));
        expect(rows[0]?.place).toBe('Room 5');
        expect(last).toMatchObject({ timeZone: 'Europe/Berlin', view: { access: 'owns' }, unreadable: 0 });
        expect(JSON.stringify(rows)).not.toMatch(/Dial 123/);
      });

      it('series as series, with their rule', async () => {
        const rule = ['RRULE:FREQ=WEEKLY;COUNT=10', 'EXDATE;TZID=Europe/Berlin:20260403T090000'];
        const id = await bench.people.create(bench.own, meeting(9, { recurrence: rule }));
        const { rows } = await readAll(bench, bench.own);
        expect(rows.map((row) => row.id)).toEqual([id]);
        expect([...(rows[0]?.recurrence ?? [])].sort()).toEqual(rule.sort());
      });

      it('and then only what changed, tombstones included', async () => {
        const stays = await bench.people.create(bench.own, meeting(8));
        const moves = await bench.people.create(bench.own, meeting(9));
        const goes = await bench.people.create(bench.own, meeting(10));
        const first = await readAll(bench, bench.own);
        expect(first.rows).toHaveLength(3);
        expect(first.last.coverage).toEqual({ of: 'everything' });

        const quiet = await readAll(bench, bench.own, first);
        expect(quiet.rows).toEqual([]);
        expect(quiet.last.coverage).toEqual({ of: 'changes' });

        await bench.people.change(bench.own, moves, { summary: 'Moved' });
        await bench.people.remove(bench.own, goes);
        const comes = await bench.people.create(bench.own, meeting(11));
        const delta = await readAll(bench, bench.own, quiet);
        const byId = new Map(delta.rows.map((row) => [row.id, row]));
        expect([...byId.keys()].sort()).toEqual([moves, goes, comes].sort());
        expect(byId.get(moves)?.summary).toBe('Moved');
        expect(byId.get(goes)).toMatchObject({ status: 'cancelled', start: null, end: null });
        expect(byId.has(stays)).toBe(false);
        expect((await readAll(bench, bench.own, delta)).rows).toEqual([]);
      });

      it('and says when its place in the changes is worth nothing', async () => {
        const read = (syncToken: string) =>
          bench.provider.readEvents(bench.accountId, bench.accountEmail, bench.own, {
            syncToken,
            pageToken: null,
          });
        expect(outcome(await read('nonsense'))).toBe('token-expired');
        const { syncToken } = await readAll(bench, bench.second);
        expect(outcome(await read(syncToken))).toBe('token-expired');
      });

      it('of a calendar that may only be read, but of none that cannot be seen', async () => {
        expect((await readAll(bench, bench.readOnly)).last).toMatchObject({ view: { access: 'reads' } });
        const unseen = await bench.provider.readEvents(bench.accountId, bench.accountEmail, bench.invisible, {
          syncToken: null,
          pageToken: null,
        });
        expect(unseen).toMatchObject({
          ok: false,
          error: { kind: 'calendar-missing', error: { code: 'calendar-gone' } },
        });
      });
    });

    describe('writes blocks', () => {
      it('that come back as they were sent, in the reply and in the next read', async () => {
        const allDay = hourlyContent(9, {
          start: { date: '2026-03-27' },
          end: { date: '2026-03-29' },
          visibility: 'default',
          colorId: '8',
          summary: 'Überall "<b>beschäftigt</b>"\r\n--calsync_batch',
        });
        const timed = insertOf(bench.own, 'timed');
        const daily = insertOf(bench.own, 'daily', allDay);
        const replies = await sendCalls(bench.provider, bench.accountId, [timed, daily]);
        expect(replies.map(outcome)).toEqual(['ok', 'ok']);
        const { rows } = await readAll(bench, bench.own);
        for (const [index, call] of [timed, daily].entries()) {
          const expected = {
            id: call.eventId,
            status: 'confirmed',
            description: call.content.description,
            visibility: call.content.visibility,
            colorId: call.content.colorId,
            transparent: false,
            rings: false,
            ownResponse: 'none',
            tag: call.tag,
            tagged: true,
          };
          expect(rowOf(replies[index])).toMatchObject(expected);
          expect(rows.find((row) => row.id === call.eventId)).toEqual(rowOf(replies[index]));
        }
        expect(rowOf(replies[0]).start).toMatchObject({ timeZone: 'Europe/Berlin' });
        expect(rowOf(replies[1])).toMatchObject({ start: { date: '2026-03-27' }, end: { date: '2026-03-29' } });
        expect(rowOf(replies[1]).summary).toContain('<b>beschäftigt</b>');
      });

      it('once: a taken id is said to be taken, dead or alive', async () => {
        const insert = insertOf(bench.own, 'once');
        expect(outcome(await sendOne(bench, insert))).toBe('ok');
        expect(outcome(await sendOne(bench, insert))).toBe('id-taken');
        const remove = { kind: 'delete', calendarId: bench.own, eventId: insert.eventId, etag: null } as const;
        expect(await sendOne(bench, remove)).toEqual({ ok: true, value: null });
        expect(outcome(await sendOne(bench, remove))).toBe('already-gone');
        expect(outcome(await sendOne(bench, insert))).toBe('id-taken');
        const get = { kind: 'get', calendarId: bench.own, eventId: insert.eventId } as const;
        expect(rowOf(await sendOne(bench, get)).status).toBe('cancelled');
      });

      it('again over a cancelled one, as if new', async () => {
        const insert = insertOf(bench.own, 'revived', hourlyContent(9, { colorId: '3' }));
        await sendOne(bench, insert);
        await sendOne(bench, { kind: 'delete', calendarId: bench.own, eventId: insert.eventId, etag: null });
        const content = hourlyContent(15);
        const replace = { ...insert, kind: 'replace', content, etag: null } as const;
        const row = rowOf(await sendOne(bench, replace));
        expect(row).toMatchObject({ id: insert.eventId, status: 'confirmed', colorId: null, tag: insert.tag });
        expect(meant(row.start)).toEqual(meant(clock(15)));
        const { rows } = await readAll(bench, bench.own);
        expect(rows).toEqual([row]);
      });

      it('only over what we believe to be there, where we say so', async () => {
        const insert = insertOf(bench.own, 'guarded');
        const before = rowOf(await sendOne(bench, insert));
        await bench.people.change(bench.own, insert.eventId, { summary: 'By hand' });
        const stale = { calendarId: bench.own, eventId: insert.eventId, etag: before.etag };
        const { content, tag } = insert;
        const replies = await sendCalls(bench.provider, bench.accountId, [
          { kind: 'patch', ...stale, content, tag, withColour: false },
        ]);
        expect(replies.map(outcome)).toEqual(['changed-meanwhile']);
        expect(outcome(await sendOne(bench, { kind: 'replace', ...stale, content, tag }))).toBe('changed-meanwhile');
        expect(outcome(await sendOne(bench, { kind: 'delete', ...stale }))).toBe('changed-meanwhile');
        const now = rowOf(await sendOne(bench, { kind: 'get', calendarId: bench.own, eventId: insert.eventId }));
        expect(now.summary).toBe('By hand');
        const current = { ...stale, etag: now.etag };
        const put = await sendOne(bench, { kind: 'patch', ...current, content, tag, withColour: false });
        expect(rowOf(put).summary).toBe('🔒 Busy');
      });

      it('from timed to all-day and back, with the colour left alone unless asked for', async () => {
        const insert = insertOf(bench.own, 'turned');
        await sendOne(bench, insert);
        await bench.people.change(bench.own, insert.eventId, { colorId: '5' });
        const patch = (content: BlockContent, withColour: boolean) =>
          sendOne(bench, { ...insert, kind: 'patch', content, etag: null, withColour });
        const days = hourlyContent(9, { start: { date: '2026-03-27' }, end: { date: '2026-03-28' } });
        expect(rowOf(await patch(days, false))).toMatchObject({
          start: { date: '2026-03-27' },
          end: { date: '2026-03-28' },
          colorId: '5',
        });
        const back = rowOf(await patch(hourlyContent(10), true));
        expect(back).toMatchObject({ colorId: null, start: { timeZone: 'Europe/Berlin' } });
      });

      it('and puts right what was turned by hand: guests stay away, reminders are silent, a rule is taken off', async () => {
        const insert = insertOf(bench.own, 'drifted');
        await sendOne(bench, insert);
        await bench.people.change(bench.own, insert.eventId, {
          recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
          rings: true,
          transparent: true,
          visibility: 'public',
        });
        const drifted = (await readAll(bench, bench.own)).rows[0];
        expect(drifted).toMatchObject({ rings: true, transparent: true, visibility: 'public' });
        const put = rowOf(await sendOne(bench, { ...insert, kind: 'patch', etag: null, withColour: false }));
        expect(put).toMatchObject({ recurrence: [], rings: false, transparent: false, visibility: 'private' });
      });

      it('as series whose slots are moved, cancelled and put back by their ids', async () => {
        const content = hourlyContent(9, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] });
        const insert = insertOf(bench.own, 'weekly', content);
        expect(rowOf(await sendOne(bench, insert)).recurrence).toEqual(content.recurrence);
        const before = await readAll(bench, bench.own);
        // 3 April: Berlin is two hours ahead by then.
        const slot = toEventId(`${insert.eventId}_20260403T070000Z`);
        const moved = hourlyContent(9, {
          start: { dateTime: '2026-04-03T14:00:00', timeZone: 'Europe/Berlin' },
          end: { dateTime: '2026-04-03T14:45:00', timeZone: 'Europe/Berlin' },
        });
        const call = { kind: 'patch-slot', calendarId: bench.own, eventId: slot, content: moved, etag: null } as const;
        expect(rowOf(await sendOne(bench, call))).toMatchObject({
          id: slot,
          recurringEventId: insert.eventId,
          recurrence: [],
          tag: insert.tag,
          status: 'confirmed',
        });

        const remove = { kind: 'delete', calendarId: bench.own, eventId: slot, etag: null } as const;
        expect(await sendOne(bench, remove)).toEqual({ ok: true, value: null });
        const delta = await readAll(bench, bench.own, before);
        expect(delta.rows.find((row) => row.id === slot)).toMatchObject({
          status: 'cancelled',
          recurringEventId: insert.eventId,
        });
        expect(delta.rows.find((row) => row.id === slot)?.originalStart).not.toBeNull();

        expect(rowOf(await sendOne(bench, call)).status).toBe('confirmed');
        const after = await readAll(bench, bench.own, delta);
        expect(after.rows.find((row) => row.id === slot)).toMatchObject({ status: 'confirmed', visibility: 'private' });
      });

      it('as series whose slots are written only while they are what they were', async () => {
        const insert = insertOf(
          bench.own,
          'conditional',
          hourlyContent(9, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] }),
        );
        await sendOne(bench, insert);
        const slot = toEventId(`${insert.eventId}_20260403T070000Z`);
        const look = async () =>
          rowOf(await sendOne(bench, { kind: 'get', calendarId: bench.own, eventId: slot })).etag;
        const put = (clock: string, etag: string | null): Asked => ({
          kind: 'patch-slot',
          calendarId: bench.own,
          eventId: slot,
          etag,
          content: hourlyContent(9, {
            start: { dateTime: `2026-04-03T${clock}:00`, timeZone: 'Europe/Berlin' },
            end: { dateTime: `2026-04-03T${clock.slice(0, 2)}:45:00`, timeZone: 'Europe/Berlin' },
          }),
        });
        const ordinary = await look();
        expect(ordinary).not.toBeNull();
        expect(meant(rowOf(await sendOne(bench, put('14:00', ordinary))).start)).toEqual(
          meant(clock(14, '00', '2026-04-03')),
        );
        const kind = (reply: Awaited<ReturnType<typeof sendOne>>) => (reply.ok ? 'ok' : reply.error.kind);
        expect(kind(await sendOne(bench, put('15:00', ordinary)))).toBe('changed-meanwhile');
        const remove = { kind: 'delete', calendarId: bench.own, eventId: slot } as const;
        expect(kind(await sendOne(bench, { ...remove, etag: ordinary }))).toBe('changed-meanwhile');
        expect(await sendOne(bench, { ...remove, etag: await look() })).toEqual({ ok: true, value: null });
      });

      it('as series whose slots tell their ids when asked by series and start', async () => {
        const insert = insertOf(bench.own, 'asked', hourlyContent(9, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] }));
        await sendOne(bench, insert);
        const { eventId } = insert;
        const ask = (slotKey: string): Asked => ({
          kind: 'find-slot',
          calendarId: bench.own,
          eventId,
          slotKey: slotKeySchema.parse(slotKey),
        });
        const ordinary = rowOf(await sendOne(bench, ask('20260403T070000Z')));
        expect(ordinary).toMatchObject({ status: 'confirmed', recurringEventId: eventId, tag: insert.tag });
        await sendOne(bench, { kind: 'delete', calendarId: bench.own, eventId: ordinary.id, etag: null });
        const cancelled = rowOf(await sendOne(bench, ask('20260403T070000Z')));
        expect(cancelled).toMatchObject({ id: ordinary.id, status: 'cancelled', recurringEventId: eventId });
        expect(await sendOne(bench, ask('20260404T070000Z'))).toEqual({ ok: true, value: null });
        expect(await sendOne(bench, ask('20260403'))).toEqual({ ok: true, value: null });
        const never = { ...ask('20260403T070000Z'), eventId: toEventId('neverexisted') };
        expect(outcome(await sendOne(bench, never))).toBe('not-found');

        const days = insertOf(bench.own, 'days', {
          ...hourlyContent(9, { recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] }),
          start: { date: '2026-03-27' },
          end: { date: '2026-03-28' },
        });
        await sendOne(bench, days);
        const day = rowOf(await sendOne(bench, { ...ask('20260329'), eventId: days.eventId }));
        expect(day).toMatchObject({ originalStart: { date: '2026-03-29' }, recurringEventId: days.eventId });
      });

      it('with their slots in one write, and say what has come of each part', async () => {
        const insert = insertOf(bench.own, 'whole', hourlyContent(9, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] }));
        const at = (date: string, hour: number): WriteCall => ({
          kind: 'patch-slot',
          calendarId: bench.own,
          eventId: toEventId(`${insert.eventId}_${date}T070000Z`),
          seriesId: insert.eventId,
          etag: null,
          content: hourlyContent(9, {
            start: clock(hour, '00', `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`),
            end: clock(hour, '45', `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`),
          }),
        });
        const write = { whole: insert, slots: [at('20260403', 14), at('20260410', 15)] };
        const [made] = await bench.provider.write(bench.accountId, [write]);
        expect([made?.whole, ...(made?.slots ?? [])].map((reply) => outcome(reply ?? undefined))).toEqual(
          Array(3).fill('ok'),
        );
        const { rows } = await readAll(bench, bench.own);
        const slots = rows.filter((row) => row.recurringEventId === insert.eventId);
        expect(new Set(slots.map((row) => meant(row.start)))).toEqual(
          new Set([clock(14, '00', '2026-04-03'), clock(15, '00', '2026-04-10')].map(meant)),
        );
        // Where the block does not come to be, neither do its slots.
        const [again] = await bench.provider.write(bench.accountId, [{ whole: insert, slots: [at('20260417', 16)] }]);
        expect(outcome(again?.whole ?? undefined)).toBe('id-taken');
        expect(again?.slots).toEqual([null]);
        expect((await readAll(bench, bench.own)).rows).toHaveLength(3);
        // Its slots alone are a write, too.
        const [alone] = await bench.provider.write(bench.accountId, [{ whole: null, slots: [at('20260417', 16)] }]);
        expect(alone?.whole).toBeNull();
        expect(alone?.slots.map((reply) => outcome(reply ?? undefined))).toEqual(['ok']);
      });

      it('nowhere else: not where it may only read, not where it sees nothing', async () => {
        expect(outcome(await sendOne(bench, insertOf(bench.readOnly, 'x')))).toBe('read-only');
        expect(outcome(await sendOne(bench, insertOf(bench.invisible, 'x')))).toBe('not-found');
        const never = { kind: 'get', calendarId: bench.own, eventId: toEventId('neverexisted') } as const;
        expect(outcome(await sendOne(bench, never))).toBe('not-found');
      });

      it('that the server would never take are refused, one by one', async () => {
        const empty = hourlyContent(9, { end: hourlyContent(9).start });
        const replies = await sendCalls(bench.provider, bench.accountId, [
          insertOf(bench.own, 'empty', empty),
          insertOf(bench.own, 'sound'),
        ]);
        expect(replies.map(outcome)).toEqual(['refused', 'ok']);
      });

      it('in as few requests as it may, replies in the order of the calls', async () => {
        const calls = Array.from({ length: 120 }, (_, index) =>
          insertOf(index % 3 === 0 ? bench.second : bench.own, `many-${index}`, hourlyContent(index % 20)),
        );
        const replies = await sendCalls(bench.provider, bench.accountId, calls);
        expect(replies.map((reply) => rowOf(reply).id)).toEqual(calls.map((call) => call.eventId));
        expect(bench.writesSent()).toBe(Math.ceil(120 / (await batchSize(bench))));
        expect((await readAll(bench, bench.own)).rows).toHaveLength(80);
        expect((await readAll(bench, bench.second)).rows).toHaveLength(40);
      });

      it('nothing at all for no calls', async () => {
        expect(await sendCalls(bench.provider, bench.accountId, [])).toEqual([]);
        expect(bench.writesSent()).toBe(0);
      });
    });

    describe('finds', () => {
      it('all rows with our tag, page by page, copies by people too, and nothing else', async () => {
        await bench.close();
        bench = await start({ pageSize: 2, emptyPages: false });
        const inserts = ['a', 'b', 'c', 'd'].map((name) => insertOf(bench.own, name));
        await sendCalls(bench.provider, bench.accountId, inserts);
        await bench.people.create(bench.own, meeting(9));
        const gone = inserts[3]?.eventId as EventId;
        await bench.people.remove(bench.own, gone);
        const tagged = await readAll(bench, bench.own);
        const copy = await bench.people.create(bench.own, meeting(10, { tag: { version: '1', ref: 'broken' } }));
        expect(tagged.rows.length).toBeGreaterThan(0);

        const found: EventRow[] = [];
        let pageToken: string | null = null;
        do {
          const page: Awaited<ReturnType<CalendarProvider['findTagged']>> = await bench.provider.findTagged(
            bench.accountId,
            bench.own,
            pageToken,
          );
          if (!page.ok) throw new Error(page.error.kind);
          found.push(...page.value.rows);
          pageToken = page.value.nextPageToken;
        } while (pageToken !== null);
        expect(found.map((row) => row.id).sort()).toEqual(
          [...inserts.slice(0, 3).map((call) => call.eventId), copy].sort(),
        );
        expect(found.find((row) => row.id === copy)).toMatchObject({ tagged: true, tag: null });
      });

      it('the ids of what was deleted, and of nothing that lives', async () => {
        const lives = await bench.people.create(bench.own, meeting(9));
        const goes = await bench.people.create(bench.own, meeting(10));
        await bench.people.remove(bench.own, goes);
        const page = await bench.provider.findDeleted(bench.accountId, bench.own, null);
        expect(page).toMatchObject({ ok: true, value: { ids: [goes], nextPageToken: null } });
        expect(lives).not.toBe(goes);
      });
    });

    it('does nothing once it is called off', async () => {
      const signal = AbortSignal.abort();
      const { provider, accountId, accountEmail, own } = bench;
      const results = [
        await provider.listCalendars(accountId, signal),
        await provider.readEvents(accountId, accountEmail, own, { syncToken: null, pageToken: null }, signal),
        await provider.findTagged(accountId, own, null, signal),
        await provider.findDeleted(accountId, own, null, signal),
        ...(await sendCalls(provider, accountId, [insertOf(own, 'x'), insertOf(own, 'y')], signal)),
      ];
      expect(results.map((result) => (result.ok ? 'ok' : result.error.kind))).toEqual(Array(6).fill('cancelled'));
      expect((await readAll(bench, own)).rows).toEqual([]);
    });
  });
}
