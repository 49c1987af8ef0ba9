import { describe, expect, it } from 'vitest';
import { HOME, START, WORK, listAll, start, timed } from './support.ts';
import type { Harness } from './support.ts';

async function control(harness: Harness, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${harness.simulator.url}/_control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> };
}

const act = (harness: Harness, action: string, body: unknown, email = HOME) =>
  control(harness, 'POST', `people/${email}/${action}`, body);

describe('people act over HTTP', () => {
  it('every action of the web UI has its call', async () => {
    const harness = await start();
    const calendar = 'primary';
    const made = await act(harness, 'createEvent', { calendar, body: timed(23, '10:00', '11:00') });
    const event = String(made.body['id']);
    const weekly = await act(harness, 'createEvent', {
      calendar,
      body: { ...timed(23, '12:00', '13:00'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=8'] },
    });
    const series = String(weekly.body['id']);
    const club = 'club@group.calendar.google.com';
    const steps: [string, object][] = [
      ['patchEvent', { calendar, event, patch: { summary: 'Renamed' } }],
      ['moveTime', { calendar, event, start: { date: '2027-03-23' }, end: { date: '2027-03-24' } }],
      ['respond', { calendar, event, answer: 'tentative' }],
      ['duplicateEvent', { calendar, event }],
      ['editSlot', { calendar, event: series, slot: '2027-03-30', patch: {} }],
      ['editSlot', { calendar, event: series, slot: '2027-03-30T12:00:00+02:00', patch: { summary: 'Once' } }],
      ['deleteSlot', { calendar, event: series, slot: '20270406T100000Z' }],
      ['editAll', { calendar, event: series, patch: { summary: 'All' } }],
      ['splitThisAndFollowing', { calendar, event: series, slot: '20270427T100000Z', patch: { summary: 'Later' } }],
      ['deleteThisAndFollowing', { calendar, event: series, slot: '20270413T100000Z' }],
      ['createCalendar', { summary: 'Club', timeZone: 'Europe/Berlin', id: club }],
      ['moveToCalendar', { calendar, event, destination: club }],
      ['deleteEvent', { calendar: club, event }],
      ['undelete', { calendar: club, event }],
      ['renameCalendar', { calendar: club, summary: 'Chess club' }],
      ['shareCalendar', { calendar: club, email: WORK, role: 'reader' }],
      ['deleteCalendar', { calendar: club }],
      ['revokeAccess', {}],
      ['renameAddress', { address: 'me@new-name.example' }],
    ];
    const statuses = [];
    for (const [action, body] of steps) statuses.push([action, (await act(harness, action, body)).status]);
    expect(statuses).toEqual(
      steps.map(([action, body]) => [action, 'slot' in body && body.slot === '2027-03-30' ? 400 : 200]),
    );
  });

  it('says what is wrong, by name', async () => {
    const harness = await start();
    expect((await act(harness, 'dance', {})).body['error']).toMatch(/^Unknown action; known are createEvent/);
    expect(await act(harness, 'deleteEvent', { calendar: 'primary' })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^event: /) as string },
    });
    expect((await act(harness, 'deleteEvent', { calendar: 'primary', event: 'nothing' })).status).toBe(404);
    expect(
      (await act(harness, 'createEvent', { calendar: 'primary', body: {} }, 'nobody@x.example')).body['error'],
    ).toContain('no account');
    expect((await control(harness, 'GET', 'nothing')).status).toBe(404);
  });
});

