import type { Messages } from './message.ts';
import { filled } from './message.ts';

/** What CalSync says about what was asked of CalSync. */
export const requestsMessages = {
  'command-unknown': {
    sentence: (about) => `There is no command ${about ?? 'like that'}.`,
    action: { app: 'Close this window and open it again.', 'command-line': 'See all commands with --help.' },
    step: 'try-again',
  },
  'option-invalid': {
    sentence: (about) => `That was not understood: ${about ?? 'an option'}.`,
    action: { app: 'Close this window and open it again.', 'command-line': 'See the options with --help.' },
    step: 'try-again',
  },
  'file-exists': {
    sentence: (about) => `There is a file${filled(about, ' ')} already, so nothing was written.`,
    action: {
      app: 'Choose another name.',
      'command-line': 'Name another file, or replace it with --force.',
    },
    step: 'try-again',
  },
  'file-not-written': {
    sentence: (about) => `The file${filled(about, ' ')} could not be written.`,
    action: 'Check that its folder is there, has room and may be written to, or choose another.',
    step: 'try-again',
  },
  'confirmation-needed': {
    sentence: (about) => `This ${about ?? 'removes blocks'} and was not confirmed, so nothing was changed.`,
    action: { app: 'Confirm it, if you want it.', 'command-line': 'Say it again with --yes.' },
    step: 'try-again',
  },
  'port-taken': {
    sentence: (about) => `${filled(about, 'Port ', '', 'That port')} is in use by another program.`,
    action: {
      app: 'Quit the other program, then try again.',
      'command-line': 'Choose another with --port, or 0 for any free one.',
    },
    step: 'try-again',
  },
  'request-invalid': {
    sentence: 'The window asked for something that CalSync does not do, so nothing was changed.',
    action: 'Close the window and open it again.',
    step: 'try-again',
  },
  cancelled: {
    sentence: 'It was stopped before its end; what was done stays done, and the rest follows with the next sync.',
    action: 'Start it again when you are ready.',
    step: 'try-again',
  },
  unexpected: {
    sentence: (about) => `CalSync met a fault of its own${filled(about, ' (', ')')}; your own events are untouched.`,
    action: 'Please report it with the log.',
    step: 'try-again',
  },
} satisfies Messages;
