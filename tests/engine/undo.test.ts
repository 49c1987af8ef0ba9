import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepUndo, keptViews, letGoOf, planUndo } from '../../src/main/app/undo.ts';
import { savePolicies } from '../../src/main/app/policies.ts';
import { previewOf } from '../../src/main/app/preview.ts';
import { planView } from '../../src/main/app/plan-view.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import type { RunView, UndoPreview } from '../../src/shared/dto.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { hour, week } from '../../src/shared/time.ts';
import { openWorkplace, undoRun, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const studio = 'client@studio.example';
const all = [work, home, studio];

const world = mainCalendars(work, home, studio);

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (date: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  start: berlin(`${date}T${from}:00`),
  end: berlin(`${date}T${to}:00`),
});
const weekly = (date: string) => ({ ...timed(date), recurrence: ['RRULE:FREQ=WEEKLY'] });

let place: Workplace;
let laptop: Laptop;

beforeEach(async () => {
  place = await openWorkplace({ world });
  laptop = await place.laptop();
  await laptop.sync();
});

afterEach(async () => {
  await place.close();
});

const parts = (of: Laptop = laptop) => ({ engine: of.deps, store: of.store, clock: of.clock });
const person = () => place.simulator.person(work);

async function undo(run: number, of: Laptop = laptop): Promise<{ shown: UndoPreview; run: RunView }> {
  const shown = await undoRun(of, run);
  return { shown, run: shown.done };
}

/** What each calendar shows of blocks and their dates, without names: an undo may make a block anew. */
function shown(): unknown {
  const text = ({ summary, start, end, recurrence, visibility }: DumpedEvent): string => {
    const at = (time: DumpedEvent['start']): string => time?.date ?? new Date(time?.dateTime ?? NaN).toISOString();
    return [summary, at(start), at(end), recurrence?.join() ?? '', visibility].join(' ');
  };
  return all.map((id) => {
    const events = place.simulator.dump().find((calendar) => calendar.id === id)?.events ?? [];
    const ours = (events as unknown as DumpedEvent[]).filter(
      (event) => event.extendedProperties?.private?.['calsync.ref'],
    );
    const live = new Set(
      ours.filter((one) => one.status !== 'cancelled' && one.recurringEventId === undefined).map((one) => one.id),
    );
    return [
      id,
      ours
        .filter((one) => live.has(one.id))
        .map(text)
        .sort(),
      ours
        .filter((one) => one.recurringEventId !== undefined && live.has(one.recurringEventId) && !isOrdinary(one))
        .map((one) => (one.status === 'cancelled' ? `away ${one.id.split('_')[1] ?? ''}` : text(one)))
        .sort(),
    ];
  });
}

/** Whether a date says what its rule says, though it has a row: so it is where one was changed and put right again. */
function isOrdinary({ id, status, start, end }: DumpedEvent): boolean {
  const at = (time: DumpedEvent['start']): number => Date.parse(time?.dateTime ?? '');
  const key = new Date(at(start)).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return status !== 'cancelled' && id.endsWith(`_${key}`) && at(end) - at(start) === hour;
}

async function expectRest(of: Laptop = laptop): Promise<void> {
  for (let count = 0; count < 3; count += 1) await of.expectQuiet();
}

/** What a person did before the sync that is undone, and then. */
interface Case {
  readonly name: string;
  readonly before?: () => string;
  readonly then: (id: string) => void;
}

