import type { Messages } from './message.ts';
import { filled } from './message.ts';

/** What CalSync says about this computer: how CalSync was started, its disk, its clock, and others at work. */
export const computerMessages = {
  'address-invalid': {
    sentence: (about) => `${about ?? 'That'} is not an address of a calendar server on this computer.`,
    action:
      'Use one of this computer without a path, for example http://127.0.0.1:4100; sign-ins go nowhere else but to Google.',
    step: 'try-again',
  },
  'start-unsafe': {
    sentence: (about) =>
      `CalSync does not start with ${about ?? 'that'}, because others could then see or change what it does with your calendars.`,
    action: 'Start it without that; an authority of your own for certificates is named with CALSYNC_EXTRA_CA_CERTS.',
    step: 'try-again',
  },
  'database-elsewhere': {
    sentence: (about) =>
      `The accounts in this data folder belong to ${about ?? 'another server'}, so nothing was opened.`,
    action: {
      app: 'Start CalSync as it was started when the accounts were added.',
      'command-line':
        'Leave --google-url and CALSYNC_GOOGLE_URL as they were when the accounts were added, or choose another folder with --data-dir.',
    },
    step: 'try-again',
  },
  'data-folder-unusable': {
    sentence: (about) => `The data folder${filled(about, ' ')} cannot be used.`,
    action: {
      app: 'Check that it is a folder of your own and that you may write there, then start CalSync again.',
      'command-line':
        'Check that it is a folder of your own and that you may write there, or choose another with --data-dir.',
    },
    step: 'try-again',
  },
  'database-corrupt': {
    sentence: (about) =>
      `The database was damaged, so it was kept as ${about ?? 'a copy'} and a new one was started; your calendars are untouched.`,
    action: {
      app: 'Add your accounts again; CalSync recognises its blocks and makes none twice.',
      'command-line':
        'Add your accounts again with `accounts add`; CalSync recognises its blocks and makes none twice.',
    },
    step: 'add-account',
  },
  'database-from-future': {
    sentence: (about) =>
      `The database was written by a newer CalSync${filled(about, ' (format ', ')')}, so it was left as it is.`,
    action: {
      app: 'Install the newest CalSync.',
      'command-line': 'Install the newest CalSync, or choose another folder with --data-dir.',
    },
    step: 'try-again',
  },
  'database-failed': {
    sentence: (about) =>
      `The database could not be used${filled(about, ' (', ')')}, so nothing was changed in your calendars.`,
    action: 'Check that the disk has room and that you may write to the data folder, then try again.',
    step: 'try-again',
  },
  'program-damaged': {
    sentence: 'A part of CalSync is missing or does not fit this computer, so nothing was changed in your calendars.',
    action: 'Install CalSync again, made for this system; all that you chose is kept.',
    step: 'try-again',
  },
  'clock-wrong': {
    sentence: (about) =>
      `The clock of this computer is wrong${filled(about, ' (', ')')}, so CalSync cannot tell what is over; nothing is taken for past meanwhile.`,
    action: 'Set the date, the time and the time zone of this computer right, then try again.',
    step: 'try-again',
  },
  'busy-elsewhere': {
    sentence: (about) => `Another CalSync is working with these calendars right now${filled(about, ' (', ')')}.`,
    action: 'Wait until it is done, or quit it, then try again.',
    step: 'try-again',
  },
} satisfies Messages;
