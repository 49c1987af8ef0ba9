import { describe, expect, it } from 'vitest';
import { endsOf, type MeshCalendar, type Operation, type Plan, type SourceEvent } from '../../src/main/core/model.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { titleTestOf } from '../../src/main/core/titles.ts';
import type { BlockPolicy, BusyPolicy } from '../../src/shared/dto.ts';
import type { EventTime } from '../../src/shared/time.ts';
import {
  at,
  calendar,
  CalendarWorld,
  context,
  event,
  exception,
  group,
  moment,
  now,
  on,
  weekly,
  type RowParts,
} from '../support/core-builders.ts';
import { plainCapabilities } from '../support/capabilities.ts';

const work = calendar('work');

interface Choices {
  readonly busy?: Partial<BusyPolicy>;
  readonly block?: Partial<BlockPolicy>;
  readonly targets?: readonly MeshCalendar[];
}

/** The calendar of the event with its policy, and what is on the others. */
class Scene {
  readonly world = new CalendarWorld();
  home: MeshCalendar;
  rows: readonly RowParts[];
  #choices: Choices;

  constructor(rows: readonly RowParts[], choices: Choices = {}) {
    this.home = calendar('home');
    this.rows = rows;
    this.#choices = choices;
  }

  choose(choices: Choices): this {
    this.#choices = choices;
    return this;
  }

  becomes(...rows: readonly RowParts[]): this {
    this.rows = rows;
    return this;
  }

  plan(): Plan {
    const { busy = {}, block = {}, targets = [work] } = this.#choices;
    const home = { ...this.home, target: false, busy: { ...defaultBusyPolicy, ...busy } };
    const events: SourceEvent[] = this.rows.map((row) => event(home, row));
    return planSync(
      this.world.groups([group(events)]),
      context([home, ...targets], { policy: { ...defaultBlockPolicy, ...block } }),
    );
  }

  sync(): readonly Operation[] {
    const plan = this.plan();
    this.world.apply(plan);
    expect(this.plan().operations.map((one) => one.kind)).toEqual([]);
    return plan.operations;
  }
}

const kinds = (operations: readonly Operation[]): readonly string[] => operations.map((one) => one.kind);

/** Start and end by the clock on the wall, without the day where it is that of the event; the rule where there is one. */
function shown(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap((one) =>
    'content' in one
      ? [[wall(one.content.start), wall(one.content.end), ...one.content.recurrence].join(' ')]
      : [one.kind],
  );
}

const wall = (time: EventTime): string => ('date' in time ? time.date : time.dateTime.slice(0, 16));

const office = { timeZone: 'Europe/Berlin', days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '17:00' } as const;
const single = (start: string, end: string, zone = 'Europe/Berlin'): RowParts => ({
  start: at(start, zone),
  end: at(end, zone),
});

