import { describe, expect, it } from 'vitest';
import type { EventGroup, MeshCalendar, Plan } from '../../src/main/core/model.ts';
import { externalWipeKey, isTooMany, massDeletionKey } from '../../src/main/core/holds.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import type { HoldChoice } from '../../src/shared/dto.ts';
import type { CalendarId } from '../../src/shared/ids.ts';
import {
  at,
  brief,
  calendar,
  CalendarWorld,
  context,
  event,
  exception,
  gone,
  now,
  weekly,
  type ContextParts,
  type RowParts,
} from '../support/core-builders.ts';

const home = calendar('home');
const work = calendar('work');
const club = calendar('club');

/** Many meetings of one calendar, and their blocks. */
class Mesh {
  readonly world = new CalendarWorld();
  readonly calendars: readonly MeshCalendar[];
  groups: readonly EventGroup[] = [];

  constructor(count: number, calendars: readonly MeshCalendar[] = [home, work]) {
    this.calendars = calendars;
    this.say(count, {});
    this.world.apply(this.plan());
  }

  /** Gives the first `count` meetings other rows. */
  say(count: number, parts: RowParts, on: MeshCalendar = home): this {
    const changed = Array.from({ length: count }, (_, index): EventGroup => {
      const uid = `meeting${index}`;
      return { key: `uid:${uid}`, events: [event(on, { id: uid, iCalUid: uid, ...parts })], blocks: [], mutes: [] };
    });
    this.groups = [...changed, ...this.groups.slice(count)];
    return this;
  }

  plan(special: ContextParts = {}, keys: ReadonlySet<string> | null = null): Plan {
    const groups = this.world.groups(this.groups);
    const live = [...this.world.blocks.values()].filter((block) => block.absence === null);
    const bySource = new Map<CalendarId, number>([[home.id, new Set(live.map((block) => block.tag.sourceRef)).size]]);
    const byTarget = new Map([...Map.groupBy(live, (block) => block.targetId)].map(([id, list]) => [id, list.length]));
    return planSync(
      keys === null ? groups : groups.filter((one) => keys.has(one.key)),
      context(this.calendars, { liveBlocksBySource: bySource, liveBlocksByTarget: byTarget, ...special }),
    );
  }

  choosing(key: string, choice: HoldChoice): Plan {
    const blocks = this.plan({ run: 12 }).holds.find((hold) => hold.key === key)?.blocks ?? [];
    return this.plan({ run: 12, choices: new Map([[key, { choice, blocks }]]) });
  }

  /** Somebody deletes the first `count` blocks of `work`. */
  wipe(count: number, sinceRun = 10): this {
    const places = [...this.world.blocks].filter(([, block]) => block.targetId === work.id && block.absence === null);
    for (const [index, [place, block]] of places.slice(0, count).entries()) {
      // So slow that a person may have done it.
      const absence = gone(sinceRun, { goneAt: now + index * 2000 });
      this.world.blocks.set(place, { ...block, absence });
    }
    return this;
  }
}

describe('too many', () => {
  it.each([
    [10, 10, false],
    [11, 11, true],
    [11, 44, false],
    [12, 44, true],
    [25, 100, false],
    [26, 100, true],
    [10, 0, false],
    [11, 0, true],
  ])('%d of %d: %j', (count, outOf, tooMany) => {
    expect(isTooMany(count, outOf)).toBe(tooMany);
  });
});

