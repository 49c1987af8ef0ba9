import { describe, expect, it } from 'vitest';
import { echoOf } from '../../src/main/core/content.ts';
import { blockId } from '../../src/main/core/identity.ts';
import type {
  MeshCalendar,
  ObservedBlock,
  ObservedContent,
  Operation,
  Plan,
  SourceEvent,
} from '../../src/main/core/model.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import type { Reason } from '../../src/shared/dto.ts';
import { day } from '../../src/shared/time.ts';
import {
  at,
  brief,
  calendar,
  CalendarWorld,
  context,
  event,
  gone,
  group,
  moment,
  muteOf,
  now,
  on,
  weekly,
  type ContextParts,
  type RowParts,
} from '../support/core-builders.ts';

const home = calendar('home');
const work = calendar('work', { timeZone: 'America/New_York' });
const club = calendar('club');

/** One meeting on some calendars, and what CalSync has made of it so far. */
class Scene {
  readonly world = new CalendarWorld();
  calendars: readonly MeshCalendar[];
  events: readonly SourceEvent[];

  constructor(events: readonly SourceEvent[], calendars: readonly MeshCalendar[] = [home, work]) {
    this.calendars = calendars;
    this.events = events;
  }

  plan(special: ContextParts = {}): Plan {
    return planSync(this.world.groups([group(this.events)]), context(this.calendars, special));
  }

  /** Plans, carries out, and returns what was done; then nothing may be left to do. */
  sync(special: ContextParts = {}): readonly Operation[] {
    const plan = this.plan(special);
    this.world.apply(plan);
    expect(brief(this.plan(special).operations)).toEqual([]);
    return plan.operations;
  }

  /** What happens in the calendar of the event: its rows are these from now on. */
  becomes(...events: readonly SourceEvent[]): this {
    this.events = events;
    return this;
  }

  /** The only live block of a target. */
  block(on: MeshCalendar = work): ObservedBlock {
    const [live, ...others] = [...this.world.blocks.values()].filter(
      (block) => block.targetId === on.id && block.absence === null && !block.lost,
    );
    if (live === undefined || others.length > 0)
      throw new Error(`${others.length + Number(live !== undefined)} blocks`);
    return live;
  }

  /** What somebody does to the block of a target. */
  change(change: Partial<ObservedBlock> | { content: Partial<ObservedContent> }, on: MeshCalendar = work): this {
    const block = this.block(on);
    const content = { ...block.content, ...change.content };
    this.world.blocks.set(`${block.targetId}|${block.id}`, { ...block, ...change, content });
    return this;
  }

  /** A person deletes the block of a target; the read of this run shows it. */
  delete(sinceRun = 10, on: MeshCalendar = work): this {
    return this.change({ absence: gone(sinceRun) }, on);
  }
}

const reasons = (operations: readonly Operation[]): readonly Reason[] => operations.map((one) => one.reason);
const skipped = (plan: Plan): string[] =>
  plan.skips.map((skip) => `${skip.reason} ${(skip.targetId ?? 'all').replace('@calendar.example', '')}`);

function synced(parts: RowParts = {}, calendars: readonly MeshCalendar[] = [home, work]): Scene {
  const scene = new Scene([event(home, parts)], calendars);
  scene.sync();
  return scene;
}

