import { number } from './counts.ts';
import type { AppError, ErrorCode } from './errors.ts';

/**
 * Where a person reads a message. `app`: a page, a message box, a menu, or the page that ends a sign-in; there are
 * buttons, and nobody has to know a command. `command-line`: a terminal, where only commands and options can be given.
 */
export type Surface = 'app' | 'command-line';

/** What the one button beside a message does; `wait`: there is nothing to do, and so no button. */
export type Step = 'sign-in' | 'add-account' | 'set-up' | 'try-again' | 'resume' | 'show-calendar' | 'wait';

/** One sentence: what happened and what it means. One action: what to do. And the button that does it. */
export interface Message {
  readonly sentence: string;
  readonly action: string;
  readonly step: Step;
}

/** What to do: the same everywhere, or one for each surface where a command or a button has to be named. */
export type Action = string | { readonly [Each in Surface]: string };

interface Entry {
  /** A function where the failure fills a gap (`about`); null there is a failure that names nothing. */
  readonly sentence: string | ((about: string | null) => string);
  /** Where it is about several and would say `it` of them; else the sentence does. */
  readonly many?: (abouts: string) => string;
  readonly action: Action;
  readonly step: Step;
}

/** Takes the gap, the words around it and the words for none; returns what belongs into the sentence. */
const filled = (about: string | null, before: string, after = '', otherwise = ''): string =>
  about === null ? otherwise : `${before}${about}${after}`;

/** Takes the name of a file, or null where its text was pasted. */
const fileOrText = (about: string | null): string => (about === null ? 'That text' : `The file ${about}`);

