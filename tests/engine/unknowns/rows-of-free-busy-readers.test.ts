import { expect } from 'vitest';
import { hour } from '../../../src/shared/time.ts';
import { blockedOn, busyOn } from '../../support/mirror.ts';
import { berlin, bothWays, home, mesh, slot, timed, times, tryUnknowns } from './support.ts';

// google-calendar.md §10 no. 8: which fields has a row of a `freeBusyReader`?
tryUnknowns(import.meta.filename, [
  bothWays('freeBusyRow', ['withVisibility', 'minimal'], {
    'a calendar of which only free and busy are shown': async (stage) => {
      const { simulator, laptop } = stage;
      const team = 'team@group.calendar.example';
      simulator.state.addCalendar({ id: team, summary: 'Team', timeZone: 'Europe/Berlin', primaryOf: undefined });
      const owner = simulator.state.addAccount('boss@northwind.example', 'Boss');
      simulator.state.subscribe(owner, team, { accessRole: 'owner' });
      const boss = simulator.person(owner.email);
      boss.shareCalendar(team, home, 'freeBusyReader');
      await laptop.clock.advance(hour);
      const event = boss.createEvent(team, timed('2026-03-25')).id;
      const series = boss.createEvent(team, { ...timed('2026-03-24'), recurrence: ['RRULE:FREQ=WEEKLY'] }).id;
      boss.deleteSlot(team, series, slot('2026-03-31'));
      boss.editSlot(team, series, slot('2026-04-07'), times('2026-04-07', '13:00', '14:00'));
      boss.createEvent(team, { ...timed('2026-03-26'), transparency: 'transparent' });
      const blocked = (): void => {
        for (const id of mesh) expect(blockedOn(simulator, id)).toEqual(busyOn(simulator, team));
        expect(stage.place.blocks(team)).toEqual([]);
      };
      await laptop.sync();
      laptop.use(team, { source: true, target: false });
      expect(await stage.settle()).toBe(8);
      blocked();
      boss.moveTime(team, event, berlin('2026-03-27T15:00'), berlin('2026-03-27T16:00'));
      boss.undelete(team, `${series}_20260331T080000Z`);
      expect(await stage.settle()).toBe(4);
      blocked();
      boss.deleteEvent(team, event);
      boss.deleteEvent(team, series);
      expect(await stage.settle()).toBe(4);
      blocked();
      laptop.use(team, { source: false, target: false });
    },
  }),
]);