describe('working hours', () => {
  it.each<[string, RowParts, boolean]>([
    ['within', single('2026-03-10T10:00', '2026-03-10T11:00'), true],
    ['reaching in at the start', single('2026-03-10T08:00', '2026-03-10T09:01'), true],
    ['ending when they begin', single('2026-03-10T08:00', '2026-03-10T09:00'), false],
    ['beginning when they end', single('2026-03-10T17:00', '2026-03-10T18:00'), false],
    ['reaching out at the end', single('2026-03-10T16:59', '2026-03-10T20:00'), true],
    ['around them', single('2026-03-10T06:00', '2026-03-10T22:00'), true],
    ['on a Saturday', single('2026-03-14T10:00', '2026-03-14T11:00'), false],
    ['over a weekend', single('2026-03-13T18:00', '2026-03-16T09:00'), false],
    ['over a weekend and a moment', single('2026-03-13T18:00', '2026-03-16T09:01'), true],
    ['by the clock of another zone', single('2026-03-10T05:00', '2026-03-10T06:00', 'America/New_York'), true],
    ['a Friday there, a Saturday here', single('2026-03-13T20:00', '2026-03-13T23:30', 'America/Los_Angeles'), false],
    ['a working day', { start: on('2026-03-10'), end: on('2026-03-11') }, true],
    ['a weekend of days', { start: on('2026-03-14'), end: on('2026-03-16') }, false],
    ['a weekend of days and a Monday', { start: on('2026-03-14'), end: on('2026-03-17') }, true],
    ['a fortnight', single('2026-03-14T10:00', '2026-03-28T11:00'), true],
  ])('%s', (_, row, counts) => {
    const plan = new Scene([row], { busy: { hours: office } }).plan();
    expect(kinds(plan.operations)).toEqual(counts ? ['create'] : []);
    expect(plan.skips.map((skip) => skip.reason)).toEqual(counts ? [] : ['outside-hours']);
  });

  it.each<[string, RowParts, boolean]>([
    ['before midnight', single('2026-03-13T23:00', '2026-03-13T23:30'), true],
    ['after midnight, on the day after the one named', single('2026-03-14T02:00', '2026-03-14T03:00'), true],
    ['after midnight, where the day before is not named', single('2026-03-09T02:00', '2026-03-09T03:00'), false],
    ['in the afternoon', single('2026-03-10T15:00', '2026-03-10T16:00'), false],
  ])('through the night: %s', (_, row, counts) => {
    const hours = { ...office, from: '22:00', to: '06:00' };
    expect(new Scene([row], { busy: { hours } }).plan().operations).toHaveLength(counts ? 1 : 0);
  });

  it.each([
    ['FREQ=HOURLY', 'RRULE:FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,10,11,12,13,14,15,16', 0],
    ['FREQ=HOURLY;INTERVAL=4', 'RRULE:FREQ=HOURLY;INTERVAL=4;BYDAY=MO,TU,WE,TH,FR;BYHOUR=10,14', 0],
    [
      'FREQ=HOURLY;COUNT=9000',
      'RRULE:FREQ=HOURLY;UNTIL=20270320T080000Z;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,10,11,12,13,14,15,16',
      0,
    ],
    ['FREQ=DAILY;BYHOUR=10,22', 'RRULE:FREQ=DAILY;BYHOUR=10,22', 600],
  ])('narrow a rule rather than leave out thousands of dates: %s', (rule, written, more) => {
    const often = weekly({ recurrence: [`RRULE:${rule}`] });
    const [create, ...others] = new Scene([often], { busy: { hours: office } }).sync();
    if (create?.kind !== 'create') throw new Error('no create');
    expect(others).toEqual([]);
    const [line, except = ''] = create.content.recurrence;
    expect(line).toBe(written);
    expect(except.split(',').length).toBeGreaterThan(more);
    expect(except.split(',').length).toBeLessThan(1001);
  });

  it('are those of a day of 23 hours, too', () => {
    const hours = { ...office, days: ['SU'], from: '00:00', to: '24:00' } as const;
    const sunday = single('2026-03-29T23:30', '2026-03-29T23:45');
    const monday = single('2026-03-30T00:00', '2026-03-30T00:15');
    expect(new Scene([sunday], { busy: { hours } }).plan().operations).toHaveLength(1);
    expect(new Scene([monday], { busy: { hours } }).plan().operations).toHaveLength(0);
  });

  it('leave out the dates of a series that are outside, without a write for each', () => {
    const daily = weekly({ recurrence: ['RRULE:FREQ=DAILY;UNTIL=20260331T215959Z'] });
    const scene = new Scene([daily], { busy: { hours: office } });
    const [create, ...more] = scene.sync();
    expect(more).toEqual([]);
    if (create?.kind !== 'create') throw new Error('no create');
    expect(create.content.recurrence).toEqual([
      'RRULE:FREQ=DAILY;UNTIL=20260331T215959Z',
      'EXDATE:20260314T090000Z,20260315T090000Z,20260321T090000Z,20260322T090000Z,20260328T090000Z,20260329T080000Z',
    ]);
  });

  it('name the dates of this year and the next only', () => {
    const scene = new Scene([weekly({ recurrence: ['RRULE:FREQ=DAILY'] })], { busy: { hours: office } });
    const [create] = scene.sync();
    if (create?.kind !== 'create') throw new Error('no create');
    const dates = create.content.recurrence[1]?.split(/[:,]/).slice(1) ?? [];
    expect([dates[0], dates.at(-1)]).toEqual(['20260314T090000Z', '20271226T090000Z']);
    expect(new Date(now).getUTCFullYear()).toBe(2026);
  });

  it('follow a series of another zone through the change of clocks', () => {
    // 04:00 in New York is 09:00 in Berlin, and 08:00 in the weeks when only one of them has changed its clocks.
    const series = weekly({
      start: at('2026-01-06T03:00', 'America/New_York'),
      end: at('2026-01-06T03:30', 'America/New_York'),
    });
    const early = { ...office, from: '08:30', to: '09:15' };
    const [create] = new Scene([series], { busy: { hours: early } }).sync();
    if (create?.kind !== 'create') throw new Error('no create');
    // Between the two changes of clocks in spring and autumn it is an hour earlier in Berlin.
    expect(create.content.recurrence[1]).toBe(
      'EXDATE:20260310T070000Z,20260317T070000Z,20260324T070000Z,20261027T070000Z,20270316T070000Z,20270323T070000Z,20271102T070000Z',
    );
  });

  it('let a moved date of a series in, and another one out', () => {
    const daily = weekly({ start: at('2026-03-10T18:00'), end: at('2026-03-10T19:00') });
    const inside = exception('20260317T170000Z', { start: at('2026-03-17T12:00'), end: at('2026-03-17T13:00') });
    const scene = new Scene([daily, inside], { busy: { hours: office } });
    expect(shown(scene.sync())).toEqual(['2026-03-17T11:00 2026-03-17T12:00']);
    expect(scene.plan().skips.map((skip) => skip.reason)).toEqual(['outside-hours']);
    const office2 = weekly();
    const outside = exception('20260317T090000Z', { start: at('2026-03-17T20:00'), end: at('2026-03-17T21:00') });
    expect(kinds(new Scene([office2, outside], { busy: { hours: office } }).sync())).toEqual(['create', 'cancel-slot']);
  });

  it('give a date back that is moved into them, although the rule of the block leaves it out', () => {
    const daily = weekly({ recurrence: ['RRULE:FREQ=DAILY;COUNT=7'] });
    const scene = new Scene([daily], { busy: { hours: office } });
    scene.sync();
    const saturday = exception('20260314T090000Z', { start: at('2026-03-13T15:00'), end: at('2026-03-13T16:00') });
    expect(kinds(scene.becomes(daily, saturday).sync())).toEqual(['update', 'put-slot']);
    expect(kinds(scene.becomes(daily).sync())).toEqual(['update']);
  });

  it('are changed by one write for a series', () => {
    const scene = new Scene([weekly({ recurrence: ['RRULE:FREQ=DAILY'] })]);
    scene.sync();
    expect(kinds(scene.choose({ busy: { hours: office } }).sync())).toEqual(['update']);
    expect(kinds(scene.choose({}).sync())).toEqual(['update']);
    const nights = { ...office, from: '22:00', to: '23:00' };
    expect(kinds(scene.choose({ busy: { hours: nights } }).sync())).toEqual(['delete']);
  });
});

