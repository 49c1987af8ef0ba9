import { expect } from 'vitest';
import { hour } from '../../../src/shared/time.ts';
import { bothWays, home, timed, tryUnknowns, work } from './support.ts';

// google-calendar.md §10 no. 6: is an id free again, can what is deleted be brought back, and what is seen of it?
tryUnknowns(import.meta.filename, [
  bothWays(
    'idsFreedAfterTombstone',
    [false, true],
    {
      'a database is lost, and the tombstones of our blocks too': async (stage, freed) => {
        const event = stage.person.createEvent(work, timed('2026-03-25')).id;
        const series = stage.changedSeries();
        await stage.expectSettled(5);
        for (const id of [event, series]) stage.person.patchEvent(work, id, { transparency: 'transparent' });
        await stage.expectSettled(2);
        await stage.laptop.clock.advance(12 * hour);
        for (const id of [event, series]) stage.person.patchEvent(work, id, { transparency: 'opaque' });
        const fresh = await stage.place.laptop();
        // The old ids are free again, or taken by what cannot be looked at any more: then the next generation.
        await stage.expectSettled(freed ? 5 : 7, fresh);
        await fresh.expectQuiet();
        await stage.expectSettled(0);
      },
    },
    { tombstoneLifetimeMs: hour },
  ),

  bothWays('revive', ['allowed', 'forbidden'], {
    'a cancelled slot is wanted again': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      const before = stage.place.blocks(home).map((block) => block.id);
      stage.person.undelete(work, `${series}_20260331T080000Z`);
      stage.simulator.requests.reset();
      // Where the slot will not come back, its series is made anew in the same run: refused, removed, made, two slots.
      await stage.expectSettled(side === 'allowed' ? 1 : 5);
      expect(stage.count('events.instances')).toBe(side === 'allowed' ? 0 : 1);
      expect(stage.place.blocks(home).map((block) => block.id)).toEqual(
        side === 'allowed' ? before : [expect.not.stringContaining(before[0] ?? '')],
      );
    },
    'a series is wanted again': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.patchEvent(work, series, { transparency: 'transparent' });
      await stage.expectSettled(1);
      stage.person.patchEvent(work, series, { transparency: 'opaque' });
      await stage.expectSettled(4);
    },
    'the calendar may not be written any more': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.undelete(work, `${series}_20260331T080000Z`);
      const [entry] = stage.simulator.state.accounts.get(home)?.entries.values() ?? [];
      if (entry !== undefined) entry.accessRole = 'reader';
      const run = await stage.laptop.sync();
      expect(run.errors.map((error) => error.code)).toEqual(['calendar-seen-less']);
      expect(stage.place.blocks(home)).toHaveLength(1);
      if (entry !== undefined) entry.accessRole = 'owner';
      await stage.settle();
    },
  }),

  bothWays('getOfDeleted', ['full', 'bare'], {
    'a database is lost while blocks are away': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      const series = stage.changedSeries();
      await stage.expectSettled(5);
      for (const id of [event, series]) stage.person.patchEvent(work, id, { transparency: 'transparent' });
      await stage.expectSettled(2);
      const fresh = await stage.place.laptop();
      await fresh.sync();
      for (const id of [event, series]) stage.person.patchEvent(work, id, { transparency: 'opaque' });
      stage.simulator.requests.reset();
      // Both ids are taken. The single block is brought back; the series takes its next generation, with its slots.
      await stage.expectSettled(7, fresh);
      expect(stage.count('events.get')).toBe(2);
      await fresh.expectQuiet();
      await stage.expectSettled(0);
    },
  }),
]);
