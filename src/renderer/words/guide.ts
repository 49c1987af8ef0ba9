import type { HelpLink } from '../../shared/ipc.ts';
import { number } from './counts.ts';

/** One thing to do in Google's console: what it looks like there, in words, and the page where it is. */
export interface ConsoleStep {
  readonly title: string;
  readonly text: string;
  readonly link: HelpLink | null;
  readonly linkLabel: string;
}

const consoleSteps: readonly ConsoleStep[] = [
  {
    title: 'Make a project',
    text: 'Choose any name, for example “CalSync”, and press Create. It costs nothing and asks for no card.',
    link: 'console-projects',
    linkLabel: 'Open “New project”',
  },
  {
    title: 'Switch on the calendar',
    text: 'The page is called “Google Calendar API” and has one blue button: Enable.',
    link: 'console-enable-api',
    linkLabel: 'Open “Google Calendar API”',
  },
  {
    title: 'Say who you are',
    text: 'Under “Branding” Google asks for an app name and your address. Choose “External” as the audience, unless all your accounts belong to one company.',
    link: 'console-consent',
    linkLabel: 'Open “Branding”',
  },
  {
    title: 'Let yourself in',
    text: 'Under “Audience” press “Publish app”, so that the status reads “In production”. Or leave it at “Testing” and add each of your addresses under “Test users”.',
    link: 'console-audience',
    linkLabel: 'Open “Audience”',
  },
  {
    title: 'Make the client',
    text: 'Under “Clients” press “Create client”, choose the type “Desktop app”, press Create, then “Download JSON”. The file is called client_secret_….json.',
    link: 'console-clients',
    linkLabel: 'Open “Clients”',
  },
];

/** What the guide says. */
export const guideWords = {
  title: 'First steps',
  progress: 'Steps',
  steps: ['What it does', 'Google client', 'Accounts', 'Calendars'],
  stepOf: (step: number, total: number): string => `Step ${number(step)} of ${number(total)}`,
  stepDone: 'done',
  next: 'Continue',
  back: 'Back',
  leave: 'Leave the guide',

  does: {
    title: 'One busy time, in all your calendars',
    text: 'When you have an event in one calendar, CalSync puts a block that says “🔒\u00a0Busy” at the same time into the others. So nobody books over it, wherever they look.',
    will: 'What it does',
    wills: [
      'It follows you: events that move, repeat or go away take their blocks with them.',
      'It runs on this computer. There is no server behind it, and nobody else sees your calendars.',
      'It keeps your sign-ins in the keychain of this computer.',
    ],
    never: 'What it will never do',
    nevers: [
      'Change or delete an event that it did not make.',
      'Say more than “busy”, unless you ask for it.',
      'Invite anybody, or send a mail.',
    ],
  },

  client: {
    title: 'Your own Google client',
    text: 'Google lets no program read a calendar without a client: a small file that says who asks. Yours belongs to you alone, so nobody else’s limits or decisions concern you. It takes about ten minutes, once.',
    steps: consoleSteps,
    menuNote:
      'Google moves these pages now and then. If one looks different, look for the same words in the menu at its left.',
    testingTitle: 'Testing, or In production?',
    testing:
      'While the status is “Testing”, Google ends each sign-in after seven days, and CalSync has to ask you to sign in again every week.',
    production:
      '“In production” sign-ins last. Google then warns that the app is not verified: choose “Advanced”, then “Go to CalSync”. That is right here, because you made the client yourself.',
    fileTitle: 'Give the file to CalSync',
    drop: 'Drop client_secret_….json here',
    dropNow: 'Let go to use this file',
    choose: 'Choose the file…',
    paste: 'Or paste its text',
    pasteButton: 'Check the text',
    checking: 'Checking the file…',
    kept: (ending: string | null): string =>
      ending === null ? 'The client is kept in the keychain.' : `The client is there. Its name ends in …${ending}.`,
    replace: 'Use another file',
    tooLarge: 'That file is too large to be a client file.',
    tooLargeAdvice: 'In the Google Cloud console open Clients, choose your desktop client and download its JSON again.',
    unreadable: 'That file cannot be read.',
    unreadableAdvice: 'Check that you may open it, or paste its text below.',
    needed: 'Continue once the file is there.',
  },

  accounts: {
    title: 'Your accounts',
    text: 'Add each Google account that has a calendar of yours: two at least, because a block needs a place to go.',
    none: 'No account yet.',
    add: 'Add an account',
    addAnother: 'Add another account',
    oneMore:
      'One more account, and CalSync has something to do. You can go on with one, if it holds several calendars.',
    tick: 'Google asks for permission with boxes. Tick all of them, otherwise CalSync cannot see or change events.',
    held: 'Nothing is written to your calendars before you press “Start syncing” on the next page.',
    waiting: 'Waiting for your browser…',
    waitingMeaning: 'A browser window has opened. Sign in there, tick every box, and come back.',
    cancel: 'Cancel',
  },

  calendars: {
    title: 'Your calendars',
    text: 'Choose which calendars make blocks, and which get them. This can be changed at any time.',
    preview: 'What will happen',
    previewWorking: 'Looking at your calendars…',
    previewNothing: 'Nothing would be written yet. Switch on two calendars at least.',
    previewAgain: 'Look again',
    promise: 'Every block can be removed again with one button. Your own events are never touched.',
    start: 'Start syncing',
    starting: 'Starting…',
    started: 'CalSync is at work',
    startedText: 'It goes on by itself. You can close this window; the icon shows how things stand.',
    toSettings: 'See the settings',
  },
} as const;