describe('a minimum length', () => {
  it.each<[string, RowParts, boolean]>([
    ['too short', single('2026-03-10T10:00', '2026-03-10T10:14'), false],
    ['as long', single('2026-03-10T10:00', '2026-03-10T10:15'), true],
    ['a day', { start: on('2026-03-10'), end: on('2026-03-11') }, true],
    ['no length at all', single('2026-03-10T10:00', '2026-03-10T10:00'), false],
  ])('%s', (_, row, counts) => {
    const plan = new Scene([row], { busy: { minimumMinutes: 15 } }).plan();
    expect(plan.operations).toHaveLength(counts ? 1 : 0);
    expect(plan.skips.map((skip) => skip.reason)).toEqual(counts ? [] : ['too-short']);
  });

  it('takes a date of a series that was made shorter', () => {
    const short = exception('20260317T090000Z', { end: at('2026-03-17T10:10') });
    const scene = new Scene([weekly(), short], { busy: { minimumMinutes: 15 } });
    expect(kinds(scene.sync())).toEqual(['create', 'cancel-slot']);
  });
});

describe('titles that do not count', () => {
  it.each<[string, string | null, boolean]>([
    ['lunch', 'Lunch', true],
    ['lunch', 'Lunch with Ada', false],
    ['lunch*', 'LUNCH with Ada', true],
    ['*lunch*', 'A long lunch, again', true],
    ['l?nch', 'linch', true],
    ['?', '🔒', true],
    ['*', null, true],
    ['a,b', 'b', true],
    ['a\nb*', 'bee', true],
    [' , \n', 'anything', false],
    ['', '', false],
    ['ÜBUNG', 'übung', true],
    ['(a+)+$', 'aaaa', false],
    ['a*b*c', 'a--b--b--c', true],
    ['a*b*c', 'a--b--b--', false],
  ])('%j and %j', (list, title, matches) => {
    expect(titleTestOf(list)(title)).toBe(matches);
  });

  it('are looked at in steps that cannot explode', () => {
    // Tries for each star would be more than there are atoms; the most there can be are 500 times 1000 steps.
    const list = `${'*a'.repeat(249)}*b`;
    expect(titleTestOf(list)('a'.repeat(5000))).toBe(false);
  });

  it('make no block', () => {
    const plan = new Scene([{ summary: 'Lunch' }], { busy: { ignoreTitles: 'lunch' } }).plan();
    expect(plan).toMatchObject({ operations: [], skips: [{ reason: 'title-ignored' }] });
  });

  it('of one date leave the series', () => {
    const scene = new Scene([weekly(), exception('20260317T090000Z', { summary: 'Lunch' })], {
      busy: { ignoreTitles: 'lunch' },
    });
    expect(kinds(scene.sync())).toEqual(['create', 'cancel-slot']);
  });
});