describe('the deletion breaker', () => {
  it('lets ten go, and holds eleven of forty', () => {
    const mesh = new Mesh(40);
    expect(mesh.say(10, { status: 'cancelled' }).plan()).toMatchObject({ holds: [] });
    expect(mesh.plan().operations).toHaveLength(10);
    const plan = mesh.say(11, { status: 'cancelled' }).plan();
    expect(plan.operations).toEqual([]);
    expect(plan.holds).toEqual([
      {
        key: massDeletionKey(home.id),
        kind: 'mass-deletion',
        calendarId: home.id,
        count: 11,
        groupKeys: Array.from({ length: 11 }, (_, index) => `uid:meeting${index}`),
        blocks: expect.any(Array) as unknown,
      },
    ]);
    expect(plan.holds[0]?.blocks.map(({ groupKey }) => groupKey)).toEqual(plan.holds[0]?.groupKeys);
    expect(plan.waiting.size).toBe(11);
    expect(plan.skips.filter((skip) => skip.reason === 'held')).toHaveLength(11);
  });

  it('counts what a source has lost within a day: ten at a time do not pass for ever', () => {
    const mesh = new Mesh(40);
    const first = mesh.say(10, { status: 'cancelled' }).plan();
    expect(first.operations.every((one) => one.kind === 'delete' && one.counted === true)).toBe(true);
    mesh.world.apply(first);
    const lostLately = new Map([[home.id, new Set(first.operations.map(({ groupKey }) => groupKey))]]);
    const plan = mesh.say(11, { status: 'cancelled' }).plan({ lostLately });
    expect(plan).toMatchObject({ operations: [], holds: [{ count: 1 }] });
    expect(mesh.plan().operations).toHaveLength(1);
  });

  it('lets exactly those go that the person was shown, and asks about more', () => {
    const mesh = new Mesh(100);
    const key = massDeletionKey(home.id);
    const { blocks = [] } = mesh.say(40, { status: 'cancelled' }).plan().holds[0] ?? {};
    const choices = new Map([[key, { choice: 'proceed' as const, blocks }]]);
    const plan = mesh.say(90, { status: 'cancelled' }).plan({ choices });
    expect(plan.operations).toHaveLength(40);
    expect(plan.operations.some((one) => one.kind === 'delete' && one.counted === true)).toBe(false);
    expect(plan.holds).toMatchObject([{ count: 50 }]);
    // A block that is another one since is not what was shown.
    const changed = blocks.map((block, index) => (index === 0 ? { ...block, stamp: 'other' } : block));
    const again = mesh.plan({ choices: new Map([[key, { choice: 'proceed', blocks: changed }]]) });
    expect(again.operations).toHaveLength(39);
  });

  it('lets a quarter go', () => {
    const mesh = new Mesh(100);
    expect(mesh.say(25, { status: 'cancelled' }).plan().operations).toHaveLength(25);
    expect(mesh.say(26, { status: 'cancelled' }).plan().operations).toHaveLength(0);
  });

  it('counts meetings and not blocks', () => {
    const targets = Array.from({ length: 5 }, (_, index) => calendar(`target${index}`, { source: false }));
    const few = new Mesh(40, [home, ...targets]).say(10, { status: 'cancelled' });
    expect(few.plan().operations).toHaveLength(50);
    const many = new Mesh(40, [home, ...targets]).say(40, { status: 'cancelled' });
    expect(many.plan()).toMatchObject({ operations: [], holds: [{ count: 200 }] });
  });

  it('counts a series with many blocks for single slots once', () => {
    const mesh = new Mesh(0);
    const keys = Array.from({ length: 15 }, (_, index) =>
      new Date(Date.UTC(2026, 2, 10 + 7 * index, index < 3 ? 9 : 8))
        .toISOString()
        .replace('.000', '')
        .replaceAll(/[-:]/g, ''),
    );
    const say = (transparent: boolean): void => {
      const slots = keys.map((key) => event(home, exception(key, { transparent })));
      mesh.groups = [
        { key: 'uid:series', events: [event(home, weekly({ transparent: true })), ...slots], blocks: [], mutes: [] },
      ];
    };
    say(false);
    mesh.world.apply(mesh.plan());
    expect(mesh.world.blocks.size).toBe(15);
    say(true);
    expect(mesh.plan().operations).toHaveLength(15);
  });

  it('does not count what the person did in CalSync', () => {
    const mesh = new Mesh(40);
    const plan = planSync(mesh.world.groups(mesh.groups), context([{ ...home, source: false }, work]));
    expect(plan.operations).toHaveLength(40);
  });

  it('does not count meetings that moved to another calendar', () => {
    const mesh = new Mesh(40, [home, work, club]);
    mesh.groups = mesh.groups.map((one) => ({
      ...one,
      events: one.events.flatMap(({ row }) => [event(home, { ...row, status: 'cancelled' }), event(club, { ...row })]),
    }));
    const plan = mesh.plan();
    expect(plan.holds).toEqual([]);
    mesh.world.apply(plan);
    expect(mesh.plan().operations).toEqual([]);
  });

  it('holds deletions only: what is to be written is written', () => {
    const mesh = new Mesh(40).say(30, { status: 'cancelled' });
    mesh.groups = [
      ...mesh.groups,
      {
        key: 'uid:new',
        events: [
          event(home, { id: 'new', iCalUid: 'new', start: at('2026-03-12T10:00'), end: at('2026-03-12T11:00') }),
        ],
        blocks: [],
        mutes: [],
      },
    ];
    expect(brief(mesh.plan().operations)).toEqual(['create work']);
  });

  it('does not count events that come back under new ids, and pairs each only once', () => {
    const mesh = new Mesh(40).say(40, { status: 'cancelled' });
    const anew = Array.from({ length: 30 }, (_, index): EventGroup => {
      const uid = `anew${index}`;
      return { key: `uid:${uid}`, events: [event(home, { id: uid, iCalUid: uid })], blocks: [], mutes: [] };
    });
    mesh.groups = [...mesh.groups, ...anew];
    const plan = mesh.plan();
    // Ten of forty are gone for good, which is not too many.
    expect(plan.holds).toEqual([]);
    expect(brief(plan.operations).sort()).toEqual([
      ...Array<string>(10).fill('delete work'),
      ...Array<string>(30).fill('replace work'),
    ]);
    for (const one of plan.operations) if (one.kind === 'replace') expect(one.reason).toBe('made-anew');
    mesh.world.apply(plan);
    expect(mesh.plan().operations).toEqual([]);
  });

  it('pairs only what is on one target, from one calendar, for the same time', () => {
    const moved = { start: at('2026-03-12T10:00'), end: at('2026-03-12T11:00') };
    for (const [on, parts] of [
      [home, moved],
      [club, {}],
      [home, { transparent: true }],
      [home, { recurrence: ['RRULE:FREQ=DAILY'] }],
    ] as const) {
      const mesh = new Mesh(1, [home, work, { ...club, target: false }]).say(1, { status: 'cancelled' });
      mesh.groups = [
        ...mesh.groups,
        { key: 'uid:new', events: [event(on, { id: 'new', iCalUid: 'new', ...parts })], blocks: [], mutes: [] },
      ];
      expect(mesh.plan().operations.some((one) => one.kind === 'replace')).toBe(false);
    }
  });

  it('lets go by itself when the events are there again', () => {
    const mesh = new Mesh(40).say(40, { status: 'cancelled' });
    expect(mesh.plan().holds).toHaveLength(1);
    expect(mesh.say(40, {}).plan()).toMatchObject({ operations: [], holds: [] });
  });

  it('lets go when the person says so, and for that source only', () => {
    const mesh = new Mesh(40).say(40, { status: 'cancelled' });
    expect(mesh.choosing(massDeletionKey(club.id), 'proceed').operations).toHaveLength(0);
    const plan = mesh.choosing(massDeletionKey(home.id), 'proceed');
    expect(plan.holds).toEqual([]);
    mesh.world.apply(plan);
    expect(mesh.plan().operations).toEqual([]);
    expect([...mesh.world.blocks.values()].every((block) => block.absence !== null)).toBe(true);
  });

  it('holds the same when only the held groups are planned again', () => {
    const mesh = new Mesh(40).say(40, { status: 'cancelled' });
    const first = mesh.plan();
    expect(mesh.plan({}, first.waiting)).toEqual(first);
  });
});

