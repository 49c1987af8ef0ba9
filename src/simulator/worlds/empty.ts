import type { World } from './schema.ts';

/** Two accounts with one calendar each and nothing in them. */
export function emptyWorld(): World {
  return {
    accounts: [account('work@northwind.example', 'Robin Sommer (work)'), account('me@home.example', 'Robin Sommer')],
  };
}

function account(email: string, name: string): World['accounts'][number] {
  return {
    email,
    name,
    calendars: [{ id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner', primary: true }],
  };
}
