import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whyOf } from '../../src/main/app/why.ts';
import type { World } from '../../src/simulator/index.ts';
import type { WhyAnswer, WhyTarget } from '../../src/shared/dto.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const club = 'club@home.example';

const calendar = (id: string, summary: string): World['accounts'][number]['calendars'][number] => ({
  id,
  summary,
  timeZone: 'Europe/Berlin',
  accessRole: 'owner',
  primary: id !== club,
});
const world: World = {
  accounts: [
    { email: work, name: 'Work', calendars: [calendar(work, 'Work')] },
    { email: home, name: 'Home', calendars: [calendar(home, 'Home'), calendar(club, 'Club')] },
  ],
};
const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (summary: string, day = '2026-03-25') => ({
  summary,
  start: berlin(`${day}T10:00:00`),
  end: berlin(`${day}T11:00:00`),
});

let place: Workplace;
let laptop: Laptop;

beforeEach(async () => {
  place = await openWorkplace({ world });
  laptop = await place.laptop();
  await laptop.sync();
});
afterEach(() => place.close());

function ask(query: string, { deps, store, clock }: Laptop = laptop): WhyAnswer {
  return whyOf({ engine: deps, store, clock }, query);
}

function about(query: string): Extract<WhyAnswer, { kind: 'event' }> {
  const answer = ask(query);
  if (answer.kind !== 'event') throw new Error(JSON.stringify(answer));
  return answer;
}

const said = (targets: readonly WhyTarget[]): Record<string, string> =>
  Object.fromEntries(
    targets.map(({ calendarName, state, reason }) => [calendarName, `${state} ${reason ?? ''}`.trim()]),
  );

describe('an event', () => {
  it('is found by its title, and by all that its block shows', async () => {
    const person = place.simulator.person(work);
    const event = person.createEvent(work, timed('Dentist'));
    await laptop.sync();
    expect(said(about('dentist').targets)).toEqual({ Home: 'there', Club: 'there' });
    const [block] = place.blocks(home) as readonly { id: string; description?: string }[];
    const line = /\[calsync source:[0-9a-v]{8}\]/.exec(block?.description ?? '')?.[0] ?? 'no line';
    for (const query of [event.id, line, line.slice(16, -1)]) {
      expect(about(query)).toMatchObject({ event: { title: 'Dentist', calendarName: 'Work' }, block: null });
    }
    expect(about(block?.id ?? '')).toMatchObject({
      event: { title: 'Dentist', calendarName: 'Work' },
      block: { calendarName: 'Home', there: true },
    });
    expect(about('dentist').targets.map((target) => target.blockId)).toContain(block?.id);
  });

  it('is told of as the next sync will treat it', async () => {
    const person = place.simulator.person(work);
    const event = person.createEvent(work, timed('Dentist'));
    await laptop.sync();
    laptop.use(club, { source: true, target: false });
    person.patchEvent(work, event.id, { transparency: 'transparent' });
    expect(said(about('dentist').targets)).toEqual({ Home: 'there', Club: 'going calendar-not-used' });
    await laptop.sync();
    expect(said(about('dentist').targets)).toEqual({ Home: 'none free' });
    expect(place.blocks(home)).toEqual([]);
  });

  it('is one of several to choose from, each by a name of its own', async () => {
    place.simulator.person(work).createEvent(work, timed('Dentist'));
    place.simulator.person(home).createEvent(club, timed('Dentist', '2026-03-26'));
    await laptop.sync();
    const answer = ask('dentist');
    if (answer.kind !== 'choices') throw new Error(answer.kind);
    expect(answer).toMatchObject({ more: false, choices: [{ calendarName: 'Work' }, { calendarName: 'Club' }] });
    for (const choice of answer.choices) {
      expect(about(choice.key).event).toEqual(choice);
    }
  });

  it('that looks like a block is the person’s own', async () => {
    const person = place.simulator.person(home);
    place.simulator.person(work).createEvent(work, timed('Dentist'));
    await laptop.sync();
    const [block] = place.blocks(home) as readonly { id: string }[];
    const copy = person.duplicateEvent(home, block?.id ?? '');
    await laptop.sync();
    expect(about(copy.id)).toMatchObject({ event: { copy: true, calendarName: 'Home' } });
    expect(said(about(copy.id).targets)).toEqual({ Work: 'none copy-of-ours', Club: 'none copy-of-ours' });
  });

  it('is nothing where nothing is known of it', () => {
    expect(ask('no such thing')).toEqual({ kind: 'nothing' });
  });
});

describe('a series', () => {
  it('is told of with its dates that differ, those to come', async () => {
    const person = place.simulator.person(work);
    const series = person.createEvent(work, { ...timed('Standup', '2026-03-24'), recurrence: ['RRULE:FREQ=DAILY'] });
    await laptop.sync();
    person.deleteSlot(work, series.id, '2026-03-27T10:00:00+01:00');
    person.editSlot(work, series.id, '2026-03-26T10:00:00+01:00', {
      start: berlin('2026-03-26T15:00:00'),
      end: berlin('2026-03-26T16:00:00'),
    });
    await laptop.sync();
    const answer = about('standup');
    expect(answer.event).toMatchObject({ series: true, date: false });
    expect(said(answer.targets)).toEqual({ Home: 'there', Club: 'there' });
    expect(answer.dates.map((date) => [date.targets[0]?.state, date.targets[0]?.reason])).toEqual([
      ['there', null],
      ['none', 'cancelled'],
    ]);
    for (const date of answer.dates) expect(about(date.key).event.date).toBe(true);
    expect(about(`${series.id}_20260328T090000Z`)).toMatchObject({
      event: { date: true, title: 'Standup', start: { dateTime: '2026-03-28T10:00:00+01:00' } },
      targets: [{ state: 'there' }, { state: 'there' }],
    });
  });
});

describe('a block', () => {
  it('whose event another computer alone knows is a stray', async () => {
    place.simulator.person(work).createEvent(work, timed('Dentist'));
    await laptop.sync();
    const other = await place.laptop({ emails: [home] });
    await other.sync();
    const [block] = place.blocks(home) as readonly { id: string }[];
    expect(ask(block?.id ?? '', other)).toMatchObject({ kind: 'stray', block: { calendarName: 'Home', there: true } });
  });
});
