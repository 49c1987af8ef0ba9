import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { blockId } from '../../src/main/core/identity.ts';
import { tellingOf, versionsOf } from '../../src/main/core/kept.ts';
import {
  isMade,
  type EventGroup,
  type Hold,
  type Kept,
  type Mute,
  type ObservedBlock,
  type PlanContext,
} from '../../src/main/core/model.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { explain, namesIn, standsFor, type EventName, type Verdict } from '../../src/main/core/why.ts';
import { instantOf } from '../../src/main/core/times.ts';
import type { BusyPolicy } from '../../src/shared/dto.ts';
import type { CalendarId, EventId, SlotKey } from '../../src/shared/ids.ts';
import { day } from '../../src/shared/time.ts';
import { groupsOf, meetingSpecs, meshCalendars, withTombstones } from '../support/core-arbitraries.ts';
import {
  at,
  calendar,
  CalendarWorld,
  context,
  event,
  exception,
  group,
  makesSlot,
  muteOf,
  now,
  on,
  weekly,
  type RowParts,
} from '../support/core-builders.ts';

vi.setConfig({ testTimeout: 120_000 });

const work = calendar('work');
const home = calendar('home');
const club = calendar('club');
const mesh = [work, home, club];

const secondTuesday = '20260317T090000Z';

/** Takes a verdict; returns it in short: `home there`, `club none declined`. */
function short({ targetId, state, reason }: Verdict): string {
  return [targetId.replace('@calendar.example', ''), state, reason ?? ''].join(' ').trim();
}

/** Takes a group, and what is asked; returns the verdicts in short. */
function ask(
  of: EventGroup,
  name: EventName,
  about: PlanContext = context(mesh),
  holds: readonly Hold[] = [],
): string[] {
  const [answer, ...others] = explain(of, about, holds, [name]);
  expect(others).toEqual([]);
  if (answer === undefined) throw new Error('nothing is known of it');
  return answer.verdicts.map(short);
}

const named = (id: string, slot: string | null = null, calendarId = work.id): EventName => ({
  calendarId,
  eventId: id as EventId,
  slot: slot as SlotKey | null,
});

/** Takes rows of the work calendar; returns the group after a sync, and what the sync left on the targets. */
function synced(...rows: readonly RowParts[]): { of: EventGroup; world: CalendarWorld } {
  const world = new CalendarWorld();
  const events = group(rows.map((parts) => event(work, parts)));
  world.apply(planSync(world.groups([events]), context(mesh)));
  return { of: regroup(world, events), world };
}

function regroup(world: CalendarWorld, events: EventGroup): EventGroup {
  const [of] = world.groups([events]);
  if (of === undefined) throw new Error('no group');
  return of;
}

