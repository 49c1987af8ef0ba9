import { expect } from 'vitest';
import { bothWays, timed, tryUnknowns, work } from './support.ts';

// google-calendar.md §10 no. 5: which reason has the 400 for a parameter that may not stand beside a sync token?
tryUnknowns(import.meta.filename, [
  bothWays('syncTokenConflictReason', ['badRequest', 'invalid', 'invalidParameter'], {
    'a sync token is refused with that reason': async (stage) => {
      const gone = stage.person.createEvent(work, timed('2026-03-25')).id;
      stage.changedSeries();
      await stage.expectSettled(5);
      stage.person.deleteEvent(work, gone);
      const refused = stage.simulator.faults.add({ kind: 'syncTokenRefused', times: 2 });
      stage.simulator.requests.reset();
      expect(await stage.laptop.sync()).toMatchObject({ writes: 1, errors: [] });
      expect([refused.hits, stage.count('events.list')]).toEqual([2, 4]);
    },
    'no request of ours carries a parameter that may not go with a sync token': async (stage) => {
      stage.changedSeries();
      await stage.settle();
      const positioned = stage.simulator.requests.list().filter((request) => 'syncToken' in request.query);
      expect(positioned.length).toBeGreaterThan(2);
      const names = new Set(positioned.flatMap((request) => Object.keys(request.query)));
      expect([...names].sort()).toEqual(['fields', 'maxResults', 'singleEvents', 'syncToken']);
    },
  }),
]);
