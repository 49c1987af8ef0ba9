import { expect } from 'vitest';
import { blockedOn } from '../../support/mirror.ts';
import { berlin, bothWays, home, timed, tryUnknowns, work } from './support.ts';

// google-calendar.md §10 no. 1: does a delta keep to the `timeMin` of the list that it goes on from?
tryUnknowns(import.meta.filename, [
  bothWays('deltaHonoursTimeMin', [false, true], {
    'an event of years ago moves into view': async (stage) => {
      const old = stage.person.createEvent(work, timed('2019-05-02')).id;
      await stage.expectSettled(0);
      stage.person.moveTime(work, old, berlin('2026-03-27T09:00'), berlin('2026-03-27T10:00'));
      await stage.expectSettled(1);
      expect(blockedOn(stage.simulator, home)).toHaveLength(1);
      const asked = stage.simulator.requests.list().filter((request) => request.kind === 'events.list');
      expect(asked.filter((request) => 'timeMin' in request.query || 'timeMax' in request.query)).toEqual([]);
    },
  }),
]);
