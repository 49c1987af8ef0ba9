import { day } from '../../../src/shared/time.ts';
import { bothWays, timed, tryUnknowns, work } from './support.ts';

// google-calendar.md §10, not numbered: what varies of pages, order and quota?
tryUnknowns(import.meta.filename, [
  bothWays('maximumPageSize', [null, 2], {}),

  bothWays('emptyPages', [false, true], {}, { maximumPageSize: 2 }),

  bothWays('emptyItems', ['written', 'omitted'], {}),

  bothWays('rowOrder', ['byChange', 'reversed'], {}, { maximumPageSize: 3 }),

  bothWays('batchLimit', [1000, 50], {
    'more blocks at once than fit': async (stage) => {
      for (let index = 0; index < 60; index += 1) {
        const date = new Date(Date.UTC(2026, 2, 24) + index * day).toISOString().slice(0, 10);
        stage.person.createEvent(work, timed(date));
      }
      await stage.expectSettled(60);
    },
  }),

  bothWays('batchOrder', ['given', 'reversed'], {
    'changed slots come with their series': async (stage) => {
      stage.changedSeries();
      await stage.expectSettled(4);
    },
  }),

  bothWays('quotaPerMinute', [null, 60], {}),
]);
