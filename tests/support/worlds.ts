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