/** All that CalSync says about a failure, in one place. */
const messages: { readonly [Code in ErrorCode]: Entry } = {
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
  offline: {
    sentence: 'Google cannot be reached right now; nothing is lost.',
    action: 'Check the network if this lasts; syncing goes on by itself.',
    step: 'try-again',
  },
  'proxy-login': {
    sentence: (about) =>
      `${filled(about, 'The proxy ', '', 'A proxy')} between this computer and Google wants a name and a password, so CalSync cannot get through; your blocks stay as they are.`,
    action:
      'Set HTTPS_PROXY to http://name:password@host:port and start CalSync again, or ask whoever runs the network to let it through without a login.',
    step: 'try-again',
  },
  'proxy-login-unsupported': {
    sentence: (about) =>
      `${filled(about, 'The proxy ', '', 'A proxy')} between this computer and Google wants a login of a kind that CalSync does not know, such as NTLM or Kerberos; your blocks stay as they are.`,
    action:
      'Ask whoever runs the network to let this computer reach www.googleapis.com, oauth2.googleapis.com and openidconnect.googleapis.com without one, or run a helper such as Px or cntlm and set it as the proxy.',
    step: 'try-again',
  },
  'proxy-refused': {
    sentence: (about) =>
      `Something between this computer and Google${filled(about, ' (the proxy ', ')')} does not let CalSync through; your blocks stay as they are.`,
    action:
      'Ask whoever runs the network to allow www.googleapis.com, oauth2.googleapis.com and openidconnect.googleapis.com.',
    step: 'try-again',
  },
  'proxy-trouble': {
    sentence: (about) =>
      `Something between this computer and Google${filled(about, ' (the proxy ', ')')} could not pass on what CalSync asked; nothing is lost.`,
    action: 'CalSync tries again by itself; if this lasts, tell whoever runs the network.',
    step: 'try-again',
  },
  'proxy-unreachable': {
    sentence: (about) =>
      `${filled(about, 'The proxy ', '', 'The proxy')} that is set between this computer and Google cannot be reached; your blocks stay as they are.`,
    action:
      'Connect to the network that the proxy belongs to, or change the proxy in the settings of this computer (for the command line: HTTPS_PROXY and NO_PROXY).',
    step: 'try-again',
  },
  'proxy-unsupported': {
    sentence: (about) =>
      `The proxy that is set between this computer and Google is of a kind that CalSync cannot use${filled(about, ' (', ')')}; your blocks stay as they are.`,
    action:
      'Set an HTTP proxy in the settings of this computer; for the command line, set HTTPS_PROXY to http://host:port.',
    step: 'try-again',
  },
  'network-inspected': {
    sentence:
      'Something between this computer and Google answers with a certificate of its own that CalSync has no reason to believe, so nothing was sent; your blocks stay as they are.',
    action:
      'In a company, install its certificate authority on this computer, or name the file of it in CALSYNC_EXTRA_CA_CERTS, and start CalSync again; in a hotel or the like, open a browser and sign in to the network.',
    step: 'try-again',
  },
  'network-portal': {
    sentence:
      'Something between this computer and Google answers in its place, as networks do that want you to sign in to them first; your blocks stay as they are.',
    action: 'Open a browser and sign in to the network; CalSync then goes on by itself.',
    step: 'try-again',
  },
  'authorities-unreadable': {
    sentence: (about) =>
      `No certificate could be read from the file of authorities that is named${filled(about, ' (', ')')}, so what a company has signed between this computer and Google is not believed.`,
    action:
      'Name a file in PEM form that you may read in CALSYNC_EXTRA_CA_CERTS, or take the variable away, then start CalSync again.',
    step: 'try-again',
  },
  'rate-limited': {
    sentence: (about) =>
      `Google asked CalSync to slow down${filled(about, ' for ')}, so the rest follows with the next sync.`,
    action: 'There is nothing to do.',
    step: 'wait',
  },
  'quota-exhausted': {
    sentence: (about) =>
      `Google’s limit for ${about ?? 'this account'} is used up, so CalSync leaves it alone for some hours.`,
    many: (abouts) => `Google’s limits for ${abouts} are used up, so CalSync leaves them alone for some hours.`,
    action: 'There is nothing to do; it goes on by itself.',
    step: 'wait',
  },
  'api-disabled': {
    sentence: 'Google Calendar is not switched on for your Google client, so nothing can be read.',
    action:
      'In the Google Cloud console open APIs & Services, enable “Google Calendar API”, wait a few minutes, then try again.',
    step: 'try-again',
  },
  'calendar-switched-off': {
    sentence: (about) =>
      `Google Calendar is switched off for ${about ?? 'this account'}, so its blocks stay as they are.`,
    many: (abouts) => `Google Calendar is switched off for ${abouts}, so their blocks stay as they are.`,
    action: 'Ask the administrator of this account to switch Google Calendar on; CalSync then goes on by itself.',
    step: 'try-again',
  },
  'request-unrecognised': {
    sentence: (about) =>
      `Google did not see that ${about ?? 'this account'} is signed in, so it answered nothing and its blocks stay as they are.`,
    many: (abouts) =>
      `Google did not see that ${abouts} are signed in, so it answered nothing and their blocks stay as they are.`,
    action: 'If this lasts, check whether a proxy or security program changes what this computer sends.',
    step: 'try-again',
  },
  'permission-missing': {
    sentence: (about) => `CalSync lacks a permission for ${about ?? 'this account'}, so its blocks stay as they are.`,
    action: {
      app: 'Sign in again and tick every box.',
      'command-line': 'Sign in again with `accounts add` and tick every box.',
    },
    step: 'sign-in',
  },
  'provider-trouble': {
    sentence: (about) => `Google has trouble right now${filled(about, ' with ')}; nothing is lost.`,
    action: 'There is nothing to do; CalSync tries again by itself.',
    step: 'try-again',
  },
  'answer-malformed': {
    sentence: (about) => `The answer ${filled(about, 'for ', '', 'of Google')} made no sense, so it was not used.`,
    action: 'If this lasts, check whether the network asks you to sign in to it first.',
    step: 'try-again',
  },
  'answer-too-large': {
    sentence: (about) =>
      `The answer ${filled(about, 'for ', '', 'of Google')} was too large even in the smallest pieces, so it was not used and all blocks stay as they are.`,
    action:
      'CalSync tries again with each sync; if this lasts, check whether the network asks you to sign in to it first.',
    step: 'try-again',
  },
  'request-refused': {
    sentence: (about) => `Google refused a change${filled(about, ' in ')}; the other changes went on.`,
    action: {
      app: 'See with the preview what is left to do; if it stays, please report it with the log.',
      'command-line': 'See with `plan` what is left to do; if it stays, please report it with the log.',
    },
    step: 'try-again',
  },
  'answer-differs': {
    sentence: (about) =>
      `Google answered a change${filled(about, ' in ')} with something else than was asked for, so nothing more was written there.`,
    action: 'CalSync looks again with the next sync; if it stays, please report it with the log.',
    step: 'try-again',
  },
  'read-refused': {
    sentence: (about) =>
      `Google refused to show ${about ?? 'a calendar'}, so what is known of it stays as it is, and its blocks too.`,
    many: (abouts) =>
      `Google refused to show ${abouts}, so what is known of them stays as it is, and their blocks too.`,
    action: 'CalSync asks again with each sync; if it stays, please report it with the log.',
    step: 'try-again',
  },
  'time-zone-refused': {
    sentence: (about) =>
      `Google does not know the time zone of a repeating event, so it has no block${filled(about, ' in ')}.`,
    action: 'CalSync asks again once a day; if the event is your own, the time zone of a city nearby helps.',
    step: 'try-again',
  },
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
};