describe('a single event', () => {
  it('gets one block on each other target, private and silent', () => {
    const scene = new Scene([event(home)], [home, work, club]);
    const operations = scene.sync();
    expect(brief(operations)).toEqual(['create work', 'create club']);
    const [create] = operations;
    if (create?.kind !== 'create') throw new Error('no create');
    expect(create).toMatchObject({ reason: 'new-event', sourceId: home.id, targetId: work.id });
    expect(create.content).toEqual({
      summary: '🔒 Busy',
      description: expect.stringMatching(/\[calsync source:[0-9a-v]{8}\]$/) as string,
      start: moment('2026-03-10T09:00'),
      end: moment('2026-03-10T10:00'),
      recurrence: [],
      visibility: 'private',
      colorId: null,
      place: null,
      outOfOffice: false,
    });
    expect(create.tag).toMatchObject({ sourceRef: event(home).sourceRef, generation: 0 });
    expect(create.blockId).toBe(blockId(create.tag.sourceRef, work.id, 0));
  });

  it('gets none where there is no other target', () => {
    expect(new Scene([event(home)], [home]).plan().operations).toEqual([]);
    expect(new Scene([event(home)], [home, { ...work, target: false }]).plan().operations).toEqual([]);
  });

  it('gets none from a calendar that is no source', () => {
    expect(new Scene([event(home)], [{ ...home, source: false }, work]).plan().operations).toEqual([]);
  });

  it.each<[string, RowParts]>([
    ['its title', { summary: 'Root canal' }],
    ['its visibility', { visibility: 'private' }],
    ['its colour', { colorId: '3' }],
    ['its reminders', { rings: false }],
    ['its etag', { etag: '"99"' }],
    ['an answer that still means busy', { ownResponse: 'accepted' }],
    ['the spelling of its times', { start: { dateTime: '2026-03-10T09:00:00Z', timeZone: 'UTC' } }],
  ])('needs no write when only %s changes', (_, parts) => {
    const scene = synced();
    expect(scene.becomes(event(home, parts)).sync()).toEqual([]);
  });

  it('is moved by one update that says where from', () => {
    const scene = synced();
    scene.becomes(event(home, { start: at('2026-03-11T10:00'), end: at('2026-03-11T11:30') }));
    const operations = scene.sync();
    expect(operations).toMatchObject([
      { kind: 'update', reason: 'event-changed', previousStart: moment('2026-03-10T09:00'), tag: { generation: 0 } },
    ]);
  });

  it('gets longer by one update that does not call it moved', () => {
    const operations = synced()
      .becomes(event(home, { end: at('2026-03-10T12:00') }))
      .sync();
    expect(operations).toMatchObject([{ kind: 'update', reason: 'event-changed', previousStart: null }]);
  });

  it('becomes all-day in place, and keeps its dates', () => {
    const operations = synced()
      .becomes(event(home, { start: on('2026-03-10'), end: on('2026-03-12') }))
      .sync();
    expect(operations).toMatchObject([{ kind: 'update', content: { start: on('2026-03-10'), end: on('2026-03-12') } }]);
  });

  it.each<[string, RowParts, Reason]>([
    ['cancelled', { status: 'cancelled' }, 'event-deleted'],
    ['deleted without a word more', { status: 'cancelled', start: null, end: null, iCalUid: null }, 'event-deleted'],
    ['marked free', { transparent: true }, 'event-not-busy'],
    ['declined', { ownResponse: 'declined' }, 'event-not-busy'],
    ['left without times', { start: null }, 'event-not-busy'],
  ])('loses its block when it is %s', (_, parts, reason) => {
    const scene = synced();
    const operations = scene.becomes(event(home, parts)).sync();
    expect(operations).toMatchObject([
      { kind: 'delete', reason, previousStart: moment('2026-03-10T09:00'), series: false, sourceId: home.id },
    ]);
  });

  it('says once for all targets why it has no block', () => {
    expect(skipped(new Scene([event(home, { transparent: true })], [home, work, club]).plan())).toEqual(['free all']);
    expect(skipped(new Scene([event(home, { status: 'cancelled' })]).plan())).toEqual([]);
  });

  it('gets its old block back, under the same id, when it is busy again', () => {
    const scene = synced();
    const { id } = scene.block();
    scene.becomes(event(home, { transparent: true })).sync();
    scene.becomes(event(home, { start: at('2026-03-12T10:00'), end: at('2026-03-12T11:00') }));
    expect(scene.sync()).toMatchObject([
      { kind: 'revive', reason: 'became-busy', blockId: id, tag: { generation: 0 } },
    ]);
  });

  it.each<[string, RowParts, string[], string[]]>([
    ['marked busy', {}, ['create work'], []],
    ['marked free', { transparent: true }, [], ['free all']],
  ])('that is all-day is blocked as it is %s', (_, parts, operations, skips) => {
    const plan = new Scene([event(home, { start: on('2026-03-10'), end: on('2026-03-11'), ...parts })]).plan();
    expect(brief(plan.operations)).toEqual(operations);
    expect(skipped(plan)).toEqual(skips);
  });

  it('of no length is blocked for a minute', () => {
    const [create] = new Scene([event(home, { end: at('2026-03-10T10:00') })]).sync();
    expect(create).toMatchObject({ content: { end: { dateTime: '2026-03-10T09:01:00Z' } } });
  });
});

