import type { Messages } from './message.ts';
import { filled } from './message.ts';

/** What CalSync says about syncs that do not happen, and what the person decides about them. */
export const syncingMessages = {
  'sync-overdue': {
    sentence: 'CalSync has not synced for a while, so what changed since then has no block yet.',
    action: {
      app: 'Sync now; if this comes back, please report it with the log.',
      'command-line':
        'Sync with `sync`, or start CalSync; if a timetable is to sync less often, say so with `policies set intervalMinutes=`.',
    },
    step: 'try-again',
  },
  paused: {
    sentence: (about) => `Syncing is paused${filled(about, ' until ')}; your blocks stay as they are.`,
    action: { app: 'Resume it when you are ready.', 'command-line': 'Resume it with `resume`.' },
    step: 'resume',
  },
  'reset-unfinished': {
    sentence: 'Removing all blocks was cut off before its end, so some may still be there.',
    action: {
      app: 'CalSync goes on with it; resuming syncing gives it up and puts the blocks back.',
      'command-line': 'Go on with `reset`, or give it up with `resume`, which puts the blocks back.',
    },
    step: 'wait',
  },
  'account-removal-unfinished': {
    sentence: (about) => `Removing ${about ?? 'an account'} was cut off before its end, so some blocks may be left.`,
    action: {
      app: 'CalSync goes on with it by itself.',
      'command-line': 'Go on with `accounts remove`, or keep the account with `accounts add`.',
    },
    step: 'wait',
  },
  'removals-left': {
    sentence: (about) =>
      `Blocks of a removed account are still in ${about ?? 'a calendar'}, because it could not be reached then.`,
    many: (abouts) => `Blocks of a removed account are still in ${abouts}, because these could not be reached then.`,
    action: 'They are removed as soon as it can be reached.',
    step: 'wait',
  },
  'not-started': {
    sentence: 'Nothing was written, because you have not asked for the first sync yet.',
    action: {
      app: 'Look at the preview, then start syncing.',
      'command-line': 'See what it would write with `plan`, then start with `sync --start`.',
    },
    step: 'try-again',
  },
  'hold-unknown': {
    sentence: (about) => filled(about, 'Nothing called ', ' is waiting for you.', 'That is not waiting for you.'),
    action: { app: 'It may have settled by itself.', 'command-line': 'See what waits with `holds list`.' },
    step: 'try-again',
  },
  'hold-changed': {
    sentence: () => 'What waits for you has changed since you looked, so nothing was done.',
    action: 'Look at it again, and choose then.',
    step: 'try-again',
  },
  'undo-unknown': {
    sentence: (about) =>
      `${filled(about, 'Sync ', '', 'That sync')} cannot be undone: it wrote nothing, was undone already, or is more than a week ago.`,
    action: { app: 'Nothing was done.', 'command-line': 'See what can be undone with `undo --list`.' },
    step: 'try-again',
  },
  'undo-changed': {
    sentence: 'What undoing would do has changed since you looked, so nothing was done.',
    action: 'Look at it again, and undo then.',
    step: 'try-again',
  },
  'kept-unknown': {
    sentence: (about) => filled(about, 'No block called ', ' is kept as it was.', 'That block is not kept as it was.'),
    action: { app: 'Its event may have changed, which ends that.', 'command-line': 'See the list with `kept list`.' },
    step: 'try-again',
  },
  'mute-unknown': {
    sentence: (about) => filled(about, 'No block called ', ' is kept away.', 'That block is not kept away.'),
    action: { app: 'It may have come back by itself.', 'command-line': 'See the list with `mutes list`.' },
    step: 'try-again',
  },
  'event-unknown': {
    sentence: 'No event and no block is known by that; what was made a moment ago is known after the next sync.',
    action: 'Use words of its title, its id, or the short name in the description of a block.',
    step: 'wait',
  },
} satisfies Messages;
