import { number } from '../counts.ts';
/** What a check of everything (`doctor`) says where it meets no failure; failures are told by their messages. */
export const checkWords = {
  dataFolder: { name: 'Data folder', fine: 'It can be written.' },
  client: { name: 'Google client', fine: 'There is one.' },
  keychain: { name: 'Keychain', fine: 'Sign-ins are kept in the keychain.' },
  network: {
    way: 'Way to Google',
    direct: 'Without a proxy.',
    through: (proxy: string): string => `Through the proxy ${proxy}.`,
    certificate: 'Certificate',
    signedBy: (authority: string): string => `What answers is signed by ${authority}.`,
    authorities: 'Authorities',
    known: (system: number, named: number): string =>
      `Known are those that CalSync brings along, ${number(system)} of this computer, and ${number(named)} of the file that is named.`,
  },
  accounts: {
    name: 'Accounts',
    none: 'None is connected yet.',
    noneAction: { app: 'Add one under Accounts.', 'command-line': 'Add one with `accounts add`.' },
  },
  account: { name: (email: string): string => `Account ${email}`, fine: 'Its calendars can be seen.' },
  calendars: { name: 'Calendars', fine: (count: number): string => `${number(count)} in use.` },
  calendar: { name: (calendar: string): string => `Calendar ${calendar}` },
  lastSync: {
    name: 'Last sync',
    fine: 'It went well.',
    none: 'There was none yet.',
    noneAction: { app: 'Sync now.', 'command-line': 'Sync with `sync`.' },
  },
} as const;