describe('drift', () => {
  it.each<[string, Partial<ObservedContent>]>([
    ['moved', { start: at('2026-03-10T12:00'), end: at('2026-03-10T13:00') }],
    ['given another title', { summary: 'Lunch' }],
    ['given another description', { description: 'mine' }],
    ['made to ring', { rings: true }],
    ['marked free', { transparent: true }],
    ['made public', { visibility: 'public' }],
  ])('of a block that was %s is put right', (_, content) => {
    const operations = synced().change({ content }).sync();
    expect(operations).toMatchObject([{ kind: 'update', reason: 'put-right', withColour: false }]);
  });

  it('of a block that was made a series is put right with the next generation', () => {
    const operations = synced()
      .change({ content: { recurrence: ['RRULE:FREQ=DAILY'] } })
      .sync();
    expect(operations).toMatchObject([
      { kind: 'replace', reason: 'series-reshaped', makes: { tag: { generation: 1 } }, gone: [{ series: true }] },
    ]);
  });

  it('of its colour is left', () => {
    const scene = synced().change({ content: { colorId: '11' } });
    expect(scene.sync()).toEqual([]);
    // Also when the event moves later on.
    scene.becomes(event(home, { start: at('2026-03-11T10:00'), end: at('2026-03-11T11:00') }));
    expect(scene.sync()).toMatchObject([{ kind: 'update', reason: 'event-changed', withColour: false }]);
    expect(scene.block().content.colorId).toBe('11');
  });

  it('is not what a calendar made of our own words, as long as it answers the same', () => {
    const scene = synced();
    const content = { ...scene.block().content, description: 'Busy in another calendar.<br>', summary: 'Busy' };
    scene.change({ content, echo: echoOf(content) });
    expect(scene.sync()).toEqual([]);
    scene.change({ content: { summary: 'mine' } });
    expect(reasons(scene.sync())).toEqual(['put-right']);
  });

  it('is not what a calendar made of a rule and a zone', () => {
    const scene = synced(weekly());
    const content = {
      ...scene.block().content,
      start: at('2026-03-10T10:00', 'Europe/Paris'),
      recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=10'],
    };
    scene.change({ content, echo: echoOf(content) });
    expect(scene.sync()).toEqual([]);
    // Without the answer to tell, it is another series.
    scene.change({ echo: null });
    expect(reasons(scene.sync())).toEqual(['series-reshaped']);
  });
});