describe('the simulator is steered over HTTP', () => {
  it('faults: added, counted, cleared, refused when wrong', async () => {
    const harness = await start();
    const added = await control(harness, 'POST', 'faults', { kind: 'status503', request: 'events.list', times: 2 });
    expect(added.body).toMatchObject({ id: 1, hits: 0, times: 2 });
    expect((await harness.call('GET', '')).status).toBe(503);
    expect((await control(harness, 'GET', 'faults')).body).toMatchObject({ faults: [{ id: 1, hits: 1 }] });
    await control(harness, 'DELETE', 'faults/1');
    expect((await harness.call('GET', '')).status).toBe(200);
    expect(await control(harness, 'POST', 'faults', { kind: 'earthquake' })).toMatchObject({ status: 400 });
    await control(harness, 'POST', 'faults', { kind: 'status500', times: null });
    await control(harness, 'DELETE', 'faults');
    expect((await harness.call('GET', '')).status).toBe(200);
  });

  it('the clock: moved, set, stopped', async () => {
    const harness = await start();
    expect((await control(harness, 'POST', 'clock', { advanceMs: 1000 })).body['now']).toBe(START + 1000);
    expect((await control(harness, 'POST', 'clock', { setTo: '2027-04-01T00:00:00Z' })).body['iso']).toBe(
      '2027-04-01T00:00:00.000Z',
    );
    expect((await control(harness, 'POST', 'clock', { frozen: true })).status).toBe(200);
    expect((await control(harness, 'POST', 'clock', { tomorrow: true })).status).toBe(400);
    expect((await control(harness, 'GET', 'clock')).body['iso']).toBe('2027-04-01T00:00:00.000Z');
  });

  it('switches: read, changed, refused when unknown', async () => {
    const harness = await start();
    expect((await control(harness, 'PATCH', 'switches', { maximumPageSize: 1 })).body['maximumPageSize']).toBe(1);
    expect((await control(harness, 'GET', 'switches')).body['maximumPageSize']).toBe(1);
    expect((await control(harness, 'PATCH', 'switches', { maximumPagesize: 2 })).status).toBe(400);
    expect((await control(harness, 'PATCH', 'switches', 'x')).status).toBe(400);
  });

  it('the request log leaves control out, counts by kind, and is reset', async () => {
    const harness = await start();
    await harness.call('POST', '', timed(23, '10:00', '11:00'));
    await listAll(harness.call);
    await control(harness, 'GET', 'dump');
    expect((await control(harness, 'GET', 'requests/counts')).body).toEqual({ 'events.insert': 1, 'events.list': 1 });
    const { body } = await control(harness, 'GET', 'requests?kind=events.insert');
    expect(body['requests']).toMatchObject([
      { kind: 'events.insert', account: HOME, status: 200, method: 'POST', body: { summary: 'Event' } },
    ]);
    await control(harness, 'DELETE', 'requests');
    expect(harness.simulator.requests.list()).toEqual([]);
  });

  it('dump, accounts, violations, clients, tokens', async () => {
    const harness = await start();
    harness.simulator.person(HOME).createEvent('primary', timed(23, '10:00', '11:00'));
    const calendars = (await control(harness, 'GET', 'dump')).body['calendars'] as { id: string; events: unknown[] }[];
    expect(calendars.map(({ id, events }) => [id, events.length])).toEqual([
      [WORK, 0],
      [HOME, 1],
    ]);
    expect((await control(harness, 'GET', 'accounts')).body).toMatchObject({
      accounts: [{ email: WORK }, { email: HOME }],
    });
    const client = await control(harness, 'POST', 'clients', { blocksOnly: false });
    const clientId = String(client.body['clientId']);
    const tokens = await control(harness, 'POST', 'tokens', { email: HOME, clientId });
    const use = () =>
      fetch(`${harness.simulator.url}/calendar/v3/calendars/primary/events`, {
        headers: { authorization: `Bearer ${String(tokens.body['accessToken'])}` },
      });
    expect((await use()).status).toBe(200);
    await control(harness, 'POST', 'tokens/expire', { email: HOME });
    expect((await use()).status).toBe(401);
    expect((await control(harness, 'POST', 'tokens', { email: 'nobody@x.example' })).status).toBe(404);
    expect((await control(harness, 'GET', 'violations')).body).toEqual({ violations: [] });
  });
});
