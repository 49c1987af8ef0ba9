import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { leaseTime } from '../../../src/main/engine/lease.ts';
import { removeBlocks } from '../../../src/main/engine/reset/index.ts';
import type { Switches } from '../../../src/simulator/index.ts';
import { blockedOn } from '../../support/mirror.ts';
import { sendingBy } from '../../support/sending.ts';
import {
  home,
  openStage,
  ordinaryLife,
  removedTwice,
  slot,
  timed,
  times,
  tryUnknowns,
  work,
  type Stage,
  type Unknown,
} from './support.ts';

const scenarios: Readonly<Record<string, (stage: Stage, opaque: boolean) => Promise<void>>> = {
  'an ordinary life': ordinaryLife,
  'a series is made with changed slots, which change again': async (stage, opaque) => {
    const series = stage.changedSeries();
    stage.simulator.requests.reset();
    expect(await stage.laptop.sync()).toMatchObject({ writes: (opaque ? 7 : 4) + removedTwice(stage), errors: [] });
    expect(stage.count('events.instances')).toBe(opaque ? 3 : 0);
    // The block, its slots, the question and the slots again: one request each; and once for each calendar, what has
    // become of the mark of a removal.
    const again = removedTwice(stage);
    expect(stage.count('batch')).toBe((opaque ? 5 : 3) + again);
    stage.expectRight();
    stage.simulator.requests.reset();
    stage.person.editSlot(work, series, slot('2026-04-07'), times('2026-04-07', '16:00', '17:00'));
    stage.person.deleteSlot(work, series, slot('2026-06-02'));
    const cancelled = stage.simulator.state.calendars
      .get(work)
      ?.exceptionsOf(series)
      .find((event) => event.start.kind === 'timed' && event.start.ms === Date.parse('2026-03-31T08:00:00Z'));
    stage.person.undelete(work, cancelled?.id ?? '');
    // The ids are known by now: one write each, and nothing is asked.
    await stage.expectSettled(3);
    expect(stage.count('events.instances')).toBe(0);
  },
  'ids change their form from one day to the next': async (stage, opaque) => {
    stage.turn({ instanceIds: 'composed' });
    const series = stage.changedSeries();
    await stage.expectSettled(4);
    stage.turn({ instanceIds: opaque ? 'opaque' : 'composed' });
    stage.person.editSlot(work, series, slot('2026-04-07'), times('2026-04-07', '16:00', '17:00'));
    await stage.expectSettled(1);
    stage.person.deleteSlot(work, series, slot('2026-04-14'));
    stage.person.editSlot(work, series, slot('2026-04-21'), times('2026-04-21', '13:00', '14:00'));
    await stage.expectSettled(2);
    stage.turn({ instanceIds: 'composed' });
    stage.person.editSlot(work, series, slot('2026-04-21'), times('2026-04-21', '16:00', '17:00'));
    await stage.expectSettled(1);
  },
  'a database is lost': async (stage) => {
    const series = stage.changedSeries();
    await stage.settle();
    const fresh = await stage.place.laptop();
    await stage.expectSettled(0, fresh);
    stage.person.editSlot(work, series, slot('2026-04-07'), times('2026-04-07', '16:00', '17:00'));
    stage.person.deleteSlot(work, series, slot('2026-04-14'));
    // The id of the first was read with the blocks; the second had none of its own yet.
    await stage.expectSettled(2, fresh);
    await fresh.expectQuiet();
    await stage.expectSettled(0);
  },
  'a slot that its series loses is no gap': async (stage) => {
    const series = stage.changedSeries();
    await stage.settle();
    stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
    await stage.expectSettled(1);
    stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260620T000000Z'] });
    await stage.expectSettled(1);
  },
  'a slot that a person deleted stays away': async (stage) => {
    stage.changedSeries();
    await stage.settle();
    const block = stage.place.blocks(home)[0]?.id ?? '';
    stage.simulator.person(home).deleteSlot(home, block, slot('2026-04-14'));
    stage.simulator.requests.reset();
    for (let run = 0; run < 3; run += 1) expect(await stage.laptop.sync()).toMatchObject({ writes: 0, errors: [] });
    // It was looked at twice: for a mark, which would say that CalSync did it, and before it was muted.
    expect(stage.count('events.instances')).toBe(2);
    const mutes = stage.laptop.store.mutes();
    expect(mutes.map((mute) => mute.slot)).toEqual(['20260414T080000Z']);
    for (const mute of mutes) stage.laptop.store.liftMute(mute);
    await stage.expectSettled(1);
  },
  'all blocks are removed, with their changed slots and an empty database': async (stage) => {
    stage.changedSeries();
    stage.person.createEvent(work, timed('2026-03-25'));
    await stage.settle();
    const fresh = await stage.place.laptop();
    const scope = { run: 1, signal: undefined, onProgress: () => undefined };
    const calendars = fresh.store.calendars();
    const from = new Set(calendars.map((one) => one.id));
    fresh.store.takeLease(fresh.deps.holder, fresh.clock.now(), leaseTime);
    const { receipt } = await removeBlocks(fresh.deps, scope, {
      clearings: calendars.map((calendar) => ({ calendar, ours: from, from, whole: true })),
      calendars,
      othersOn: new Set(),
    });
    expect(receipt).toMatchObject({ found: 2, removed: 2, others: [], still: [], cameBack: 0 });
    expect(blockedOn(stage.simulator, home)).toEqual([]);
    // Nothing is to be there from now on, so that nobody takes the removal for the person's own.
    for (const event of stage.place.events(work)) {
      if (event.recurringEventId === undefined) stage.person.deleteEvent(work, event.id);
    }
  },
  'it is killed before or after any request': async (stage, opaque) => {
    const folder = mkdtempSync(join(tmpdir(), 'calsync-slots-'));
    let kills = 0;
    for (let at = 1; at < 20; at += 1) {
      let calls = 0;
      const file = join(folder, 'calsync.db');
      const strike = (moment: 'before' | 'after'): void => {
        if (calls === Math.ceil(at / 2) && (moment === 'before') === (at % 2 === 1)) throw new Error('killed');
      };
      const victim = await stage.place.laptop({
        file,
        wrap: (provider) =>
          sendingBy(provider, async (request, next) => {
            calls += 1;
            strike('before');
            const replies = await next(request);
            strike('after');
            return replies;
          }),
      });
      const series = stage.changedSeries();
      const killed = await victim.sync().then(
        () => false,
        () => true,
      );
      victim.close();
      const survivor = await stage.place.laptop({ file });
      await stage.settle(survivor);
      stage.expectRight();
      await survivor.expectQuiet();
      stage.person.deleteEvent(work, series);
      await stage.settle(survivor);
      survivor.close();
      if (!killed) break;
      kills += 1;
    }
    // Two requests where ids can be composed, four where they are asked for.
    expect(kills).toBe((opaque ? 8 : 4) + 2 * removedTwice(stage));
  },
};

/** Takes one of the two switches; returns all scenarios on its sides. Both matter only together. */
function slotIds(name: 'instanceIds' | 'unknownInstanceId'): Unknown {
  const sides: readonly Partial<Switches>[] =
    name === 'instanceIds'
      ? [{ instanceIds: 'composed' }, { instanceIds: 'opaque' }]
      : [
          { instanceIds: 'opaque', unknownInstanceId: 'notFound' },
          { instanceIds: 'opaque', unknownInstanceId: 'invalid' },
        ];
  const runs = sides.flatMap((switches) =>
    Object.entries(scenarios).map(([title, play]) => ({
      side: String(switches[name]),
      title,
      play: async () => {
        const stage = await openStage(switches);
        await play(stage, switches.instanceIds === 'opaque');
        await stage.settle();
        stage.expectRight();
        await stage.laptop.expectQuiet();
      },
    })),
  );
  return { name, sides: sides.length, runs };
}

// google-calendar.md §10, not numbered: how are dates of a series named (google-calendar.md §0.10)?
tryUnknowns(import.meta.filename, [slotIds('instanceIds'), slotIds('unknownInstanceId')]);