describe('a policy', () => {
  it('that changes is applied in place', () => {
    const scene = synced();
    const policy = { ...defaultBlockPolicy, summary: 'Away' };
    expect(scene.sync({ policy })).toMatchObject([{ kind: 'update', reason: 'policy-changed', withColour: true }]);
    expect(scene.sync({ policy: { ...policy, colorId: '8' } })).toMatchObject([
      { kind: 'update', reason: 'policy-changed', withColour: true, content: { colorId: '8' } },
    ]);
    expect(scene.sync({ policy: { ...policy, colorId: '8', visibility: 'default' } })).toMatchObject([
      { kind: 'update', reason: 'policy-changed' },
    ]);
  });

  it('that changes together with the event brings its colour', () => {
    const scene = synced();
    scene.becomes(event(home, { start: at('2026-03-11T10:00'), end: at('2026-03-11T11:00') }));
    const operations = scene.sync({ policy: { ...defaultBlockPolicy, colorId: '8' } });
    expect(operations).toMatchObject([{ kind: 'update', reason: 'event-changed', withColour: true }]);
  });

  it('with a title tells it, and follows it', () => {
    const policy = { ...defaultBlockPolicy, summary: '{title} ({calendar})' };
    const scene = new Scene([event(home)]);
    expect(scene.sync({ policy })).toMatchObject([{ content: { summary: 'Dentist (home)' } }]);
    scene.becomes(event(home, { summary: 'Root canal' }));
    expect(scene.sync({ policy })).toMatchObject([
      { kind: 'update', reason: 'event-changed', content: { summary: 'Root canal (home)' } },
    ]);
  });

  it('is asked for once for each route', () => {
    const asked: string[] = [];
    const events = ['one', 'two', 'three'].map((id) => group([event(home, { id, iCalUid: id })]));
    planSync(events, {
      ...context([home, work, club]),
      blockPolicy: (source, target) => {
        asked.push(`${source}>${target}`);
        return defaultBlockPolicy;
      },
    });
    expect(asked.sort()).toEqual([`${home.id}>${club.id}`, `${home.id}>${work.id}`]);
  });

  it('of what is busy removes and restores blocks', () => {
    const scene = synced({ ownResponse: 'tentative' });
    scene.calendars = [{ ...home, busy: { ...defaultBusyPolicy, tentative: false } }, work];
    expect(reasons(scene.sync())).toEqual(['event-not-busy']);
    scene.calendars = [home, work];
    expect(brief(scene.sync())).toEqual(['revive work']);
  });
});

describe('the past', () => {
  const lastYear = { start: at('2025-03-10T10:00'), end: at('2025-03-10T11:00') };
  const yesterday = { start: at('2026-03-01T10:00'), end: at('2026-03-01T11:00') };

  it('makes no blocks, but a day before the calendars came into use it does', () => {
    const scene = new Scene([event(home, lastYear)]);
    expect(scene.sync()).toEqual([]);
    expect(skipped(scene.plan())).toEqual(['past work']);
    expect(brief(new Scene([event(home, yesterday)]).sync())).toEqual(['create work']);
  });

  it('is counted from when the later one of the two came into use', () => {
    const old = { ...home, inUseSince: 0 };
    expect(new Scene([event(old, lastYear)], [old, work]).sync()).toEqual([]);
    expect(brief(new Scene([event(old, lastYear)], [old, { ...work, inUseSince: 0 }]).sync())).toEqual(['create work']);
  });

  it('keeps the blocks that it has', () => {
    const scene = synced();
    expect(scene.sync({ now: now + 400 * day })).toEqual([]);
    scene.calendars = [
      { ...home, inUseSince: now + 400 * day },
      { ...work, inUseSince: now + 400 * day },
    ];
    expect(scene.sync({ now: now + 400 * day })).toEqual([]);
  });

  it('takes the block of an event that was moved into it along', () => {
    const scene = synced();
    expect(brief(scene.becomes(event(home, lastYear)).sync())).toEqual(['update work']);
  });

  it('of one calendar does not keep another from giving the block', () => {
    const scene = new Scene(
      [event(club, { id: 'copy1', ...lastYear })],
      [
        { ...club, inUseSince: 0 },
        { ...work, inUseSince: 0 },
      ],
    );
    expect(brief(scene.sync())).toEqual(['create work']);
    // A calendar that sorts before it and came later holds the meeting as well.
    const later = calendar('athletics');
    scene.calendars = [...scene.calendars, later];
    scene.becomes(event(club, { id: 'copy1', ...lastYear }), event(later, { id: 'copy2', ...lastYear }));
    expect(scene.sync()).toEqual([]);
  });
});

