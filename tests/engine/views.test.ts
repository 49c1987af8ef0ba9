import { afterEach, describe, expect, it } from 'vitest';
import { blockId, sourceRef } from '../../src/main/core/identity.ts';
import { formatTag } from '../../src/main/core/tag.ts';
import type { World } from '../../src/simulator/index.ts';
import { toCalendarId, toEventId } from '../../src/shared/ids.ts';
import { caseWorld } from '../support/cases.ts';
import { openWorkplace, type Workplace } from '../support/laptop.ts';

const places: Workplace[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

async function open(world: World): Promise<Workplace> {
  const place = await openWorkplace({ world });
  places.push(place);
  return place;
}

const sourceOnly = { source: true, target: false };

describe('two-installs-free-busy', () => {
  it('comes to rest after one round, however often they sync in turn', async () => {
    const place = await open(caseWorld('two-installs-free-busy'));
    const [work, home] = ['robin@northwind.example', 'robin@home.example'];
    const first = await place.laptop({ emails: [work] });
    const second = await place.laptop({ emails: [home] });
    first.use(home, sourceOnly);
    second.use(work, sourceOnly);
    const runs = [await first.sync(), await second.sync()];
    // The block of the second, as the first sees it.
    expect(await first.sync()).toMatchObject({ writes: 0, errors: [], skipped: { 'looks-like-block': 1 } });
    for (let round = 0; round < 3; round += 1) {
      for (const laptop of [second, first]) {
        const run = await laptop.sync();
        expect(run).toMatchObject({ writes: 0, errors: [] });
      }
    }
    expect(runs.map((run) => run.writes)).toEqual([0, 1]);
    expect(place.blocks(home)).toHaveLength(1);
    expect(place.blocks(work)).toHaveLength(0);
    await first.expectQuiet();
    await second.expectQuiet();
  });
});

describe('a calendar of somebody else that shows blocks without their tags', () => {
  const me = 'me@home.example';
  const other = 'work@northwind.example';
  const team = 'team@group.calendar.example';
  const primary = (id: string) => ({
    id,
    summary: id,
    timeZone: 'Europe/Berlin',
    accessRole: 'owner' as const,
    primary: true,
  });
  const shared = (events: World['accounts'][number]['calendars'][number]['events']): World => ({
    accounts: [
      { email: me, name: 'Me', calendars: [primary(me)] },
      { email: other, name: 'Other', calendars: [primary(other), { ...primary(team), primary: false, events }] },
    ],
  });
  const times = {
    start: { dateTime: '2026-03-25T10:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-03-25T11:00:00', timeZone: 'Europe/Berlin' },
  };
  const block = blockId(sourceRef(toCalendarId('x@x.example'), toEventId('dentist')), toCalendarId(team), 0);
  const sentence = 'Busy in another calendar. Kept by CalSync. [calsync source:ab12cd34]';

  it.each<[string, Record<string, unknown>]>([
    ['a block under its own id', { id: block }],
    ['a block of a calendar that is subscribed by address', { iCalUID: `${block}@google.com`, id: 'subscribed1' }],
    ['a block as an export has it', { iCalUID: block, id: 'imported1' }],
    ['a block that is known by nothing but its sentence', { id: 'imported2', description: sentence }],
    ['a series', { id: block, recurrence: ['RRULE:FREQ=WEEKLY'] }],
  ])('never has its blocks doubled: %s', async (_, parts) => {
    const place = await open(shared([{ summary: '🔒 Busy', ...times, ...parts }]));
    place.simulator.person(other).shareCalendar(team, me, 'reader');
    const laptop = await place.laptop({ emails: [me] });
    laptop.use(team, sourceOnly);
    const run = await laptop.sync();
    expect(run).toMatchObject({ writes: 0, skipped: { 'looks-like-block': 1 } });
    await laptop.expectQuiet();
  });

  it('has a meeting with guests blocked, whatever its id looks like', async () => {
    const guests = [{ email: 'ann@studio.example' }];
    const place = await open(shared([{ id: block, summary: 'Board', ...times, attendees: guests }]));
    place.simulator.person(other).shareCalendar(team, me, 'reader');
    const laptop = await place.laptop({ emails: [me] });
    laptop.use(team, sourceOnly);
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    await laptop.expectQuiet();
  });

  it('gives one block for a duplicate of a block under a new id, and never another', async () => {
    const tag = {
      sourceRef: sourceRef(toCalendarId(me), toEventId('dentist')),
      generation: 0,
      contentHash: 'a'.repeat(26),
    };
    const place = await open(
      shared([
        {
          id: 'duplicate1',
          summary: '🔒 Busy',
          description: sentence,
          visibility: 'private',
          ...times,
          extendedProperties: { private: formatTag(tag) },
        },
      ]),
    );
    place.simulator.person(other).shareCalendar(team, me, 'freeBusyReader');
    const laptop = await place.laptop({ emails: [me] });
    laptop.use(team, sourceOnly);
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    for (let round = 0; round < 3; round += 1) await laptop.expectQuiet();
    expect(place.blocks(me)).toHaveLength(1);
  });
});
