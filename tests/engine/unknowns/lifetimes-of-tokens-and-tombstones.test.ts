import { expect } from 'vitest';
import type { CalendarProvider } from '../../../src/main/ports/provider.ts';
import { day, hour, minute } from '../../../src/shared/time.ts';
import { berlin, bothWays, openStage, slot, timed, tryUnknowns, work } from './support.ts';

/** Wraps a provider so that time passes before a page is asked for, once. */
function slowReader(pass: () => void): (provider: CalendarProvider) => CalendarProvider {
  let passed = false;
  return (provider) => ({
    ...provider,
    readEvents: (accountId, email, calendarId, position, signal) => {
      if (position.pageToken !== null && !passed) {
        passed = true;
        pass();
      }
      return provider.readEvents(accountId, email, calendarId, position, signal);
    },
  });
}

// google-calendar.md §10 no. 3: how long do sync tokens, page tokens and tombstones live?
tryUnknowns(import.meta.filename, [
  bothWays('syncTokenLifetimeMs', [28 * day, hour], {
    'the computer was away for half a day': async (stage, lifetime) => {
      const gone = stage.person.createEvent(work, timed('2026-03-25')).id;
      const moved = stage.person.createEvent(work, timed('2026-03-26')).id;
      const series = stage.changedSeries();
      await stage.expectSettled(6);
      await stage.laptop.clock.advance(12 * hour);
      stage.person.deleteEvent(work, gone);
      stage.person.moveTime(work, moved, berlin('2026-03-27T15:00'), berlin('2026-03-27T16:00'));
      stage.person.deleteSlot(work, series, slot('2026-04-21'));
      stage.simulator.requests.reset();
      expect(await stage.laptop.sync()).toMatchObject({ writes: 3, errors: [] });
      expect(stage.count('events.list')).toBe(lifetime < 12 * hour ? 4 : 2);
    },
  }),

  {
    name: 'pageTokenLifetimeMs',
    sides: 2,
    runs: [hour, minute].map((lifetime) => ({
      side: String(lifetime),
      title: 'ten minutes go by between two pages',
      play: async () => {
        const clock: { pass: () => void } = { pass: () => undefined };
        const stage = await openStage(
          { pageTokenLifetimeMs: lifetime, maximumPageSize: 2 },
          {
            wrap: slowReader(() => {
              clock.pass();
            }),
          },
        );
        clock.pass = () => {
          stage.laptop.clock.set(stage.laptop.clock.now() + 10 * minute);
        };
        for (const date of ['25', '26', '27', '28', '30']) stage.person.createEvent(work, timed(`2026-03-${date}`));
        const series = stage.changedSeries();
        stage.simulator.requests.reset();
        expect(await stage.laptop.sync()).toMatchObject({ writes: 9, errors: [] });
        // Nine rows on five pages, and one of home; where the token died, one refusal and the first page again.
        expect(stage.count('events.list')).toBe(lifetime === hour ? 6 : 8);
        stage.person.deleteEvent(work, series);
        await stage.expectSettled(1);
        await stage.laptop.expectQuiet();
      },
    })),
  },

  bothWays('tombstoneLifetimeMs', [28 * day, hour], {
    'events are deleted and forgotten while the computer was away': async (stage, lifetime) => {
      const gone = stage.person.createEvent(work, timed('2026-03-25')).id;
      stage.person.createEvent(work, timed('2026-03-26'));
      const series = stage.changedSeries();
      await stage.expectSettled(6);
      stage.person.deleteEvent(work, gone);
      stage.person.deleteEvent(work, series);
      await stage.laptop.clock.advance(12 * hour);
      stage.simulator.requests.reset();
      expect(await stage.laptop.sync()).toMatchObject({ writes: 2, errors: [] });
      expect(stage.count('events.list')).toBe(lifetime === hour ? 4 : 2);
    },
    'a block whose tombstone is forgotten is wanted again': async (stage, lifetime) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      await stage.expectSettled(1);
      stage.person.patchEvent(work, event, { transparency: 'transparent' });
      await stage.expectSettled(1);
      await stage.laptop.clock.advance(12 * hour);
      stage.person.patchEvent(work, event, { transparency: 'opaque' });
      // An id that is forgotten cannot be brought back: the next generation.
      await stage.expectSettled(lifetime === hour ? 2 : 1);
    },
  }),
]);