describe('a mute', () => {
  it('is recorded when a later read still finds the block away and its event unchanged', () => {
    const scene = synced().delete(10);
    const first = scene.plan({ run: 10 });
    expect(first).toMatchObject({ operations: [], mutes: [] });
    expect(skipped(first)).toEqual(['waiting-for-confirmation work']);
    expect([...first.waiting]).toEqual([group(scene.events).key]);
    const second = scene.plan({ run: 11 });
    expect(second.mutes).toMatchObject([muteOf(event(home), work.id)]);
    expect(second.waiting.size).toBe(0);
    scene.world.apply(second);
    const third = scene.plan({ run: 12 });
    expect(third).toMatchObject({ operations: [], mutes: [] });
    expect(skipped(third)).toEqual(['muted work']);
  });

  it.each<[string, MeshCalendar[]]>([
    ['the source', [{ ...home, readable: false }, work]],
    ['the target', [home, { ...work, readable: false }]],
  ])('is not recorded while %s cannot be read', (_, calendars) => {
    const scene = synced().delete(10);
    scene.calendars = calendars;
    expect(scene.plan({ run: 12 })).toMatchObject({ operations: [], mutes: [] });
    expect(scene.plan({ run: 12 }).waiting.size).toBe(1);
  });

  it('is not recorded when the event has changed since: then the block comes back', () => {
    const scene = synced().delete(10);
    scene.becomes(event(home, { end: at('2026-03-10T12:00') }));
    expect(brief(scene.sync({ run: 11 }))).toEqual(['revive work']);
  });

  it('is not recorded when the event is gone: another computer has removed the block', () => {
    const scene = synced().delete(10);
    scene.becomes(event(home, { status: 'cancelled' }));
    expect(scene.plan({ run: 11 })).toMatchObject({ operations: [], mutes: [] });
  });

  it('is for one target only', () => {
    const scene = synced({}, [home, work, club]).delete(10);
    expect(scene.plan({ run: 11 }).mutes).toMatchObject([muteOf(event(home), work.id)]);
  });

  it('of which it is not known what it was about keeps a block away when the event changes', () => {
    const scene = new Scene([event(home)]);
    scene.world.mutes.push(muteOf(event(home), work.id));
    expect(scene.sync()).toEqual([]);
    scene.becomes(event(home, { end: at('2026-03-10T12:00') }));
    expect(scene.sync()).toEqual([]);
  });

  it('is lifted when the block is there again, from the bin or by another computer', () => {
    const scene = synced().delete(10);
    const kept = scene.plan({ run: 11 });
    scene.world.apply(kept);
    expect(kept.mutes).toMatchObject([muteOf(event(home), work.id)]);
    const gone = [...scene.world.blocks.values()][0];
    if (gone === undefined) throw new Error('no block');
    scene.world.blocks.set(`${work.id}|${gone.id}`, { ...gone, absence: null });
    const plan = scene.plan({ run: 12 });
    expect(plan).toMatchObject({ operations: [], lifted: [muteOf(event(home), work.id)] });
    scene.world.apply(plan);
    expect(scene.world.mutes).toEqual([]);
    expect(scene.plan({ run: 13 })).toMatchObject({ operations: [], mutes: [], lifted: [] });
  });
});

describe('ids and generations', () => {
  it('go on to the next when an id is lost, and never back', () => {
    const scene = synced();
    const first = scene.block();
    scene.change({ lost: true, absence: { by: 'us' } });
    expect(scene.sync()).toMatchObject([{ kind: 'create', tag: { generation: 1 } }]);
    expect(scene.block().id).toBe(blockId(first.tag.sourceRef, work.id, 1));
    scene.change({ lost: true, absence: { by: 'unknown', sinceRun: 3 } });
    expect(scene.sync()).toMatchObject([{ kind: 'create', tag: { generation: 2 } }]);
  });

  it('leave a lost id alone even if it is said to be there', () => {
    const scene = synced().change({ lost: true });
    expect(scene.sync()).toMatchObject([{ kind: 'create', tag: { generation: 1 } }]);
    scene.becomes(event(home, { status: 'cancelled' }));
    expect(scene.sync()).toMatchObject([{ kind: 'delete', blockId: blockId(event(home).sourceRef, work.id, 1) }]);
  });

  it('keep the newest of two blocks and remove the other', () => {
    const scene = synced();
    const block = scene.block();
    const id = blockId(block.tag.sourceRef, work.id, 1);
    scene.world.blocks.set(`${work.id}|${id}`, { ...block, id, tag: { ...block.tag, generation: 1 } });
    expect(scene.sync()).toMatchObject([{ kind: 'delete', reason: 'second-block', blockId: block.id }]);
  });

  it('keep an older block that is there over a newer one that is not', () => {
    const scene = synced();
    const block = scene.block();
    const id = blockId(block.tag.sourceRef, work.id, 1);
    scene.world.blocks.set(`${work.id}|${id}`, {
      ...block,
      id,
      tag: { ...block.tag, generation: 1 },
      absence: { by: 'us' },
    });
    expect(scene.sync()).toEqual([]);
  });
});

