import type { World } from '../../src/simulator/index.ts';

/** Takes addresses; returns a world of these accounts, each with its main calendar in Berlin and nothing in it. */
export function mainCalendars(...emails: readonly string[]): World {
  return {
    accounts: emails.map((email) => ({
      email,
      name: email,
      calendars: [{ id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner', primary: true }],
    })),
  };
}

/** Takes a day; returns what a person gives for an event from ten to eleven in Berlin. */
export function hourOn(date: string) {
  return {
    summary: 'Secret plans',
    start: { dateTime: `${date}T10:00:00`, timeZone: 'Europe/Berlin' },
    end: { dateTime: `${date}T11:00:00`, timeZone: 'Europe/Berlin' },
  };
}
