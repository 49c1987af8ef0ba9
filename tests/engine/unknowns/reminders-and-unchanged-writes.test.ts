import { expect } from 'vitest';
import { berlin, bothWays, home, slot, timed, times, tryUnknowns, work } from './support.ts';

// google-calendar.md §10 no. 4: is a change of reminders told, and does a write of what is there give another etag?
tryUnknowns(import.meta.filename, [
  bothWays('reminderEditsInDelta', [true, false], {
    'a person changes the reminders of an event': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      await stage.expectSettled(1);
      stage.person.patchEvent(work, event, {
        reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] },
      });
      await stage.expectSettled(0);
    },
    'a person makes our block ring': async (stage, inDelta) => {
      stage.person.createEvent(work, timed('2026-03-25'));
      await stage.expectSettled(1);
      const block = stage.place.blocks(home)[0]?.id ?? '';
      const ring = { reminders: { useDefault: true } };
      stage.simulator.person(home).patchEvent(home, block, ring);
      await stage.expectSettled(inDelta ? 1 : 0);
      // Seen at the latest when everything is read again.
      stage.simulator.faults.add({ kind: 'syncTokenExpired', calendar: home });
      await stage.expectSettled(inDelta ? 0 : 1);
      const { reminders } = stage.simulator.state.calendars.get(home)?.get(block)?.content ?? {};
      expect(reminders).toEqual({ useDefault: false, overrides: [] });
    },
  }),

  bothWays('identicalWriteBumps', [false, true], {
    'the answers to our changes are lost, and they are sent again': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      const series = stage.changedSeries();
      await stage.expectSettled(5);
      stage.person.moveTime(work, event, berlin('2026-03-27T15:00'), berlin('2026-03-27T16:00'));
      stage.person.editSlot(work, series, slot('2026-04-14'), times('2026-04-14', '13:00', '14:00'));
      // What both write, after the look at the slot.
      stage.simulator.faults.add({ kind: 'cutAfterCommit', request: 'batch', skip: 1 });
      stage.simulator.requests.reset();
      await stage.expectSettled(2);
      // Both were made before their answer was lost, so that their etags are old by the second time: looked at, and kept.
      expect(stage.simulator.requests.writes().map((write) => [write.kind, write.status])).toEqual([
        ['events.patch', 200],
        ['events.patch', 200],
        ['events.patch', 412],
        ['events.patch', 412],
      ]);
      expect(stage.count('events.get')).toBe(3);
    },
  }),
]);