describe('an event', () => {
  it('gets its blocks with the next sync, and has them afterwards', () => {
    const of = group([event(work)]);
    expect(ask(of, named('event1'))).toEqual(['home coming new-event', 'club coming new-event']);
    const after = synced({});
    expect(ask(after.of, named('event1'))).toEqual(['home there', 'club there']);
    expect(explain(after.of, context(mesh), [], [named('event1')])[0]?.verdicts[0]?.blockId).toBe(
      blockId(event(work).sourceRef, home.id, 0),
    );
  });

  const idle: readonly (readonly [string, RowParts])[] = [
    ['declined', { ownResponse: 'declined' }],
    ['free', { transparent: true }],
    ['cancelled', { status: 'cancelled' }],
    ['birthday', { kind: 'birthday' }],
    ['working-location', { kind: 'workingLocation' }],
    ['all-day', { start: on('2026-03-10'), end: on('2026-03-11') }],
    ['copy-of-ours', { tagged: true }],
    ['no-times', { start: null, end: null }],
  ];
  it.each(idle)('that is %s has none, for that reason', (reason, parts) => {
    const never = calendar('work', { busy: { ...defaultBusyPolicy, allDay: 'never' } });
    const about = context([never, home, club]);
    expect(ask(group([event(work, parts)]), named('event1'), about)).toEqual([
      `home none ${reason}`,
      `club none ${reason}`,
    ]);
  });

  it('that stopped being busy loses its blocks, and the rule that decided is named', () => {
    const { of } = synced({});
    const declined = { ...of, events: [event(work, { ownResponse: 'declined' })] };
    expect(ask(declined, named('event1'))).toEqual(['home going declined', 'club going declined']);
  });

  it('whose removal waits for the person says so', () => {
    const { of } = synced({});
    const declined = { ...of, events: [event(work, { ownResponse: 'declined' })] };
    const hold: Hold = {
      key: `mass-deletion:${work.id}`,
      kind: 'mass-deletion',
      calendarId: work.id,
      count: 40,
      groupKeys: [of.key],
      blocks: [],
    };
    expect(ask(declined, named('event1'), context(mesh), [hold])).toEqual(['home going held', 'club going held']);
  });

  it('that moved has a block that will follow', () => {
    const { of } = synced({});
    const moved = { ...of, events: [event(work, { start: at('2026-03-11T10:00'), end: at('2026-03-11T11:00') })] };
    expect(ask(moved, named('event1'))).toEqual(['home there event-changed', 'club there event-changed']);
  });

  it('of a calendar that makes no blocks has none', () => {
    const about = context([calendar('work', { source: false }), home]);
    expect(ask(group([event(work)]), named('event1'), about)).toEqual(['home none not-a-source']);
  });

  it('loses the block on a calendar that gets none any more', () => {
    const { of } = synced({});
    const about = context([work, calendar('home', { target: false }), club]);
    expect(ask(of, named('event1'), about)).toEqual(['home going calendar-not-used', 'club there']);
  });

  it('that is over, or muted, has none', () => {
    const past = { start: at('2026-02-10T10:00'), end: at('2026-02-10T11:00') };
    expect(ask(group([event(work, past)]), named('event1'))).toEqual(['home none past', 'club none past']);
    const muted = group([event(work)], [], [muteOf(event(work), home.id)]);
    expect(ask(muted, named('event1'))).toEqual(['home none muted', 'club coming new-event']);
  });

  describe('whose block is kept as it was by an undo', () => {
    const before = synced({});
    const moved = event(work, { start: at('2026-03-11T10:00'), end: at('2026-03-11T11:00'), etag: '"2"' });
    const [block] = before.of.blocks.filter(({ targetId }) => targetId === home.id);
    const [made] = planSync([group([event(work)])], context(mesh)).operations.filter(isMade);
    if (block === undefined || made === undefined) throw new Error('no block');
    const kept = (special: Partial<Kept> = {}): Kept => ({
      sourceRef: moved.sourceRef,
      targetId: home.id,
      sourceId: work.id,
      content: made.content,
      slots: [],
      version: '"2"',
      telling: tellingOf(defaultBlockPolicy),
      etag: null,
      since: now,
      ...special,
    });
    const keeping = (...rest: readonly Kept[]): EventGroup => ({ ...before.of, events: [moved], kept: rest });

    it('has the former block, and the one that is not kept follows', () => {
      expect(ask(keeping(kept()), named('event1'))).toEqual(['home there kept', 'club there event-changed']);
    });

    it('has it although its event is not busy any more', () => {
      const of = { ...keeping(kept()), events: [event(work, { ownResponse: 'declined', etag: '"2"' })] };
      expect(ask(of, named('event1'))).toEqual(['home there kept', 'club going declined']);
    });

    it('gets it back where it is not there yet', () => {
      const of = keeping(kept());
      const gone = of.blocks.filter((one) => one !== block);
      expect(ask({ ...of, blocks: gone }, named('event1'))[0]).toBe('home coming undone');
    });

    it('has it no longer once the event has another version', () => {
      expect(ask(keeping(kept({ version: '"1"' })), named('event1'))[0]).toBe('home there event-changed');
      const asBefore = { ...keeping(kept({ version: '"1"' })), events: [event(work, { etag: '"2"' })] };
      expect(ask(asBefore, named('event1'))[0]).toBe('home there');
    });

    it('loses one that the undo takes away', () => {
      const away = kept({ content: null, etag: block.etag });
      const muted = { ...keeping(away), mutes: [muteOf(moved, home.id)] };
      expect(ask(muted, named('event1'))[0]).toMatch(/^home going /);
    });
  });

  it('whose block somebody deleted has none until the next run makes sure, or the person decides', () => {
    const { of } = synced({});
    const gone = {
      ...of,
      blocks: of.blocks.map((block): ObservedBlock =>
        block.targetId === home.id ? { ...block, absence: { by: 'unknown', sinceRun: 10 } } : block,
      ),
    };
    expect(ask(gone, named('event1'))).toEqual(['home none waiting-for-confirmation', 'club there']);
    const hold: Hold = {
      key: `external-wipe:${home.id}`,
      kind: 'external-wipe',
      calendarId: home.id,
      count: 40,
      groupKeys: [of.key],
      blocks: [],
    };
    expect(ask(gone, named('event1'), context(mesh), [hold])).toEqual(['home none held', 'club there']);
  });

  it('gets nothing where nothing can be written now', () => {
    const about = context([work, calendar('home', { writable: false }), club]);
    expect(ask(group([event(work)]), named('event1'), about)).toEqual([
      'home none target-unavailable',
      'club coming new-event',
    ]);
    const { of } = synced({});
    const declined = { ...of, events: [event(work, { ownResponse: 'declined' })] };
    expect(ask(declined, named('event1'), about)).toEqual(['home going target-unavailable', 'club going declined']);
  });

  it('that is in another calendar too has one block there is room for, whoever asks', () => {
    const both = group([event(work), event(home)]);
    expect(ask(both, named('event1'))).toEqual([
      'home none same-meeting-on-target',
      'club none same-meeting-from-another-calendar',
    ]);
    expect(ask(both, named('event1', null, home.id))).toEqual([
      'work none same-meeting-on-target',
      'club coming new-event',
    ]);
  });
});

