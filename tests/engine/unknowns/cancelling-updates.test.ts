import { expect } from 'vitest';
import { bothWays, home, timed, tryUnknowns, work } from './support.ts';

// google-calendar.md §10, not numbered: is an update to `cancelled` taken, and does it keep what it says?
tryUnknowns(import.meta.filename, [
  bothWays('cancellingUpdate', ['kept', 'stripped', 'refused', 'ignored'], {
    'a person deletes the first block that goes, and another computer the next one': async (stage) => {
      const other = await stage.place.laptop();
      stage.person.createEvent(work, timed('2026-03-25'));
      const lunch = stage.person.createEvent(work, timed('2026-03-26')).id;
      await stage.laptop.sync();
      await other.sync();
      const idOf = (date: string): string =>
        stage.place.blocks(home).find(({ start }) => start?.dateTime?.startsWith(date) === true)?.id ?? '';
      // A person has the last word; where nothing tells a person from a program each computer puts it back once.
      for (let time = 0; time < 3; time += 1) {
        const id = idOf('2026-03-25');
        if (id !== '') stage.simulator.person(home).deleteEvent(home, id);
        for (const laptop of [stage.laptop, other]) for (let turn = 0; turn < 3; turn += 1) await laptop.sync();
      }
      for (const laptop of [stage.laptop, other]) expect(laptop.store.mutes()).toHaveLength(1);
      // What a program removes is no mute here, whatever was learnt from the person's deletion.
      stage.person.patchEvent(work, lunch, { transparency: 'transparent' });
      await other.sync();
      stage.person.patchEvent(work, lunch, { transparency: 'opaque' });
      other.close();
      for (let turn = 0; turn < 3; turn += 1) await stage.laptop.sync();
      expect(stage.laptop.store.mutes()).toHaveLength(1);
      expect(idOf('2026-03-26')).not.toBe('');
      for (const mute of stage.laptop.store.mutes()) stage.laptop.store.liftMute(mute);
      await stage.laptop.sync();
    },
  }),
]);
