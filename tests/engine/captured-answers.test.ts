import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classifyAnswer } from '../../src/main/providers/google/failures.ts';
import { appError, type AppError } from '../../src/shared/errors.ts';
import { messageFor } from '../../src/shared/messages.ts';
import type { FaultSpec } from '../../src/simulator/index.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';

/* What Google was seen to answer, and what the person then reads. */

const work = 'work@northwind.example';
const home = 'me@home.example';

const captured = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/cases/${name}`, import.meta.url), 'utf8'));

const account = (email: string) => ({
  email,
  name: email,
  calendars: [{ id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner' as const }],
});

let place: Workplace;
let laptop: Laptop;

beforeEach(async () => {
  place = await openWorkplace({ world: { accounts: [account(work), account(home)] } });
  laptop = await place.laptop();
  for (const id of [work, home]) laptop.use(id, { source: true, target: true });
  place.simulator.person(work).createEvent(work, {
    summary: 'Secret plans',
    start: { dateTime: '2026-03-24T10:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-03-24T11:00:00', timeZone: 'Europe/Berlin' },
  });
  await laptop.sync();
});
afterEach(() => place.close());

const told = (error: AppError | undefined) => messageFor(error ?? appError('unexpected'), 'command-line');

describe('a refused read', () => {
  it.each<[FaultSpec['kind'], string, RegExp]>([
    ['notACalendarUser', 'calendar-switched-off', /switched off for work@northwind\.example/],
    ['dailyLimitExceededUnreg', 'request-unrecognised', /did not see that work@northwind\.example is signed in/],
    ['unknownRefusal', 'read-refused', /refused to show work@northwind\.example/],
  ])('%s is %s, keeps every block, and is never told as a refused change', async (kind, code, sentence) => {
    place.simulator.faults.add({ kind, account: work, times: null });
    const run = await laptop.sync();
    expect(run.errors.map((error) => error.code)).toEqual([code]);
    expect(run.writes).toBe(0);
    expect(told(run.errors[0]).sentence).toMatch(sentence);
    expect(told(run.errors[0]).sentence).not.toMatch(/change/);
    expect(place.blocks(home)).toHaveLength(1);
    place.simulator.faults.clear();
    await laptop.sync();
    await laptop.expectQuiet();
  });

  it('not-a-calendar-user.json: Calendar switched off by an administrator has a sentence of its own', async () => {
    const body = JSON.stringify(captured('not-a-calendar-user.json'));
    for (const call of ['events.list', 'calendarList.list', 'get', 'insert'] as const) {
      const place = { call, calendarId: null, positioned: true };
      expect(classifyAnswer({ status: 403, header: () => null, body }, place, 0)).toMatchObject({
        kind: 'final',
        failure: { kind: 'not-served', error: { code: 'calendar-switched-off' } },
      });
    }
    expect(told(appError('calendar-switched-off', work))).toMatchObject({
      sentence: expect.stringContaining('switched off') as string,
      action: expect.stringContaining('administrator') as string,
    });
    // The simulator answers with the same body.
    place.simulator.faults.add({ kind: 'notACalendarUser' });
    const { accessToken } = place.simulator.issueTokens(work);
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${place.simulator.url}/calendar/v3/users/me/calendarList`, { headers });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual(captured('not-a-calendar-user.json'));
  });
});