describe('a series', () => {
  it('has a block, and each changed slot its own answer', () => {
    const { of } = synced(
      weekly(),
      exception(secondTuesday, { ownResponse: 'declined' }),
      exception('20260324T090000Z', { start: at('2026-03-24T15:00'), end: at('2026-03-24T16:00') }),
    );
    expect(ask(of, named('series1'))).toEqual(['home there', 'club there']);
    expect(ask(of, named(`series1_${secondTuesday}`))).toEqual(['home none declined', 'club none declined']);
    expect(ask(of, named('series1_20260324T090000Z'))).toEqual(['home there', 'club there']);
  });

  it('answers for a slot without a row, and tells when it is', () => {
    const { of } = synced(weekly());
    const [answer] = explain(of, context(mesh), [], [named('series1', secondTuesday)]);
    expect(answer?.verdicts.map(short)).toEqual(['home there', 'club there']);
    expect(answer?.start).toMatchObject({ timeZone: 'Europe/Berlin' });
    expect(instantOf(answer?.start ?? on(''), null)).toBe(Date.UTC(2026, 2, 17, 9));
    expect(instantOf(answer?.end ?? on(''), null)).toBe(Date.UTC(2026, 2, 17, 10));
    expect(ask(of, named('series1', '20260318T090000Z'))).toEqual(['home none cancelled', 'club none cancelled']);
  });

  it('says of a slot that was declined since that it goes, and of one taken back that it comes', () => {
    const { of, world } = synced(weekly());
    const declined = group([event(work, weekly()), event(work, exception(secondTuesday, { ownResponse: 'declined' }))]);
    const asked = named(`series1_${secondTuesday}`);
    expect(ask({ ...of, events: declined.events }, asked)).toEqual(['home going declined', 'club going declined']);
    world.apply(planSync(world.groups([declined]), context(mesh)));
    expect(ask(regroup(world, declined), asked)).toEqual(['home none declined', 'club none declined']);
    const back = group([event(work, weekly()), event(work, exception(secondTuesday))]);
    expect(ask(regroup(world, back), asked)).toEqual(['home coming slot-restored', 'club coming slot-restored']);
  });

  it('says of a muted slot that the person deleted its block, and leaves the others', () => {
    const mute: Mute = muteOf(event(work, weekly()), home.id, secondTuesday);
    const { of } = synced(weekly());
    expect(ask({ ...of, mutes: [mute] }, named('series1', secondTuesday))).toEqual(['home going muted', 'club there']);
    expect(ask({ ...of, mutes: [mute] }, named('series1', '20260324T090000Z'))).toEqual(['home there', 'club there']);
  });

  it('that is kept as it was by an undo shows the dates that it had, whatever its event says', () => {
    const declined = [event(work, weekly()), event(work, exception(secondTuesday, { ownResponse: 'declined' }))];
    const third = '20260324T090000Z' as SlotKey;
    const { of } = synced(weekly());
    const [made] = planSync([group([event(work, weekly())])], context(mesh)).operations.filter(isMade);
    const [root] = declined;
    if (made === undefined || root === undefined) throw new Error('no block');
    const [version] = [...versionsOf({ events: declined }, root.sourceRef, () => 'Europe/Berlin')].toReversed();
    const one: Kept = {
      sourceRef: root.sourceRef,
      targetId: home.id,
      sourceId: work.id,
      content: made.content,
      slots: [[third, null]],
      version: version ?? '',
      telling: tellingOf(defaultBlockPolicy),
      etag: null,
      since: now,
    };
    const kept: EventGroup = { ...of, events: declined, kept: [one] };
    expect(ask(kept, named('series1'))).toEqual(['home there kept', 'club there']);
    expect(ask(kept, named('series1', secondTuesday))).toEqual(['home there kept', 'club going declined']);
    expect(ask(kept, named('series1', third))).toEqual(['home going kept', 'club there']);
    expect(ask(kept, named('series1', '20260331T080000Z'))).toEqual(['home there kept', 'club there']);
    expect(ask(kept, named('series1', '20260318T090000Z'))[0]).toBe('home none kept');
  });

  it('that is not busy has none, and a busy slot of it has a block of its own', () => {
    const rows = [
      weekly({ ownResponse: 'declined' }),
      exception(secondTuesday, { ownResponse: 'accepted' }),
      exception('20260324T090000Z', { ownResponse: 'declined' }),
    ];
    const { of } = synced(...rows);
    expect(ask(of, named('series1'))).toEqual(['home none declined', 'club none declined']);
    expect(ask(of, named(`series1_${secondTuesday}`))).toEqual(['home there', 'club there']);
    expect(ask(of, named('series1_20260324T090000Z'))).toEqual(['home none declined', 'club none declined']);
    expect(ask(of, named('series1', '20260331T080000Z'))).toEqual(['home none declined', 'club none declined']);
  });

  it('that another calendar holds in person has none there, but for the slots that it gave up there', () => {
    const events = [
      event(work, weekly()),
      event(home, weekly()),
      event(home, exception(secondTuesday, { ownResponse: 'declined' })),
    ];
    const of = group(events);
    expect(ask(of, named('series1'))[0]).toBe('home none same-meeting-on-target');
    expect(ask(of, named('series1', secondTuesday))[0]).toBe('home coming new-event');
    expect(ask(of, named('series1', '20260324T090000Z'))[0]).toBe('home none same-meeting-on-target');
  });
});