describe('proof', () => {
  it('is missing for a block whose source nobody knows: it stays', () => {
    const scene = synced().becomes();
    const plan = scene.plan();
    expect(plan.operations).toEqual([]);
    expect(skipped(plan)).toEqual(['source-unknown work']);
  });

  it('is not needed for the earlier of two blocks of one event that nobody knows', () => {
    const scene = synced().becomes();
    const [block] = [...scene.world.blocks.values()].filter(({ targetId }) => targetId === work.id);
    if (block === undefined) throw new Error('no block');
    const id = blockId(block.tag.sourceRef, work.id, 1);
    scene.world.blocks.set(`${work.id}|${id}`, { ...block, id, tag: { ...block.tag, generation: 1 } });
    expect(scene.plan().operations).toMatchObject([{ kind: 'delete', reason: 'second-block', blockId: block.id }]);
  });

  it('is missing for a calendar that nobody lists: its blocks stay', () => {
    const scene = synced();
    scene.calendars = [work];
    expect(scene.plan().operations).toEqual([]);
    expect(skipped(scene.plan())).toEqual(['source-unknown work']);
  });

  it('is missing for a row that is not there, whoever else holds the meeting', () => {
    const scene = synced({}, [home, work, club]);
    scene.becomes(event(club, { id: 'copy1' }));
    expect(scene.plan().operations.filter((one) => one.kind === 'delete')).toEqual([]);
  });

  it('is there when a calendar is not used any more, as source or as target', () => {
    const scene = synced();
    scene.calendars = [{ ...home, source: false }, work];
    expect(reasons(scene.sync())).toEqual(['calendar-not-used']);
    const other = synced();
    other.calendars = [home, { ...work, target: false }];
    expect(reasons(other.sync())).toEqual(['calendar-not-used']);
  });

  it('is not needed while a source cannot be read: its blocks stay as they are', () => {
    const scene = synced();
    scene.calendars = [{ ...home, readable: false }, work];
    expect(scene.sync()).toEqual([]);
  });
});

describe('a target that cannot be changed right now', () => {
  it.each<[string, Partial<MeshCalendar>]>([
    ['is read-only', { writable: false }],
    ['cannot be read', { readable: false }],
  ])('and %s waits', (_, special) => {
    const scene = new Scene([event(home)], [home, { ...work, ...special }, club]);
    const plan = scene.plan();
    expect(brief(plan.operations)).toEqual(['create club']);
    expect(skipped(plan)).toEqual(['target-unavailable work']);
    expect(plan.waiting.size).toBe(1);
    scene.world.apply(plan);
    scene.calendars = [home, work, club];
    expect(brief(scene.sync())).toEqual(['create work']);
  });

  it('gets nothing put back either', () => {
    const scene = synced().delete(9);
    const [gone] = scene.world.blocks.values();
    if (gone === undefined) throw new Error('no block');
    const held = { groupKey: group(scene.events).key, targetId: work.id, blockId: gone.id, slot: null, stamp: '9' };
    const special = {
      choices: new Map([[`external-wipe:${work.id}`, { choice: 'put-back' as const, blocks: [held] }]]),
    };
    expect(scene.plan(special).operations).toHaveLength(1);
    scene.calendars = [home, { ...work, writable: false }];
    const plan = scene.plan(special);
    expect(plan.operations).toEqual([]);
    expect(plan.waiting.size).toBe(1);
  });
});

describe('no loop', () => {
  it('comes of rows that carry a tag', () => {
    const scene = new Scene([event(home, { tagged: true })]);
    expect(scene.sync()).toEqual([]);
    expect(skipped(scene.plan())).toEqual(['copy-of-ours all']);
  });
});
