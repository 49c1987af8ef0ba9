import { describe, expect, it } from 'vitest';
import type { MeshCalendar } from '../../src/main/core/model.ts';
import { brief } from '../support/core-builders.ts';
import { cancelled, club, home, Scene, series, slot, slots, synced, tuesdays, work } from './tables/scene.ts';

const [, second, third] = slots;
const goneOf = (calendar: MeshCalendar, special: Partial<MeshCalendar> = {}): MeshCalendar => ({
  ...calendar,
  readable: false,
  writable: false,
  gone: true,
  ...special,
});

/** Takes a scene; makes its calendars these, and returns what a run does, how it skips, and whether anything waits. */
function runOf(scene: Scene, ...calendars: readonly MeshCalendar[]) {
  scene.calendars = calendars;
  const plan = scene.plan();
  return {
    operations: brief(plan.operations),
    skips: plan.skips.map(({ reason }) => reason),
    waiting: [...plan.waiting],
  };
}

describe('the events of a calendar that is gone', () => {
  it('keep the block that stands, and wait for nothing', () => {
    const scene = synced();
    expect(runOf(scene, goneOf(home), work)).toEqual({ operations: [], skips: [], waiting: [] });
    expect(scene.shows()).toEqual(tuesdays());
  });

  it('give no other block', () => {
    const scene = new Scene([series()]);
    expect(runOf(scene, goneOf(home), work)).toEqual({ operations: [], skips: ['source-gone'], waiting: [] });
  });

  it('keep the block of an event that was seen deleted last: nothing says more now', () => {
    const scene = synced().becomes(series({ status: 'cancelled', start: null, end: null }));
    expect(runOf(scene, goneOf(home), work)).toEqual({ operations: [], skips: ['source-gone'], waiting: [] });
  });

  it('lose their blocks once the person does not use the calendar any more', () => {
    const scene = synced();
    const { operations } = runOf(scene, goneOf(home, { source: false, target: false, readable: true }), work);
    expect(operations).toEqual(['delete work']);
  });

  it('leave what they do not give to another calendar that holds the meeting', () => {
    const scene = new Scene([series(), series({}, club)]);
    scene.calendars = [goneOf(home), work, { ...club, target: false }];
    scene.sync();
    expect(scene.blocks()).toHaveLength(1);
    expect(scene.shows()).toEqual(tuesdays());
  });

  it('have one block where another calendar, which comes first, comes to hold the meeting, too', () => {
    const scene = synced();
    scene.becomes(series(), series({}, club));
    scene.calendars = [goneOf(home), work, { ...club, target: false }];
    expect(scene.sync()).toEqual(['replace work']);
    expect(scene.shows()).toEqual(tuesdays());
  });

  it('lose the block where the target itself comes to hold the meeting', () => {
    const scene = synced();
    scene.becomes(series(), series({}, work));
    expect(runOf(scene, goneOf(home), work).operations).toEqual(['delete work']);
  });

  it('give single dates that stand, and leave the others to the other calendar', () => {
    // Free but for two dates, so that each of these has a block of its own.
    const rows = (on: MeshCalendar) => [
      series({ transparent: true }, on),
      slot(second, { transparent: false }, on),
      slot(third, { transparent: false }, on),
    ];
    const scene = new Scene(rows(home));
    scene.calendars = [home, work];
    scene.sync();
    const [first, other] = scene.blocks();
    if (first === undefined || other === undefined) throw new Error('two blocks are expected');
    scene.world.blocks.clear();
    scene.world.blocks.set(`${first.targetId}|${first.id}`, first);
    scene.becomes(...rows(home), ...rows(club));
    scene.calendars = [goneOf(home), work, { ...club, target: false }];
    scene.sync();
    expect(scene.shows()).toEqual(['03-17 10:00-11:00', '03-24 10:00-11:00']);
  });
});

describe('a target that is gone', () => {
  it('has nothing planned on it, and nothing waits for it', () => {
    const scene = synced();
    scene.becomes(series(), cancelled(second));
    expect(runOf(scene, home, goneOf(work))).toEqual({ operations: [], skips: [], waiting: [] });
    expect(runOf(scene, home, goneOf(work, { target: false, source: false })).waiting).toEqual([]);
  });
});
