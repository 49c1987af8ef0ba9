import type { Messages } from './message.ts';
import { fileOrText, filled } from './message.ts';

/** What CalSync says about what goes wrong with the client that the person brings, and while they sign in. */
export const signInMessages = {
  'client-missing': {
    sentence: 'CalSync has no Google client yet, so it cannot sign in anywhere.',
    action: {
      app: 'The first steps tell how to get one.',
      'command-line':
        'Name the client_secret_….json file from the Google Cloud console with --client-file, or set GOOGLE_OAUTH_CLIENT_ID and GOOGLE_OAUTH_CLIENT_SECRET.',
    },
    step: 'set-up',
  },
  'client-file-unreadable': {
    sentence: (about) => `The client file${filled(about, ' ')} cannot be read.`,
    action: {
      app: 'Check that you may open the file, then try again.',
      'command-line': 'Check the path and that you may read the file.',
    },
    step: 'set-up',
  },
  'client-file-not-json': {
    sentence: (about) => `${fileOrText(about)} is not a Google client file.`,
    action: 'In the Google Cloud console open Clients, choose your desktop client and download its JSON again.',
    step: 'set-up',
  },
  'client-file-wrong-kind': {
    sentence: (about) =>
      `${fileOrText(about)} belongs to a client of another kind; CalSync needs one of type “Desktop app”.`,
    action: 'Create a client of type “Desktop app” in the Google Cloud console and download its JSON.',
    step: 'set-up',
  },
  'browser-unavailable': {
    sentence: 'No browser could be opened.',
    action: {
      app: 'Choose a standard browser in the settings of this computer, then try again.',
      'command-line': 'Run `accounts add --no-browser` and open the printed address yourself.',
    },
    step: 'try-again',
  },
  'loopback-unavailable': {
    sentence: (about) => `CalSync could not wait for the answer of the sign-in page${filled(about, ' (', ')')}.`,
    action: 'Allow CalSync to listen on this computer (127.0.0.1), then try again.',
    step: 'try-again',
  },
  'consent-denied': {
    sentence: 'Permission was not given, so nothing was changed.',
    action: 'Sign in again and choose “Continue” on Google’s page.',
    step: 'sign-in',
  },
  'consent-blocked': {
    sentence: (about) => `Google did not allow this sign-in${filled(about, ' (', ')')}, so nothing was changed.`,
    action: 'Ask the administrator of this account to allow your Google client, or use another account.',
    step: 'try-again',
  },
  'consent-timeout': {
    sentence: 'The sign-in page was not finished in time, so nothing was changed.',
    action: 'Sign in again and finish within five minutes.',
    step: 'sign-in',
  },
  'state-mismatch': {
    sentence: 'An answer arrived that does not belong to this sign-in, so it was not used.',
    action: 'Close other sign-in pages and sign in again.',
    step: 'try-again',
  },
  'code-refused': {
    sentence: 'Google did not accept the answer of the sign-in page, so nothing was changed.',
    action: 'Sign in again; if it happens twice, check the clock of this computer.',
    step: 'try-again',
  },
  'client-refused': {
    sentence: 'Google does not accept your Google client: it was deleted, or its file is out of date.',
    action: {
      app: 'Download the client file again from the Google Cloud console and give it to CalSync.',
      'command-line':
        'Download the client file again from the Google Cloud console and name it with `accounts add --client-file`.',
    },
    step: 'set-up',
  },
  'scope-missing': {
    sentence: (about) =>
      `CalSync needs a permission that was not ticked (${about ?? 'see and change events'}), so nothing was changed.`,
    action: 'Sign in again and tick every box.',
    step: 'sign-in',
  },
  'identity-missing': {
    sentence: 'Google did not say which account signed in, so nothing was changed.',
    action: 'Sign in again and tick every box.',
    step: 'try-again',
  },
  'sign-in-interrupted': {
    sentence: 'The sign-in was given up before its end, so nothing was changed.',
    action: 'Sign in again when you are ready.',
    step: 'sign-in',
  },
  'account-other': {
    sentence: (about) => `You signed in as ${about ?? 'another account'}, so nothing was changed.`,
    action: {
      app: 'Sign in again and choose the account that you want to reconnect, or add the other one as a new account.',
      'command-line': 'Sign in again and choose that account, or add the other one with `accounts add` alone.',
    },
    step: 'sign-in',
  },
  'sign-in-offline': {
    sentence: 'Google could not be reached to finish the sign-in, so nothing was changed.',
    action: {
      app: 'Check the network, then sign in again.',
      'command-line': 'Check the network, then run it again.',
    },
    step: 'sign-in',
  },
  'sign-in-trouble': {
    sentence: 'Google had trouble before the sign-in was finished, so nothing was changed.',
    action: { app: 'Sign in again in a few minutes.', 'command-line': 'Run it again in a few minutes.' },
    step: 'sign-in',
  },
} satisfies Messages;
