import { expect } from 'vitest';
import { bothWays, timed, tryUnknowns, work } from './support.ts';

// google-calendar.md §10 no. 10: does `import` update, and bring back, an event with the same iCalUID?
tryUnknowns(import.meta.filename, [
  bothWays('importUpserts', [true, false], {
    'another program imports the same event again, and one that was deleted': async (stage, upserts) => {
      const { simulator } = stage;
      const importer = simulator.addClient({ blocksOnly: false });
      const { accessToken } = simulator.issueTokens(work, undefined, importer);
      const bring = async (date: string): Promise<number> => {
        const body = {
          ...timed(date),
          iCalUID: 'flight@airline.example',
          organizer: { email: 'desk@airline.example' },
        };
        const answer = await fetch(`${simulator.url}/calendar/v3/calendars/primary/events/import`, {
          method: 'POST',
          headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        await answer.text();
        return answer.status;
      };
      expect(await bring('2026-03-25')).toBe(200);
      await stage.expectSettled(1);
      expect(await bring('2026-03-26')).toBe(upserts ? 200 : 409);
      await stage.expectSettled(upserts ? 1 : 0);
      stage.person.deleteEvent(work, stage.place.events(work)[0]?.id ?? '');
      await stage.expectSettled(1);
      expect(await bring('2026-03-27')).toBe(upserts ? 200 : 409);
      await stage.expectSettled(upserts ? 1 : 0);
      // Our own blocks never come or come back by import, which is documented nowhere.
      const imports = simulator.requests.list().filter((request) => request.kind === 'events.import');
      expect(imports).toHaveLength(3);
    },
  }),
]);