describe('the wipe guard', () => {
  it('takes ten for mutes, and asks about eleven of forty', () => {
    expect(new Mesh(40).wipe(10).plan({ run: 11 }).mutes).toHaveLength(10);
    const plan = new Mesh(40).wipe(11).plan({ run: 11 });
    expect(plan).toMatchObject({ operations: [], mutes: [] });
    expect(plan.holds).toMatchObject([
      { key: externalWipeKey(work.id), kind: 'external-wipe', calendarId: work.id, count: 11 },
    ]);
    expect(plan.waiting.size).toBe(11);
  });

  it('takes a quarter of all that were there for mutes, and asks about more', () => {
    expect(new Mesh(100).wipe(25).plan({ run: 11 }).mutes).toHaveLength(25);
    expect(new Mesh(100).wipe(26).plan({ run: 11 }).holds).toHaveLength(1);
  });

  it('asks about one target at a time', () => {
    const mesh = new Mesh(40, [home, work, club]).wipe(40);
    expect(mesh.plan({ run: 11 }).holds.map((hold) => hold.calendarId)).toEqual([work.id]);
  });

  it('puts them back when the person says so', () => {
    const mesh = new Mesh(40).wipe(40);
    const plan = mesh.choosing(externalWipeKey(work.id), 'put-back');
    expect(plan).toMatchObject({ mutes: [], holds: [] });
    expect(plan.operations).toHaveLength(40);
    mesh.world.apply(plan);
    expect(mesh.plan({ run: 13 })).toMatchObject({ operations: [], mutes: [], holds: [] });
  });

  it.each<HoldChoice>(['leave-away', 'proceed'])('leaves them away when the person says %s', (choice) => {
    const mesh = new Mesh(40).wipe(40);
    const plan = mesh.choosing(externalWipeKey(work.id), choice);
    expect(plan).toMatchObject({ operations: [], holds: [] });
    expect(plan.mutes).toHaveLength(40);
    mesh.world.apply(plan);
    expect(mesh.plan({ run: 13 })).toMatchObject({ operations: [], mutes: [], holds: [] });
  });

  it('lets go by itself when the events turn out to be gone as well', () => {
    const mesh = new Mesh(40).wipe(40);
    expect(mesh.plan({ run: 11 }).holds).toHaveLength(1);
    expect(mesh.say(40, { status: 'cancelled' }).plan({ run: 12 })).toMatchObject({
      operations: [],
      holds: [],
      mutes: [],
    });
  });
});
