import type { AppError, ErrorCode } from './errors.ts';

/** One sentence that says what happened and what it means, and one that says what to do. */
export interface Message {
  readonly sentence: string;
  readonly action: string;
}

const it = (about: string | null, otherwise: string): string => about ?? otherwise;

/** All that CalSync says about a failure, in one place. `about` is the gap that the failure fills. */
const messages: { readonly [Code in ErrorCode]: (about: string | null) => Message } = {
  'client-missing': () => ({
    sentence: 'CalSync has no Google client yet, so it cannot sign in anywhere.',
    action:
      'Give it the client_secret_….json file from the Google Cloud console with --client-file, or set GOOGLE_OAUTH_CLIENT_ID and GOOGLE_OAUTH_CLIENT_SECRET.',
  }),
  'client-file-unreadable': (about) => ({
    sentence: `The client file ${it(about, '')} cannot be read.`,
    action: 'Check the path and that you may read the file.',
  }),
  'client-file-not-json': (about) => ({
    sentence: `The file ${it(about, '')} is not a Google client file: it is not valid JSON with an "installed" part.`,
    action: 'In the Google Cloud console open Clients, choose your desktop client and download its JSON again.',
  }),
  'client-file-wrong-kind': (about) => ({
    sentence: `The file ${it(about, '')} belongs to a client of another kind; CalSync needs one of type "Desktop app".`,
    action: 'Create a client of type "Desktop app" in the Google Cloud console and download its JSON.',
  }),
  'browser-unavailable': () => ({
    sentence: 'No browser could be opened for signing in.',
    action: 'Use --no-browser and open the printed address yourself.',
  }),
  'loopback-unavailable': (about) => ({
    sentence: `CalSync could not listen for the answer of the sign-in page${about === null ? '' : ` (${about})`}.`,
    action: 'Allow CalSync to listen on 127.0.0.1 and try again.',
  }),
  'consent-denied': () => ({
    sentence: 'Permission was not given, so the account was not added. Nothing was changed.',
    action: 'Add the account again and choose Allow.',
  }),
  'consent-blocked': (about) => ({
    sentence: `Google did not allow this sign-in${about === null ? '' : ` (${about})`}. Nothing was changed.`,
    action: 'Ask the administrator of this account to allow your Google client, or use another account.',
  }),
  'consent-timeout': () => ({
    sentence: 'Nobody finished the sign-in page in time. Nothing was changed.',
    action: 'Add the account again and finish within five minutes.',
  }),
  'state-mismatch': () => ({
    sentence: 'An answer arrived that does not belong to this sign-in, so it was refused. Nothing was changed.',
    action: 'Close other sign-in pages and add the account again.',
  }),
  'code-refused': () => ({
    sentence: 'Google did not accept the answer of the sign-in page. Nothing was changed.',
    action: 'Add the account again; if it happens twice, check the clock of this computer.',
  }),
  'client-refused': () => ({
    sentence: 'Google does not know this client, or its secret is wrong.',
    action: 'Download the client file again from the Google Cloud console and give it to CalSync.',
  }),
  'scope-missing': (about) => ({
    sentence: `A permission that CalSync needs was not ticked: ${it(about, 'see and change events')}. The account was not added.`,
    action: 'Add the account again and tick every box.',
  }),
  'identity-missing': () => ({
    sentence: 'Google did not say which account signed in, so it was not added.',
    action: 'Add the account again and tick every box.',
  }),
  'sign-in-interrupted': () => ({
    sentence: 'The sign-in was interrupted. Nothing was changed.',
    action: 'Add the account again.',
  }),
  'account-unknown': (about) => ({
    sentence: `No account called ${it(about, 'that')} is connected.`,
    action: 'See the connected ones with `accounts list`.',
  }),
  'needs-sign-in': (about) => ({
    sentence: `Google wants you to sign in again to ${it(about, 'this account')}. Its blocks stay as they are.`,
    action: 'Sign in again with `accounts add`; everything you chose is kept.',
  }),
  'sign-in-ends-soon': (about) => ({
    sentence: `The sign-in to ${it(about, 'this account')} ends within two days, because its Google client is still in testing.`,
    action: 'Sign in again in time, or publish the client in the Google Cloud console; everything you chose is kept.',
  }),
  'keychain-unavailable': () => ({
    sentence: 'This computer has no keychain that CalSync can use, so sign-ins last only until CalSync quits.',
    action: 'Install and unlock a keychain (on Linux: libsecret with GNOME Keyring or KWallet) to stay signed in.',
  }),
  'keychain-failed': (about) => ({
    sentence: `The keychain did not answer${about === null ? '' : ` (${about})`}.`,
    action: 'Unlock the keychain and try again.',
  }),
  'calendar-unknown': (about) => ({
    sentence: `No calendar called ${it(about, 'that')} is connected.`,
    action: 'See the connected ones with `calendars list`.',
  }),
  'calendar-gone': (about) => ({
    sentence: `The calendar ${it(about, '')} can no longer be seen. Its blocks elsewhere stay as they are.`,
    action: 'Ask for it to be shared again, or ignore it with `calendars ignore`.',
  }),
  'calendar-read-only': (about) => ({
    sentence: `CalSync may only read ${it(about, 'this calendar')}, so it cannot put blocks there.`,
    action: 'Use it as a source only, or ask its owner for permission to change events.',
  }),
  'too-few-calendars': () => ({
    sentence: 'There is nothing to sync yet: at least two calendars must be in use.',
    action: 'Add an account with `accounts add`, then choose calendars with `calendars use`.',
  }),
  offline: () => ({
    sentence: 'Google cannot be reached right now. Nothing is lost; CalSync catches up by itself.',
    action: 'Check the network if this lasts.',
  }),
  'rate-limited': (about) => ({
    sentence: `Google asked us to slow down${about === null ? '' : ` for ${about}`}. The rest follows in the next run.`,
    action: 'Nothing to do.',
  }),
  'quota-exhausted': (about) => ({
    sentence: `Google's limit for ${it(about, 'this account')} is used up, so CalSync pauses it for some hours.`,
    action: 'Nothing to do; it goes on by itself.',
  }),
  'api-disabled': () => ({
    sentence: 'The Google Calendar API is not switched on for your Google Cloud project.',
    action: 'Open APIs & Services in the Google Cloud console, enable "Google Calendar API", then sync again.',
  }),
  'permission-missing': (about) => ({
    sentence: `CalSync lacks a permission for ${it(about, 'this account')}.`,
    action: 'Sign in again with `accounts add` and tick every box.',
  }),
  'provider-trouble': (about) => ({
    sentence: `Google has trouble right now${about === null ? '' : ` with ${about}`}. Nothing is lost.`,
    action: 'Nothing to do; CalSync tries again in the next run.',
  }),
  'answer-malformed': (about) => ({
    sentence: `The answer for ${it(about, 'a request')} made no sense, so it was not used. Nothing was changed.`,
    action: 'If this lasts, check whether a proxy or a sign-in page of the network stands between.',
  }),
  'request-refused': (about) => ({
    sentence: `Google refused a change${about === null ? '' : ` in ${about}`}. The other changes went on.`,
    action: 'Run `plan` to see what is left; if it stays, please report it with the log.',
  }),
  'address-invalid': (about) => ({
    sentence: `${it(about, 'That')} is not an address of a calendar server.`,
    action: 'Use a full http:// or https:// address without a path, for example http://127.0.0.1:4100.',
  }),
  'data-folder-unusable': (about) => ({
    sentence: `The data folder ${it(about, '')} cannot be used.`,
    action: 'Check that it exists, is a folder, and that you may write there, or choose another with --data-dir.',
  }),
  'database-corrupt': (about) => ({
    sentence: `The database was damaged. It was kept as ${it(about, 'a copy')} and a new one was started; your calendars are untouched.`,
    action: 'Add your accounts again; CalSync recognises its blocks and makes none twice.',
  }),
  'database-from-future': (about) => ({
    sentence: `The database was written by a newer CalSync${about === null ? '' : ` (format ${about})`}. It was left as it is.`,
    action: 'Install the newest CalSync, or choose another folder with --data-dir.',
  }),
  'database-failed': (about) => ({
    sentence: `The database could not be used${about === null ? '' : `: ${about}`}. Nothing was changed in your calendars.`,
    action: 'Check free space and permissions of the data folder.',
  }),
  'busy-elsewhere': (about) => ({
    sentence: `Another CalSync is working with these calendars right now${about === null ? '' : ` (${about})`}.`,
    action: 'Wait until it is done, or quit it, and try again.',
  }),
  paused: (about) => ({
    sentence: `Syncing is paused${about === null ? '' : ` until ${about}`}.`,
    action: 'Resume it with `resume`.',
  }),
  'hold-unknown': (about) => ({
    sentence: `Nothing called ${it(about, 'that')} is waiting for you.`,
    action: 'See what waits with `holds list`.',
  }),
  'mute-unknown': (about) => ({
    sentence: `No block called ${it(about, 'that')} is kept away.`,
    action: 'See the list with `mutes list`.',
  }),
  'command-unknown': (about) => ({
    sentence: `There is no command ${it(about, 'like that')}.`,
    action: 'See all commands with --help.',
  }),
  'option-invalid': (about) => ({
    sentence: `That was not understood: ${it(about, 'an option')}.`,
    action: 'See the options with --help.',
  }),
  'confirmation-needed': (about) => ({
    sentence: `This removes ${it(about, 'things')} and was not confirmed. Nothing was changed.`,
    action: 'Say it again with --yes.',
  }),
  'port-taken': (about) => ({
    sentence: `Port ${it(about, '')} is in use by another program.`,
    action: 'Choose another with --port, or 0 for any free one.',
  }),
  'request-invalid': () => ({
    sentence: 'The page asked for something that CalSync does not do.',
    action: 'Reload the page.',
  }),
  cancelled: () => ({
    sentence: 'It was stopped before the end. What was done stays done; the rest follows in the next run.',
    action: 'Run it again.',
  }),
  unexpected: (about) => ({
    sentence: `CalSync met a fault of its own${about === null ? '' : `: ${about}`}. Your calendars are as they were left.`,
    action: 'Please report it with the log.',
  }),
};

/** Takes a failure, returns what a person is told about it. */
export function messageFor(error: AppError): Message {
  return messages[error.code](error.about);
}
