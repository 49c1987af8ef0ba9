import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { previewPolicies, savePolicies } from '../../src/main/app/policies.ts';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import type { BusyPolicy, PlanPreview, PolicyChange } from '../../src/shared/dto.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const world = mainCalendars(work, home);

let place: Workplace;
let laptop: Laptop;
const events = new Map<'tentative' | 'sure', string[]>();

beforeEach(async () => {
  place = await openWorkplace({ world });
  laptop = await place.laptop();
  const person = place.simulator.person(work);
  for (const kind of ['tentative', 'sure'] as const) {
    const ids = Array.from({ length: 20 }, (_, index) => {
      const day = `2026-04-${String(index + 1).padStart(2, '0')}`;
      const hour = kind === 'sure' ? '09' : '15';
      return person.createEvent(work, {
        summary: kind,
        start: { dateTime: `${day}T${hour}:00:00`, timeZone: 'Europe/Berlin' },
        end: { dateTime: `${day}T${hour}:30:00`, timeZone: 'Europe/Berlin' },
        status: kind === 'sure' ? 'confirmed' : 'tentative',
      }).id;
    });
    events.set(kind, ids);
  }
  await laptop.sync();
  expect(place.blocks(home)).toHaveLength(40);
});
afterEach(() => place.close());

const parts = () => ({ engine: laptop.deps, store: laptop.store, clock: laptop.clock });

function busyAtWork(over: Partial<BusyPolicy>): PolicyChange {
  const calendar = laptop.store.calendars().find((one) => one.id === work);
  if (calendar === undefined) throw new Error('no calendar');
  const { hours, ...busy } = { ...calendar.busy, ...over };
  return {
    kind: 'busy',
    calendarId: toCalendarId(work),
    busy: { ...busy, hours: hours === null ? null : { ...hours, days: [...hours.days] } },
  };
}
const inColour: PolicyChange = { kind: 'block', block: { ...defaultBlockPolicy, colorId: '5' } };

function preview(...changes: readonly PolicyChange[]): PlanPreview {
  const answer = previewPolicies(parts(), changes);
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value;
}
const save = (...changes: readonly PolicyChange[]): void => {
  expect(savePolicies(parts(), changes).ok).toBe(true);
};
const deleteSure = (): void => {
  for (const id of events.get('sure') ?? []) place.simulator.person(work).deleteEvent(work, id);
};
const agreements = (): number => [...laptop.store.agreedRemovals().values()].reduce((sum, keys) => sum + keys.size, 0);

describe('a choice that takes many blocks away', () => {
  it('says so before it is kept, changes nothing by that, and asks nobody again', async () => {
    const change = busyAtWork({ tentative: false });
    expect(preview(change)).toMatchObject({
      remove: 20,
      agreed: 20,
      held: 0,
      targets: [{ calendarId: home, remove: 20, rows: [{ effect: 'remove', reason: 'event-not-busy', count: 20 }] }],
    });
    expect(agreements()).toBe(0);
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
    save(change);
    expect(await laptop.sync()).toMatchObject({ removed: 20, held: 0 });
    expect(place.blocks(home)).toHaveLength(20);
    expect(laptop.store.holds()).toEqual([]);
    expect(agreements()).toBe(0);
    await laptop.expectQuiet();
  });

  it('lets nothing else pass: what the source loses meanwhile is still held', async () => {
    save(busyAtWork({ tentative: false }));
    deleteSure();
    expect(await laptop.sync()).toMatchObject({ removed: 20, held: 20 });
    expect(place.blocks(home)).toHaveLength(20);
    expect(laptop.store.holds()).toMatchObject([{ kind: 'mass-deletion', count: 20 }]);
    // Used up: the same again is asked about.
    expect(agreements()).toBe(0);
    expect(await laptop.sync()).toMatchObject({ removed: 0, held: 20 });
  });

  it('is agreed to no more once it was taken back', () => {
    save(busyAtWork({ tentative: false }));
    expect(agreements()).toBe(20);
    save(inColour);
    expect(agreements()).toBe(20);
    save(busyAtWork({ tentative: true }));
    expect(agreements()).toBe(0);
  });

  it('is kept with the others at once or not at all', async () => {
    const dying = await place.laptop({
      wrapStore: (store) => ({
        ...store,
        saveSettings: () => {
          throw new Error('the process has ended');
        },
      }),
    });
    const known = { calendars: dying.store.calendars(), agreed: dying.store.agreedRemovals() };
    const own = { engine: dying.deps, store: dying.store, clock: dying.clock };
    expect(() => savePolicies(own, [busyAtWork({ tentative: false }), inColour])).toThrow('the process has ended');
    expect({ calendars: dying.store.calendars(), agreed: dying.store.agreedRemovals() }).toEqual(known);
  });

  it('may be one of several kept at once', async () => {
    const changes = [busyAtWork({ tentative: false }), inColour];
    expect(preview(...changes)).toMatchObject({ remove: 20, change: 20, agreed: 20 });
    save(...changes);
    expect(await laptop.sync()).toMatchObject({ removed: 20, changed: 20, held: 0 });
    await laptop.expectQuiet();
  });
});

describe('a mass deletion by the source', () => {
  it('is held, and no other choice counts as an agreement to it', async () => {
    deleteSure();
    expect(await laptop.sync()).toMatchObject({ removed: 0, held: 20 });
    expect(preview(inColour)).toMatchObject({ remove: 0, agreed: 0, held: 20, change: 20 });
    save(inColour);
    expect(await laptop.sync()).toMatchObject({ removed: 0, changed: 20, held: 20 });
    expect(preview(busyAtWork({ tentative: false }))).toMatchObject({ remove: 20, agreed: 20, held: 20 });
    save(busyAtWork({ tentative: false }));
    expect(await laptop.sync()).toMatchObject({ removed: 20, held: 20 });
    expect(place.blocks(home)).toHaveLength(20);
  });
});
