import { expect } from 'vitest';
import { minute } from '../../../src/shared/time.ts';
import { bothWays, home, slot, timed, times, tryUnknowns, work } from './support.ts';

// google-calendar.md §10 no. 7: how long may a list be behind a write?
tryUnknowns(import.meta.filename, [
  bothWays('listLagMs', [0, minute, 12 * minute], {
    'a database is lost before its writes can be listed': async (stage, lag) => {
      stage.person.createEvent(work, timed('2026-03-25'));
      stage.changedSeries();
      await stage.laptop.clock.advance(lag);
      expect(await stage.laptop.sync()).toMatchObject({ writes: 5 });
      const fresh = await stage.place.laptop();
      const seen = lag <= 5 * minute;
      // What cannot be listed yet is met as a taken id, recognised and kept; its slots are written once more, except the one
      // that is found to be away already.
      await stage.expectSettled(seen ? 0 : 4, fresh);
      await fresh.expectQuiet();
    },
    'an event changes its mind before our writes can be listed': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      const series = stage.changedSeries();
      await stage.settle();
      for (let round = 0; round < 3; round += 1) {
        stage.person.patchEvent(work, event, { transparency: 'transparent' });
        stage.person.deleteSlot(work, series, slot('2026-04-14'));
        await stage.laptop.sync();
        stage.person.patchEvent(work, event, { transparency: 'opaque' });
        stage.person.undelete(work, `${series}_20260414T080000Z`);
        await stage.laptop.sync();
      }
      await stage.settle();
    },
    'an event is free for ten minutes, and a slot is away for as long': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      const series = stage.changedSeries();
      await stage.expectSettled(5);
      stage.person.patchEvent(work, event, { transparency: 'transparent' });
      stage.person.deleteSlot(work, series, slot('2026-04-14'));
      let writes = 0;
      for (let run = 0; run < 2; run += 1) writes += (await stage.laptop.sync()).writes;
      stage.person.patchEvent(work, event, { transparency: 'opaque' });
      stage.person.undelete(work, `${series}_20260414T080000Z`);
      // A list that lags shows the removal when the block has long been back: that is no deletion by a person.
      writes += await stage.settle();
      expect(writes).toBe(4);
    },
    'everything is read again before our writes can be listed': async (stage, lag) => {
      stage.person.createEvent(work, timed('2026-03-25'));
      const series = stage.changedSeries();
      await stage.settle();
      stage.person.editSlot(work, series, slot('2026-04-14'), times('2026-04-14', '13:00', '14:00'));
      await stage.laptop.clock.advance(lag);
      expect(await stage.laptop.sync()).toMatchObject({ writes: 1 });
      stage.simulator.faults.add({ kind: 'syncTokenExpired', calendar: home });
      await stage.settle();
    },
  }),
]);