/**
 * Takes a failure and where the person reads of it; returns what they are told. Total: the compiler refuses a code
 * without a sentence, an action for each surface and a step.
 */
export function messageFor(error: AppError, surface: Surface): Message {
  const { sentence, action, step } = messages[error.code];
  return {
    sentence: typeof sentence === 'string' ? sentence : sentence(error.about),
    action: actionOn(surface, action),
    step,
  };
}

/** So many are named; of more the rest is counted. */
const mostNamed = 2;

/** Takes names; returns them as one part of a sentence: `a`, `a and b`, or `a, b and 3 others`. */
export function namedTogether(names: readonly string[]): string {
  if (names.length <= mostNamed) return names.join(' and ');
  const others = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')} and ${number(others)} ${others === 1 ? 'other' : 'others'}`;
}

/**
 * Takes what has one cause and all that it is about, and where the person reads of it; returns what they are told: one sentence,
 * however many it touches.
 */
export function messageForAll(code: ErrorCode, abouts: readonly string[], surface: Surface): Message {
  const about = abouts.length === 0 ? null : namedTogether(abouts);
  const message = messageFor({ code, about, detail: null }, surface);
  const { many } = messages[code];
  return about === null || abouts.length === 1 || many === undefined ? message : { ...message, sentence: many(about) };
}

/** Takes where a person reads and what to do; returns what to do there. */
export function actionOn(surface: Surface, action: Action): string {
  return typeof action === 'string' ? action : action[surface];
}

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

/** What the pages say that a browser shows at the end of a sign-in. */
export const landingWords: {
  readonly signedIn: { readonly heading: string; readonly text: (email: string) => string };
  readonly failed: string;
  /** Failures whose heading says more than that it did not work. */
  readonly headings: { readonly [Code in ErrorCode]?: string };
  readonly goBack: string;
  readonly stranger: { readonly heading: string; readonly text: string; readonly last: string };
  readonly late: { readonly heading: string; readonly text: string; readonly last: string };
  readonly waiting: { readonly heading: string; readonly text: string; readonly last: string };
} = {
  signedIn: {
    heading: 'You are signed in',
    text: (email) => `CalSync may now use the calendars of ${email}.`,
  },
  failed: 'Signing in did not work',
  headings: {
    'consent-denied': 'Permission was not given',
    'consent-blocked': 'This sign-in is not allowed',
    'scope-missing': 'A box was not ticked',
    'sign-in-interrupted': 'The sign-in was given up',
    'account-other': 'That is another account',
  },
  goBack: 'You can close this page and go back to CalSync.',
  stranger: {
    heading: 'This page is not needed any more',
    text: 'It does not belong to the sign-in that CalSync waits for, or it was used already. Nothing was changed.',
    last: 'If you are signing in, finish on the page that CalSync opened last.',
  },
  late: {
    heading: 'That came too late',
    text: 'CalSync had stopped waiting for this sign-in, so nothing was connected and nothing was changed.',
    last: 'Go back to CalSync and sign in again.',
  },
  waiting: {
    heading: 'There is nothing to do here',
    text: 'CalSync waits at this address for the answer of a sign-in page.',
    last: 'If you are signing in, finish on the page that CalSync opened.',
  },
};
