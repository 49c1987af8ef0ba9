import { expect, it } from 'vitest';
import { start, HOME, WORK, type Json } from './support.ts';

const renamed = 'me@new-name.example';

it('an account that gets another address is the same account, with its events under another id', async () => {
  const harness = await start();
  const { simulator, call } = harness;
  const { id } = simulator.person(HOME).createEvent(HOME, {
    summary: 'Dentist',
    start: { dateTime: '2027-03-23T10:00:00Z' },
    end: { dateTime: '2027-03-23T11:00:00Z' },
    attendees: [{ email: HOME }, { email: WORK }],
  });
  simulator.person(HOME).shareCalendar(HOME, WORK, 'reader');
  const { sub } = simulator.accounts.find(({ email }) => email === HOME) ?? {};
  const post = await fetch(`${simulator.url}/_control/people/${HOME}/renameAddress`, {
    method: 'POST',
    body: JSON.stringify({ address: renamed }),
  });
  expect(post.status).toBe(200);
  expect(simulator.accounts.find(({ email }) => email === renamed)?.sub).toBe(sub);
  // Tokens go on.
  const lists = await Promise.all(
    [call, harness.callAs(WORK)].map((of) => of('GET', '/calendar/v3/users/me/calendarList')),
  );
  for (const list of lists) {
    const ids = list.body.items.map((item: Json) => item.id);
    expect(ids).toContain(renamed);
    expect(ids).not.toContain(HOME);
  }
  expect((await call('GET', `/calendar/v3/calendars/${HOME}/events`)).status).toBe(404);
  const events = await call('GET', `/calendar/v3/calendars/${renamed}/events`);
  expect(events.body.items).toEqual([
    expect.objectContaining({
      id,
      organizer: { email: renamed, self: true },
      creator: { email: HOME, self: true },
      attendees: expect.arrayContaining([expect.objectContaining({ email: HOME, self: true })]) as unknown,
    }),
  ]);
  const taken = await fetch(`${simulator.url}/_control/people/${WORK}/renameAddress`, {
    method: 'POST',
    body: JSON.stringify({ address: renamed }),
  });
  expect(taken.status).toBe(400);
});
