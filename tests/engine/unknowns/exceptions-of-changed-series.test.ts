import { expect } from 'vitest';
import { busyOn } from '../../support/mirror.ts';
import { bothWays, home, slot, times, tryUnknowns, work } from './support.ts';

// google-calendar.md §10 no. 2: what becomes of exceptions when their series changes, or is brought back?
tryUnknowns(import.meta.filename, [
  bothWays('masterTimeChange', ['keepProduced', 'resetAll', 'keepAll'], {
    'a series with changed slots moves to another hour': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.editAll(work, series, times('2026-03-24', '11:00', '12:00'));
      // A new series for the old one. Changed slots that outlived it are events of their own, except the cancelled one.
      await stage.expectSettled(side === 'keepAll' ? 4 : 2);
    },
    'a series with changed slots ends earlier': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
      // The new end. Where the source lost its changes, two slots become ordinary again. Where a slot beyond the end
      // stayed, it gets a block of its own, and what the cut left of it in our series goes.
      await stage.expectSettled({ keepProduced: 1, resetAll: 3, keepAll: 3 }[side]);
      stage.person.patchEvent(work, series, { summary: 'Other plans' });
      await stage.expectSettled(0);
    },
    'the end of our block loses slots that the source still has': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.turn({ masterTimeChange: 'keepProduced' });
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
      stage.turn({ masterTimeChange: side });
      // Once the loss has been read, both slots are written again; a leftover is taken away.
      await stage.expectSettled({ keepProduced: 1, resetAll: 3, keepAll: 2 }[side]);
    },
    'a series ends earlier and then later again': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
      await stage.settle();
      stage.expectRight();
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260620T000000Z'] });
      await stage.settle();
    },
    'a person gives our block another hour': async (stage) => {
      stage.changedSeries();
      await stage.expectSettled(4);
      const block = stage.place.blocks(home)[0]?.id ?? '';
      stage.simulator.person(home).editAll(home, block, times('2026-03-24', '12:00', '13:00'));
      // The next generation with its three slots, for the one that was bent.
      await stage.expectSettled(5);
    },
  }),

  bothWays(
    'lostExceptions',
    ['tombstones', 'silent'],
    {
      'slots that a reset has made ordinary are blocked as such': async (stage) => {
        const series = stage.changedSeries();
        await stage.expectSettled(4);
        stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=9'] });
        await stage.expectSettled(3);
        expect(busyOn(stage.simulator, work)).toHaveLength(9);
      },
      'slots that our own new end has reset are written again, as nobody deleted them': async (stage) => {
        const series = stage.changedSeries();
        await stage.expectSettled(4);
        stage.turn({ masterTimeChange: 'keepProduced' });
        stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=9'] });
        stage.turn({ masterTimeChange: 'resetAll' });
        await stage.expectSettled(3);
      },
      'what a cut leaves behind costs nothing later': async (stage) => {
        stage.turn({ masterTimeChange: 'keepProduced' });
        const series = stage.changedSeries();
        await stage.expectSettled(4);
        stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
        await stage.expectSettled(1);
        stage.person.editSlot(work, series, slot('2026-04-14'), times('2026-04-14', '13:00', '14:00'));
        await stage.expectSettled(1);
      },
    },
    { masterTimeChange: 'resetAll' },
  ),

  bothWays('exceptionsFollowMaster', [true, false], {
    'a series is free for a while': async (stage, follow) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.patchEvent(work, series, { transparency: 'transparent' });
      // Moved slots that do not follow stay busy, and are events of their own meanwhile.
      await stage.expectSettled(follow ? 1 : 3);
      stage.person.patchEvent(work, series, { transparency: 'opaque' });
      await stage.expectSettled(follow ? 4 : 6);
    },
    'our blocks get another text, and so do their slots': async (stage, follow) => {
      stage.changedSeries();
      await stage.expectSettled(4);
      const settings = stage.laptop.store.settings();
      stage.laptop.store.saveSettings({ ...settings, block: { ...settings.block, summary: 'Taken' } });
      // Whether slots follow is not known when they are written, so they are written by themselves, both ways.
      await stage.expectSettled(follow ? 3 : 3);
      const shown = stage.simulator.state.calendars.get(home)?.all() ?? [];
      const live = [...shown].filter((event) => event.content.status !== 'cancelled' && event.id.startsWith('cs'));
      expect(live.map((event) => event.content.summary)).toEqual(['Taken', 'Taken', 'Taken']);
    },
  }),

  bothWays('revivedSeriesExceptions', ['dropped', 'kept'], {
    'a deleted series comes back, with or without its changes': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.deleteEvent(work, series);
      await stage.expectSettled(1);
      stage.person.undelete(work, series);
      // The next generation, never the cancelled one: it might wake with changes that nobody can list.
      await stage.expectSettled(side === 'kept' ? 4 : 1);
    },
    'a deleted series comes back while the computer was away': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.deleteEvent(work, series);
      stage.person.undelete(work, series);
      // Where the changes are lost, three slots of the block become ordinary again.
      await stage.expectSettled(side === 'kept' ? 0 : 3);
    },
    'our series is deleted and brought back by hand': async (stage, side) => {
      stage.changedSeries();
      await stage.expectSettled(4);
      const block = stage.place.blocks(home)[0]?.id ?? '';
      stage.simulator.person(home).deleteEvent(home, block);
      stage.simulator.person(home).undelete(home, block);
      await stage.expectSettled(side === 'kept' ? 0 : 3);
    },
  }),
]);
