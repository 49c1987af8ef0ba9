import type { Messages } from './message.ts';
import { filled } from './message.ts';

/** What CalSync says about accounts, the keychain that their sign-ins are kept in, and their calendars. */
export const accountsMessages = {
  'account-unknown': {
    sentence: (about) => filled(about, 'No account called ', ' is connected.', 'That account is not connected.'),
    action: {
      app: 'It may have been removed in the meantime.',
      'command-line': 'See the connected ones with `accounts list`.',
    },
    step: 'add-account',
  },
  'needs-sign-in': {
    sentence: (about) => `The sign-in to ${about ?? 'this account'} has ended; its blocks stay as they are.`,
    action: {
      app: 'Sign in again; everything you chose is kept.',
      'command-line': 'Sign in again with `accounts add`; everything you chose is kept.',
    },
    step: 'sign-in',
  },
  'sign-in-ends-soon': {
    sentence: (about) =>
      `The sign-in to ${about ?? 'this account'} ends within two days, because your Google client is set to “Testing”.`,
    action: {
      app: 'Sign in again; set the client to “In production” in the Google Cloud console, and sign-ins last.',
      'command-line':
        'Sign in again with `accounts add`; set the client to “In production” in the Google Cloud console, and sign-ins last.',
    },
    step: 'sign-in',
  },
  'keychain-unavailable': {
    sentence: 'This computer has no keychain that CalSync can use, so sign-ins last only until CalSync quits.',
    action: 'Install and unlock a keychain (on Linux: libsecret with GNOME Keyring or KWallet) to stay signed in.',
    step: 'wait',
  },
  'keychain-failed': {
    sentence: (about) => `The keychain cannot be read now${filled(about, ' (', ')')}.`,
    action: {
      app: 'Unlock the keychain; CalSync then goes on by itself.',
      'command-line':
        'Unlock the keychain, then try again; a timetable has to name the session of your desktop, as docs/cli.md tells.',
    },
    step: 'try-again',
  },
  'keychain-asks': {
    sentence: 'The keychain has not answered yet; it may be asking you for its password.',
    action: 'Look for its question on your screen and answer it; CalSync then goes on by itself.',
    step: 'wait',
  },
  'calendar-unknown': {
    sentence: (about) => filled(about, 'No calendar called ', ' is connected.', 'That calendar is not connected.'),
    action: {
      app: 'It may have been removed in the meantime.',
      'command-line': 'See the connected ones with `calendars list`.',
    },
    step: 'show-calendar',
  },
  'calendar-gone': {
    sentence: (about) =>
      `${filled(about, 'The calendar ', '', 'A calendar')} can no longer be seen: it was deleted, or is not shared with you any more; its blocks elsewhere stay.`,
    many: (abouts) =>
      `The calendars ${abouts} can no longer be seen: they were deleted, or are not shared with you any more; their blocks elsewhere stay.`,
    action: {
      app: 'Switch it off to have its blocks removed, or ask for it to be shared with you again.',
      'command-line': 'Have its blocks removed with `calendars ignore`, or ask for it to be shared with you again.',
    },
    step: 'show-calendar',
  },
  'calendars-offered': {
    sentence: (about) =>
      `${about ?? 'An account'} has calendars that are not used yet, because you have not seen what they would write.`,
    action: {
      app: 'Look at what they would write, then use them or leave them.',
      'command-line': 'See that and use them with `calendars use --new`, or leave them with `calendars ignore`.',
    },
    step: 'show-calendar',
  },
  'calendar-read-only': {
    sentence: (about) => `You may only read ${about ?? 'this calendar'}, so CalSync cannot put blocks there.`,
    action: {
      app: 'Let it make blocks only, or ask its owner for permission to change events.',
      'command-line': 'Use it with `calendars use --source-only`, or ask its owner for permission to change events.',
    },
    step: 'show-calendar',
  },
  'calendar-private-hidden': {
    sentence: (about) =>
      `${filled(about, 'The calendar ', '', 'This calendar')} cannot get blocks, because its private events cannot be seen, and CalSync would not know its own blocks again.`,
    many: (abouts) =>
      `The calendars ${abouts} cannot get blocks, because their private events cannot be seen, and CalSync would not know its own blocks again.`,
    action: {
      app: 'Let it make blocks only, or ask its owner to let you see private events, too.',
      'command-line': 'Use it with `calendars use --source-only`, or ask its owner to let you see private events, too.',
    },
    step: 'show-calendar',
  },
  'calendar-seen-less': {
    sentence: (about) =>
      `You see less of ${about ?? 'this calendar'} than before, so CalSync does not use it now; its blocks stay as they are.`,
    many: (abouts) =>
      `You see less of ${abouts} than before, so CalSync does not use them now; their blocks stay as they are.`,
    action: {
      app: 'Ask its owner for what you could see, or use it with what you see now.',
      'command-line': 'Ask its owner for what you could see, or use it with what you see now: `calendars use`.',
    },
    step: 'show-calendar',
  },
  'calendar-renamed': {
    sentence: (about) =>
      `${filled(about, 'The calendar ', '', 'A calendar')} looks like one of yours under a new address, so neither is used before you have said whether it is.`,
    many: (abouts) =>
      `The calendars ${abouts} look like some of yours under new addresses, so they are not used before you have said whether they are.`,
    action: {
      app: 'Say in the settings, under “Calendars”, whether it is the same one.',
      'command-line': 'Say whether it is the same one with `calendars renamed`.',
    },
    step: 'show-calendar',
  },
  'too-few-calendars': {
    sentence: 'There is nothing to sync yet: at least two calendars must be in use.',
    action: {
      app: 'Add another account, or switch on another calendar.',
      'command-line': 'Add an account with `accounts add`, then choose calendars with `calendars use`.',
    },
    step: 'add-account',
  },
} satisfies Messages;