describe('a series within hours, with a buffer', () => {
  const inHours = calendar('work', {
    busy: {
      ...defaultBusyPolicy,
      hours: { timeZone: 'Europe/Berlin', days: ['MO', 'TU', 'WE'], from: '09:00', to: '17:00' },
    },
  });
  const about = context([inHours, home, club], { policy: { ...defaultBlockPolicy, bufferBefore: 15 } });
  const daily = weekly({ recurrence: ['RRULE:FREQ=DAILY'] });

  it('says which dates are outside', () => {
    const of = group([event(work, daily)]);
    expect(ask(of, named('series1', '20260318T090000Z'), about)).toEqual([
      'home coming new-event',
      'club coming new-event',
    ]);
    expect(ask(of, named('series1', '20260319T090000Z'), about)).toEqual([
      'home none outside-hours',
      'club none outside-hours',
    ]);
  });

  it('knows the dates of its block, which have other names', () => {
    const world = new CalendarWorld();
    const events = group([event(work, daily), event(work, exception(secondTuesday, { ownResponse: 'declined' }))]);
    world.apply(planSync(world.groups([events]), about));
    const of = regroup(world, events);
    expect(ask(of, named(`series1_${secondTuesday}`), about)).toEqual(['home none declined', 'club none declined']);
    const [block] = of.blocks;
    if (block === undefined) throw new Error('no block');
    expect(standsFor(of, about, block, '20260318T084500Z' as SlotKey)).toEqual(named('series1', '20260318T090000Z'));
    const back = group([event(work, daily), event(work, exception(secondTuesday))]);
    expect(ask(regroup(world, back), named(`series1_${secondTuesday}`), about)).toEqual([
      'home coming slot-restored',
      'club coming slot-restored',
    ]);
  });
});

describe('a block', () => {
  it('stands for its event, or for a slot that its source never changed, or for nothing that is known', () => {
    const { of } = synced({});
    const [block] = of.blocks;
    if (block === undefined) throw new Error('no block');
    expect(standsFor(of, context(mesh), block)).toEqual(named('event1'));
    expect(standsFor({ ...of, events: [] }, context(mesh), block)).toBeNull();

    const world = new CalendarWorld();
    const both = group([
      event(work, weekly()),
      event(home, weekly()),
      event(home, exception(secondTuesday, { ownResponse: 'declined' })),
    ]);
    world.apply(planSync(world.groups([both]), context(mesh)));
    const grouped = regroup(world, both);
    const atHome = grouped.blocks.filter((one) => one.targetId === home.id);
    expect(atHome).toHaveLength(1);
    expect(atHome.map((one) => standsFor(grouped, context(mesh), one))).toEqual([named('series1', secondTuesday)]);
  });
});