const cases: readonly Case[] = [
  { name: 'an event is new', then: () => void person().createEvent(work, timed('2026-03-25')) },
  { name: 'a series is new', then: () => void person().createEvent(work, weekly('2026-03-25')) },
  {
    name: 'an event is deleted',
    before: () => person().createEvent(work, timed('2026-03-25')).id,
    then: (id) => person().deleteEvent(work, id),
  },
  {
    name: 'a series is deleted',
    before: () => person().createEvent(work, weekly('2026-03-25')).id,
    then: (id) => person().deleteEvent(work, id),
  },
  {
    name: 'an event moves',
    before: () => person().createEvent(work, timed('2026-03-25')).id,
    then: (id) => void person().patchEvent(work, id, timed('2026-03-26', '15:00', '16:30')),
  },
  {
    name: 'a series moves',
    before: () => person().createEvent(work, weekly('2026-03-25')).id,
    then: (id) =>
      void person().patchEvent(work, id, {
        start: berlin('2026-03-25T12:00:00'),
        end: berlin('2026-03-25T13:00:00'),
      }),
  },
  {
    name: 'an event becomes free',
    before: () => person().createEvent(work, timed('2026-03-25')).id,
    then: (id) => void person().patchEvent(work, id, { transparency: 'transparent' }),
  },
  {
    name: 'a series ends sooner',
    before: () => person().createEvent(work, weekly('2026-03-25')).id,
    then: (id) => void person().patchEvent(work, id, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] }),
  },
  {
    name: 'one date of a series moves',
    before: () => person().createEvent(work, weekly('2026-03-25')).id,
    then: (id) => void person().patchEvent(work, `${id}_20260401T080000Z`, timed('2026-04-02', '14:00', '15:00')),
  },
  {
    name: 'one date of a series is cancelled',
    before: () => person().createEvent(work, weekly('2026-03-25')).id,
    then: (id) => person().deleteEvent(work, `${id}_20260401T080000Z`),
  },
  {
    name: 'a date that was moved moves again',
    before: () => {
      const { id } = person().createEvent(work, weekly('2026-03-25'));
      person().patchEvent(work, `${id}_20260401T080000Z`, timed('2026-04-02', '14:00', '15:00'));
      return id;
    },
    then: (id) => void person().patchEvent(work, `${id}_20260401T080000Z`, timed('2026-04-03', '09:00', '10:00')),
  },
  {
    name: 'a series with a moved date is deleted',
    before: () => {
      const { id } = person().createEvent(work, weekly('2026-03-25'));
      person().patchEvent(work, `${id}_20260401T080000Z`, timed('2026-04-02', '14:00', '15:00'));
      return id;
    },
    then: (id) => person().deleteEvent(work, id),
  },
];

