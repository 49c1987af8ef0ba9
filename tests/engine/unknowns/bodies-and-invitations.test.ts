import { expect } from 'vitest';
import { bothWays, home, mesh, timed, tryUnknowns, work } from './support.ts';

// google-calendar.md §9 and §10: what becomes of a body that is not as it should be, and of an invitation?
tryUnknowns(import.meta.filename, [
  bothWays('unknownBodyFields', ['reject', 'ignore'], {}),

  bothWays('extendedPropertyOverflow', ['reject', 'truncate'], {}),

  bothWays('invitationsTravel', [true, false], {
    'a meeting with a guest who is in the mesh': async (stage, travel) => {
      stage.person.createEvent(work, {
        ...timed('2026-03-25'),
        attendees: [{ email: work, responseStatus: 'accepted' }, { email: home }],
      });
      expect(await stage.settle()).toBe(travel ? 0 : 1);
      expect(stage.place.blocks(home)).toHaveLength(travel ? 0 : 1);
      for (const id of mesh)
        for (const event of stage.place.events(id)) stage.simulator.person(id).deleteEvent(id, event.id);
      await stage.expectSettled(travel ? 0 : 1);
    },
  }),
]);