describe('what is said is what a sync does', () => {
  const contextOf = (busy: Partial<BusyPolicy>, bufferBefore: number): PlanContext =>
    context(
      meshCalendars.map((one) => ({
        ...one,
        inUseSince: Date.UTC(2026, 0, 1),
        busy: { ...one.busy, ...busy },
      })),
      { policy: { ...defaultBlockPolicy, bufferBefore } },
    );
  const policies = fc.record({
    hours: fc.constantFrom<BusyPolicy['hours']>(null, null, {
      timeZone: 'Europe/Berlin',
      days: ['MO', 'TU', 'WE', 'TH', 'FR'],
      from: '09:00',
      to: '17:00',
    }),
    minimumMinutes: fc.constantFrom(0, 0, 45),
  });
  const runs = Number(process.env['CALSYNC_PROPERTY_RUNS'] ?? 60);

  /** All answers of a world by event and target; of slots only those that are not over, because those are left. */
  function answers(world: CalendarWorld, events: readonly EventGroup[], about: PlanContext): Map<string, Verdict> {
    const found = new Map<string, Verdict>();
    for (const of of world.groups(events)) {
      for (const one of explain(of, about, [], namesIn(of))) {
        const over = one.start === null || (instantOf(one.start, null) ?? 0) < now - day;
        const original = one.row.row.originalStart;
        if (one.slot !== null && (over || (original !== null && (instantOf(original, null) ?? 0) < now - day))) {
          continue;
        }
        for (const verdict of one.verdicts) {
          found.set(`${one.calendarId} ${one.eventId} ${one.slot ?? ''} ${verdict.targetId}`, verdict);
        }
      }
    }
    return found;
  }

  function settle(world: CalendarWorld, events: readonly EventGroup[], about: PlanContext): void {
    for (let round = 0; round < 4; round += 1) {
      const plan = planSync(world.groups(events), about);
      world.apply(plan);
      if (plan.operations.length === 0) return;
    }
  }

  /** Whether the target shows an event, looked up without asking the planner. */
  function isShown(world: CalendarWorld, events: readonly EventGroup[], name: EventName, target: CalendarId): boolean {
    const of = world.groups(events).find((one) => one.events.some((row) => matches(row, name)));
    const row = of?.events.find((one) => matches(one, name));
    if (of === undefined || row === undefined) return false;
    const live = of.blocks.filter((block) => block.targetId === target && block.absence === null && !block.lost);
    if (live.some((block) => block.tag.sourceRef === row.sourceRef)) return true;
    const series = of.events.find(
      (one) => one.calendarId === row.calendarId && one.row.id === row.row.recurringEventId,
    );
    const key = row.row.id.slice(row.row.id.lastIndexOf('_') + 1) as SlotKey;
    const block = live.find((one) => one.tag.sourceRef === series?.sourceRef);
    if (block === undefined || !makesSlot(block.content, key)) return false;
    return block.slots.find((slot) => slot.key === key)?.absence === undefined
      ? true
      : block.slots.find((slot) => slot.key === key)?.absence === null;
  }
  const matches = (row: EventGroup['events'][number], name: EventName): boolean =>
    row.calendarId === name.calendarId && row.row.id === name.eventId;

  const becomes: { readonly [State in Verdict['state']]: Verdict['state'] } = {
    there: 'there',
    coming: 'there',
    going: 'none',
    none: 'none',
  };

  it('before and after, from nothing and after any change', () => {
    fc.assert(
      fc.property(meetingSpecs, meetingSpecs, policies, fc.constantFrom(0, 0, 30), (first, second, busy, buffer) => {
        const about = contextOf(busy, buffer);
        const world = new CalendarWorld();
        const before = groupsOf(first);
        const steps = [before, withTombstones(before, groupsOf(second))];
        for (const events of steps) {
          const said = answers(world, events, about);
          settle(world, events, about);
          const then = answers(world, events, about);
          expect([...then.keys()].filter((key) => !said.has(key))).toEqual([]);
          for (const [key, verdict] of then) {
            const earlier = said.get(key);
            expect([key, verdict.state]).toEqual([key, becomes[earlier?.state ?? 'none']]);
            // Whoever asks why there is no block is told.
            expect(verdict.state === 'there' || verdict.reason !== null, key).toBe(true);
          }
          // A buffer gives the dates of a block other names, which are not looked up here.
          for (const of of buffer === 0 ? world.groups(events) : []) {
            for (const one of explain(of, about, [], namesIn(of))) {
              for (const verdict of one.verdicts) {
                const key = `${one.calendarId} ${one.eventId} ${one.slot ?? ''} ${verdict.targetId}`;
                if (!then.has(key)) continue;
                expect([key, isShown(world, events, one, verdict.targetId)]).toEqual([key, verdict.state === 'there']);
              }
            }
          }
        }
      }),
      { numRuns: runs },
    );
  });
});