describe('a sync that is undone', () => {
  it.each(cases)('where $name: everything is as before, and then nothing is left to do', async ({ before, then }) => {
    const id = before?.() ?? '';
    await laptop.sync();
    const was = shown();
    then(id);
    const run = await laptop.sync();
    expect(shown()).not.toEqual(was);
    const now = shown();
    const { shown: told, run: undone } = await undo(run.id);
    expect(shown()).toEqual(was);
    expect(told.left).toEqual([]);
    expect(told.preview.add + told.preview.change + told.preview.remove).toBe(
      undone.added + undone.changed + undone.removed,
    );
    await expectRest();
    expect(laptop.store.undoableRuns()).not.toContain(run.id);
    // An undo is a sync like any other.
    expect((await undo(undone.id)).shown.left).toEqual([]);
    expect(shown()).toEqual(now);
    await expectRest();
    expect(laptop.store.undoableRuns()).toContain(run.id);
  });

  it('has what it made away for good and listed, until the person puts it back', async () => {
    person().createEvent(work, timed('2026-03-25'));
    const run = await laptop.sync();
    await undo(run.id);
    expect(
      laptop.store
        .mutes()
        .map(({ targetId }) => targetId)
        .sort(),
    ).toEqual([studio, home].sort());
    const [mute] = laptop.store.mutes();
    expect(mute === undefined ? false : laptop.store.liftMute(mute)).toBe(true);
    await laptop.sync();
    expect(all.map((id) => place.blocks(id).filter(({ status }) => status !== 'cancelled').length).sort()).toEqual([
      0, 0, 1,
    ]);
    await expectRest();
  });

  it('is undone where the process ends before it knows of its own write', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'calsync-undo-'));
    const file = join(folder, 'calsync.db');
    let isCut = false;
    const dying = await place.laptop({
      file,
      wrap: (provider) =>
        sendingBy(provider, async (calls, next) => {
          const replies = await next(calls);
          if (isCut) throw new Error('the process has ended');
          return replies;
        }),
    });
    const event = person().createEvent(work, timed('2026-03-25'));
    await dying.sync();
    person().patchEvent(work, event.id, timed('2026-03-26'));
    const run = await dying.sync();
    isCut = true;
    await expect(undo(run.id, dying)).rejects.toThrow('the process has ended');
    dying.close();
    await place.clock.advance(hour);
    const survivor = await place.laptop({ file });
    await survivor.sync();
    const days = [home, studio].flatMap((id) => place.blocks(id).map(({ start }) => start?.dateTime?.slice(0, 10)));
    expect(days).toEqual(['2026-03-25', '2026-03-25']);
    expect(survivor.store.kept()).toHaveLength(2);
    await expectRest(survivor);
    rmSync(folder, { recursive: true });
  });

  it('keeps what it put back until the event changes', async () => {
    const event = person().createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    person().patchEvent(work, event.id, timed('2026-03-26'));
    const run = await laptop.sync();
    await undo(run.id);
    expect(
      keptViews(parts())
        .map(({ targetId }) => targetId)
        .sort(),
    ).toEqual([studio, home].sort());
    person().patchEvent(work, event.id, timed('2026-03-27'));
    await laptop.sync();
    expect(keptViews(parts())).toEqual([]);
    expect(place.blocks(home).map(({ start }) => start?.dateTime?.slice(0, 10))).toEqual(['2026-03-27']);
    await expectRest();
  });

  it('keeps what it put back until the person lets go', async () => {
    const event = person().createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    person().deleteEvent(work, event.id);
    const run = await laptop.sync();
    await undo(run.id);
    for (const { key } of keptViews(parts())) expect(letGoOf(parts(), key).ok).toBe(true);
    await laptop.sync();
    expect(all.flatMap((id) => place.blocks(id)).filter(({ status }) => status !== 'cancelled')).toEqual([]);
    await expectRest();
  });

  it.each(['at its time', 'moved'])('has a date where it was (%s) while its event cannot be read', async (was) => {
    const { id } = person().createEvent(work, weekly('2026-03-26'));
    const moveTo = (day: string): void => void person().editSlot(work, id, '2026-04-02T08:00:00Z', timed(day));
    if (was === 'moved') moveTo('2026-04-03');
    await laptop.sync();
    const before = shown();
    moveTo('2026-04-04');
    const { id: run } = await laptop.sync();
    place.simulator.faults.add({ kind: 'status503', request: 'events.list', calendar: work, times: null });
    await undo(run);
    expect(shown()).toEqual(before);
    place.simulator.faults.clear();
    await laptop.expectQuiet();
    expect(shown()).toEqual(before);
  });

  it('leaves what its event changed since, and says so', async () => {
    const event = person().createEvent(work, timed('2026-03-25'));
    const run = await laptop.sync();
    person().patchEvent(work, event.id, timed('2026-03-26'));
    const { shown: told } = await undo(run.id);
    expect(told.left).toEqual([{ reason: 'event-changed', count: 2 }]);
    expect(place.blocks(home).map(({ start }) => start?.dateTime?.slice(0, 10))).toEqual(['2026-03-26']);
    await expectRest();
  });

  it('leaves a block that a person changed since, and what belongs to it', async () => {
    person().createEvent(work, timed('2026-03-25'));
    const run = await laptop.sync();
    const [block] = place.blocks(home);
    place.simulator.person(home).patchEvent(home, block?.id ?? '', timed('2026-03-25', '12:00', '13:00'));
    const { shown: told } = await undo(run.id);
    expect(told.left).toEqual([{ reason: 'block-changed', count: 1 }]);
    expect(place.blocks(studio).filter(({ status }) => status !== 'cancelled')).toEqual([]);
    expect(place.blocks(home).filter(({ status }) => status !== 'cancelled')).toHaveLength(1);
    await expectRest();
  });

  it('leaves a block that a person changes while the undo is on its way', async () => {
    person().createEvent(work, timed('2026-03-25'));
    const run = await laptop.sync();
    const planned = planUndo(parts(), run.id, null);
    expect(planned.ok && keepUndo(parts(), planned.value).ok).toBe(true);
    const [block] = place.blocks(home);
    place.simulator.person(home).patchEvent(home, block?.id ?? '', { colorId: '5' });
    await laptop.sync();
    expect(place.blocks(home).filter(({ status }) => status !== 'cancelled')).toHaveLength(1);
    expect(laptop.store.mutes().map(({ targetId }) => targetId)).toEqual([studio]);
    await expectRest();
  });

  it('restores the choices that it carried out', async () => {
    person().createEvent(work, timed('2026-03-25'));
    place.simulator.person(home).createEvent(home, weekly('2026-03-26'));
    await laptop.sync();
    const was = shown();
    const studioId = toCalendarId(studio);
    const saved = savePolicies(parts(), [
      { kind: 'use', calendarId: studioId, source: false, target: false },
      {
        kind: 'busy',
        calendarId: toCalendarId(home),
        busy: { ...defaultBusyPolicy, hours: null, ignoreTitles: 'secret*' },
      },
      { kind: 'block', block: { ...defaultBlockPolicy, summary: 'Away' } },
    ]);
    expect(saved.ok).toBe(true);
    const run = await laptop.sync();
    expect(shown()).not.toEqual(was);
    const { shown: told } = await undo(run.id);
    expect(told.choices).toBe(3);
    expect(shown()).toEqual(was);
    const calendar = laptop.store.calendars().find(({ id }) => id === studio);
    expect([calendar?.source, calendar?.target]).toEqual([true, true]);
    expect(laptop.store.settings().block.summary).toBe(defaultBlockPolicy.summary);
    expect([...laptop.store.mutes(), ...laptop.store.kept()]).toEqual([]);
    await expectRest();
  });

  it('tells no more than the choices of today allow', async () => {
    const block = (summary: string) => ({ kind: 'block', block: { ...defaultBlockPolicy, summary } }) as const;
    expect(savePolicies(parts(), [block('{title}')]).ok).toBe(true);
    const event = person().createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    person().deleteEvent(work, event.id);
    const run = await laptop.sync();
    expect(savePolicies(parts(), [block('🔒 Busy')]).ok).toBe(true);
    await undo(run.id);
    expect(
      place
        .blocks(home)
        .filter(({ status }) => status !== 'cancelled')
        .map(({ summary }) => summary),
    ).toEqual(['🔒 Busy']);
    await expectRest();
  });

  it('cannot be undone after a week, nor where it wrote nothing', async () => {
    person().createEvent(work, timed('2026-03-25'));
    const run = await laptop.sync();
    const quiet = await laptop.sync();
    expect(planUndo(parts(), quiet.id, null)).toMatchObject({ ok: false, error: { code: 'undo-unknown' } });
    await place.clock.advance(week + hour);
    await laptop.sync();
    expect(planUndo(parts(), run.id, null)).toMatchObject({ ok: false, error: { code: 'undo-unknown' } });
  });

  it('can be undone for all of a week, however many runs came since', async () => {
    person().createEvent(work, timed('2026-03-25'));
    const run = await laptop.sync();
    for (let count = 0; count < 1100; count += 1) laptop.store.startRun('interval', laptop.clock.now());
    expect(laptop.store.undoableRuns()).toContain(run.id);
    expect((await undo(run.id)).shown.left).toEqual([]);
    expect(all.flatMap((id) => place.blocks(id)).filter(({ status }) => status !== 'cancelled')).toEqual([]);
  });

  it('is previewed as what it then does', async () => {
    const event = person().createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    person().deleteEvent(work, event.id);
    const run = await laptop.sync();
    const planned = planUndo(parts(), run.id, null);
    if (!planned.ok) throw new Error(planned.error.code);
    const told = previewOf(planView(planned.value.plan, parts()));
    expect({ add: told.add, change: told.change, remove: told.remove }).toEqual({ add: 2, change: 0, remove: 0 });
    expect(told.items.map(({ reason }) => reason)).toEqual(['undone', 'undone']);
    expect(laptop.store.kept()).toEqual([]);
  });
});