describe('a buffer', () => {
  const block = { bufferBefore: 15, bufferAfter: 30 };

  it('widens a single event, beyond midnight too', () => {
    expect(shown(new Scene([single('2026-03-10T10:00', '2026-03-10T11:00')], { block }).sync())).toEqual([
      '2026-03-10T08:45 2026-03-10T10:30',
    ]);
    expect(shown(new Scene([single('2026-03-10T00:05', '2026-03-10T23:50')], { block }).sync())).toEqual([
      '2026-03-09T22:50 2026-03-10T23:20',
    ]);
  });

  it('leaves days as they are', () => {
    const scene = new Scene([{ start: on('2026-03-10'), end: on('2026-03-11') }], { block });
    expect(shown(scene.sync())).toEqual(['2026-03-10 2026-03-11']);
  });

  it('is of one length on a day of 23 hours', () => {
    expect(shown(new Scene([single('2026-03-29T03:10', '2026-03-29T04:00')], { block }).sync())).toEqual([
      '2026-03-29T00:55 2026-03-29T02:30',
    ]);
  });

  it('widens a series as a series, and each of its dates', () => {
    const moved = exception('20260317T090000Z', { start: at('2026-03-17T14:00'), end: at('2026-03-17T15:00') });
    const gone = exception('20260324T090000Z', { status: 'cancelled' });
    const scene = new Scene(
      [weekly({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260407T080000Z'] }), moved, gone],
      {
        block,
      },
    );
    const operations = scene.sync();
    expect(shown(operations)).toEqual([
      '2026-03-10T09:45 2026-03-10T11:30 RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260407T215959Z',
      '2026-03-17T13:45 2026-03-17T15:30',
      'cancel-slot',
    ]);
    expect(operations.flatMap((one) => ('slotKey' in one ? [one.slotKey] : []))).toEqual([
      '20260317T084500Z',
      '20260324T084500Z',
    ]);
    // A date as usual again is put back, by its name on the block.
    expect(
      kinds(scene.becomes(weekly({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260407T080000Z'] })).sync()),
    ).toEqual(['put-slot', 'put-slot']);
  });

  it('stops at the midnight before a series, by the clock of the series', () => {
    const early = weekly({
      start: at('2026-03-10T00:05', 'America/New_York'),
      end: at('2026-03-10T01:00', 'America/New_York'),
    });
    expect(shown(new Scene([early], { block }).sync())).toEqual([
      '2026-03-10T00:00 2026-03-10T01:30 RRULE:FREQ=WEEKLY;BYDAY=TU',
    ]);
    const midnight = weekly({ start: at('2026-03-10T00:00'), end: at('2026-03-10T23:45') });
    expect(shown(new Scene([midnight], { block }).sync())).toEqual([
      '2026-03-10T00:00 2026-03-11T00:15 RRULE:FREQ=WEEKLY;BYDAY=TU',
    ]);
  });

  it.each<[string, string, string]>([
    ['a last slot whose buffer would make one more', 'UNTIL=20260407T075000Z', 'UNTIL=20260406T215959Z'],
    ['a last slot exactly', 'UNTIL=20260407T080000Z', 'UNTIL=20260407T215959Z'],
    ['a count', 'COUNT=3', 'COUNT=3'],
    ['a time of day of its own', 'BYHOUR=10', 'BYHOUR=10'],
  ])('keeps the end of a rule: %s', (_, end, expected) => {
    const scene = new Scene([weekly({ recurrence: [`RRULE:FREQ=WEEKLY;BYDAY=TU;${end}`] })], { block });
    expect(shown(scene.sync())[0]).toMatch(new RegExp(`;${expected}$`));
  });

  it('moves dates that are left out and added with the rule', () => {
    const scene = new Scene(
      [
        weekly({
          recurrence: [
            'RRULE:FREQ=WEEKLY;BYDAY=TU',
            'EXDATE;TZID=Europe/Berlin:20260317T100000',
            'RDATE:20260318T090000Z',
          ],
        }),
      ],
      { block },
    );
    expect(shown(scene.sync())[0]).toContain('EXDATE:20260317T084500Z RDATE:20260318T084500Z');
  });

  it('makes a single event anew in place, and a series with the next generation', () => {
    const one = new Scene([single('2026-03-10T10:00', '2026-03-10T11:00')]);
    one.sync();
    expect(kinds(one.choose({ block }).sync())).toEqual(['update']);
    const many = new Scene([weekly()]);
    many.sync();
    expect(kinds(many.choose({ block: { bufferAfter: 10 } }).sync())).toEqual(['update']);
    expect(kinds(many.choose({ block }).sync())).toEqual(['replace']);
  });

  it('keeps a muted date muted', () => {
    const scene = new Scene([weekly()]);
    scene.sync();
    const { sourceRef } = event(scene.home, weekly());
    scene.world.mutes.push({ sourceRef, targetId: work.id, slot: '20260317T090000Z' as never });
    expect(kinds(scene.choose({ block }).sync())).toEqual(['replace', 'cancel-slot']);
  });
});

describe('a place', () => {
  it('is told only where the route says so', () => {
    const row = { ...single('2026-03-10T10:00', '2026-03-10T11:00'), place: ' Hall 2,\nEast ' };
    const scene = new Scene([row]);
    expect(JSON.stringify(scene.sync())).not.toContain('Hall');
    const operations = scene.choose({ block: { place: true } }).sync();
    expect(operations).toMatchObject([
      { kind: 'update', reason: 'policy-changed', content: { place: 'Hall 2, East' } },
    ]);
    expect(scene.choose({}).sync()).toMatchObject([{ kind: 'update', content: { place: null } }]);
  });

  it('that somebody wrote into a block is taken out', () => {
    const scene = new Scene([single('2026-03-10T10:00', '2026-03-10T11:00')]);
    scene.sync();
    const [name, block] = [...scene.world.blocks][0] ?? [];
    if (name === undefined || block === undefined) throw new Error('no block');
    scene.world.blocks.set(name, { ...block, content: { ...block.content, place: 'Here' } });
    expect(scene.sync()).toMatchObject([{ kind: 'update', reason: 'put-right' }]);
  });
});

describe('out-of-office blocks', () => {
  const open = { ...work, capabilities: { ...plainCapabilities, outOfOffice: true } };
  const timed = single('2026-03-10T10:00', '2026-03-10T11:00');

  it('are made where the account may, and ordinary ones elsewhere', () => {
    const club = calendar('club');
    const scene = new Scene([timed], { block: { outOfOffice: true }, targets: [open, club] });
    expect(scene.sync().map((one) => ('content' in one ? one.content.outOfOffice : null))).toEqual([true, false]);
  });

  it('are never days', () => {
    const scene = new Scene([{ start: on('2026-03-10'), end: on('2026-03-11') }], {
      block: { outOfOffice: true },
      targets: [open],
    });
    expect(scene.sync()).toMatchObject([{ content: { outOfOffice: false } }]);
  });

  it('that are a series leave a date that lasts all day to a block of its own', () => {
    const day = exception('20260317T090000Z', { start: on('2026-03-17'), end: on('2026-03-18') });
    const scene = new Scene([weekly(), day], { block: { outOfOffice: true }, targets: [open] });
    expect(scene.sync().map((one) => ('content' in one ? [one.kind, one.content.outOfOffice] : [one.kind]))).toEqual(
      expect.arrayContaining([['create', true], ['cancel-slot'], ['create', false]]),
    );
    const usual = exception('20260317T090000Z');
    expect(kinds(scene.becomes(weekly(), usual).sync())).toEqual(['put-slot', 'delete']);
  });

  it('are made anew where the choice changes, because a calendar does not change the kind', () => {
    const scene = new Scene([timed], { targets: [open] });
    scene.sync();
    expect(scene.choose({ targets: [open], block: { outOfOffice: true } }).sync()).toMatchObject([
      { kind: 'replace', reason: 'policy-changed', makes: { tag: { generation: 1 } }, gone: [{ kind: 'delete' }] },
    ]);
  });
});

describe('two computers with other choices', () => {
  /** One calendar world, and what each computer remembers of its own writing. */
  function computers(row: RowParts, one: Choices, other: Choices) {
    const first = new Scene([row], one);
    const second = new Scene([row], other);
    const memories = new Map<Scene, Map<string, string | null>>([
      [first, new Map()],
      [second, new Map()],
    ]);
    return {
      first,
      second,
      run: (scene: Scene): readonly Operation[] => {
        const memory = memories.get(scene);
        for (const [place, block] of first.world.blocks) {
          scene.world.blocks.set(place, { ...block, ownHash: memory?.get(place) ?? null });
        }
        const plan = scene.plan();
        for (const operation of plan.operations.flatMap(endsOf)) {
          if ('tag' in operation) memory?.set(`${operation.targetId}|${operation.blockId}`, operation.tag.contentHash);
        }
        scene.world.apply({ ...plan, operations: plan.operations });
        for (const [place, block] of scene.world.blocks) first.world.blocks.set(place, block);
        return plan.operations;
      },
    };
  }
  const timed = single('2026-03-10T10:00', '2026-03-10T11:00');
  const settle = (
    { first, second, run }: ReturnType<typeof computers>,
    expected: { readonly rounds: number; readonly writes: number },
  ): void => {
    let writes = 0;
    for (let round = 0; round < expected.rounds; round += 1)
      for (const one of [first, second]) writes += run(one).flatMap(endsOf).length;
    expect(writes).toBe(expected.writes);
    expect([...run(first), ...run(second)]).toEqual([]);
  };

  it.each<[string, RowParts, Choices, Choices, number, number]>([
    ['summaries', timed, {}, { block: { summary: 'Away' } }, 2, 2],
    ['colours', timed, { block: { colorId: '3' } }, { block: { colorId: '4' } }, 2, 2],
    ['buffers', timed, { block: { bufferBefore: 10 } }, { block: { bufferBefore: 20 } }, 2, 3],
    ['summaries of a series', weekly(), {}, { block: { summary: 'Away' } }, 2, 2],
    ['buffers of a series', weekly(), {}, { block: { bufferBefore: 20 } }, 3, 5],
  ])('come to rest: %s', (_, row, one, other, writes, writesTheOtherWay) => {
    settle(computers(row, one, other), { rounds: 3, writes });
    settle(computers(row, other, one), { rounds: 3, writes: writesTheOtherWay });
  });

  it('both follow a moved event', () => {
    const pair = computers(timed, {}, { block: { summary: 'Away' } });
    settle(pair, { rounds: 2, writes: 2 });
    const moved = single('2026-03-10T14:00', '2026-03-10T15:00');
    pair.first.becomes(moved);
    pair.second.becomes(moved);
    settle(pair, { rounds: 3, writes: 2 });
    const [block] = [...pair.first.world.blocks.values()];
    expect(block?.content.start).toEqual(moment('2026-03-10T13:00'));
  });

  it('take a new choice from either side', () => {
    const pair = computers(timed, {}, { block: { summary: 'Away' } });
    settle(pair, { rounds: 2, writes: 2 });
    pair.first.choose({ block: { summary: 'Taken' } });
    settle(pair, { rounds: 2, writes: 1 });
    expect([...pair.first.world.blocks.values()][0]?.content.summary).toBe('Taken');
  });

  it('still put right what a person changed', () => {
    const pair = computers(timed, {}, { block: { summary: 'Away' } });
    settle(pair, { rounds: 2, writes: 2 });
    const [place, block] = [...pair.first.world.blocks][0] ?? [];
    if (place === undefined || block === undefined) throw new Error('no block');
    pair.first.world.blocks.set(place, { ...block, content: { ...block.content, summary: 'Party' } });
    expect(kinds(pair.run(pair.first))).toEqual(['update']);
  });
});

describe('a single event on the target with the UID of a series', () => {
  it('holds its own date and no other', () => {
    const series = weekly({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3'] });
    const home = calendar('home');
    const there = event(work, {
      id: 'lone',
      iCalUid: 'series1@google.com',
      ...single('2026-03-17T10:00', '2026-03-17T11:00'),
    });
    const plan = planSync([group([event(home, series), there])], context([home, work]));
    const [create, ...others] = plan.operations.filter((one) => one.targetId === work.id);
    expect(others).toEqual([]);
    if (create?.kind !== 'create') throw new Error('no create');
    expect(create.content.recurrence).toEqual(['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3', 'EXDATE:20260317T090000Z']);
  });
});