describe('a second computer', () => {
  it('lets what was undone be away, as it does with a person’s own deletion', async () => {
    const other = await place.laptop();
    await other.sync();
    person().createEvent(work, timed('2026-03-25'));
    const run = await laptop.sync();
    await other.sync();
    await undo(run.id);
    for (let round = 0; round < 5; round += 1) {
      await other.sync();
      await laptop.sync();
    }
    expect(all.flatMap((id) => place.blocks(id)).filter(({ status }) => status !== 'cancelled')).toEqual([]);
    await expectRest();
    await expectRest(other);
  });

  it('whose plan says otherwise has the last word on what was kept, and both come to rest', async () => {
    const other = await place.laptop();
    await other.sync();
    const event = person().createEvent(work, timed('2026-03-25'));
    const gone = person().createEvent(work, timed('2026-03-30'));
    await laptop.sync();
    await other.sync();
    person().patchEvent(work, event.id, timed('2026-03-26'));
    person().deleteEvent(work, gone.id);
    const run = await laptop.sync();
    await other.sync();
    await undo(run.id);
    for (let round = 0; round < 5; round += 1) {
      await other.sync();
      await laptop.sync();
    }
    await expectRest();
    await expectRest(other);
    expect(place.blocks(home).filter(({ status }) => status !== 'cancelled')).toHaveLength(1);
  });

  it.each([
    ['moved', (id: string) => person().patchEvent(work, id, timed('2026-04-10'))],
    ['taken away', (id: string) => person().deleteEvent(work, id)],
  ])('whose plan says otherwise has the last word on a date that was %s, and both come to rest', async (_, change) => {
    const other = await place.laptop();
    await other.sync();
    const series = person().createEvent(work, weekly('2026-04-01'));
    await laptop.sync();
    await other.sync();
    const before = shown();
    change(`${series.id}_20260408T080000Z`);
    const run = await laptop.sync();
    await other.sync();
    const after = shown();
    await undo(run.id);
    expect(shown()).toEqual(before);
    for (let round = 0; round < 5; round += 1) {
      await other.sync();
      await laptop.sync();
    }
    expect(shown()).toEqual(after);
    await expectRest();
    await expectRest(other);
  });
});
