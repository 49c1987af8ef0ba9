import type {
  ActivityView,
  CalendarView,
  HoldChoice,
  HoldKind,
  HoldView,
  ResetReceipt,
  Status,
} from '../shared/dto.ts';
import type { AppError } from '../shared/errors.ts';
import type { HealthStep } from '../shared/health-words.ts';
import { holdSaid } from '../shared/health-words.ts';
import type { Message } from '../shared/messages.ts';
import { messageFor } from '../shared/messages.ts';
import type { Instant } from '../shared/time.ts';
import { elapsed, hour, minute } from '../shared/time.ts';
import { counted, deed, number } from './words/counts.ts';
import { guideWords } from './words/guide.ts';
import { previewWords } from './words/preview.ts';
import { settingsWords } from './words/settings-window.ts';
import { undoWords } from './words/undo.ts';
import { whyWords } from './words/why.ts';

/** Everything that the pages say; `words/` holds the sections of the settings window. Plain words, short sentences, no exclamation marks. */
export const words = {
  settings: settingsWords,
  guide: guideWords,
  preview: previewWords,
  undo: undoWords,
  why: whyWords,
  product: 'CalSync',
  demo: 'Demo',
  demoMeaning: 'A made-up world. No real calendar is touched.',
  lostCall: 'this page lost its connection',

  page: {
    loading: 'Opening CalSync…',
    lost: 'Connection to CalSync lost',
    ended: 'This page has ended',
  },
  paused: (until: string | null): string => (until === null ? 'Paused' : `Paused until ${until}`),
  syncingCount: (done: number, total: number): string => `Syncing… ${number(done)} of ${number(total)}`,
  syncingNow: 'Syncing now…',
  since: (time: string): string => `Since ${time}.`,
  syncProgress: 'Progress of the sync',
  timeLeft: (left: number, isNearSafe: boolean): string => {
    const time =
      left < hour
        ? counted(Math.round(left / minute), 'minute', 'minutes')
        : counted(Math.round(left / hour), 'hour', 'hours');
    if (left < minute) return 'Less than a minute left.';
    return isNearSafe ? `The next seven days are safe; the rest takes about ${time}.` : `About ${time} left.`;
  },
  rests: (until: string): string => `Google asked CalSync to wait, so it goes on at ${until}.`,
  lostMeaning: 'CalSync may have been quit. This page connects again by itself; what you see may be out of date.',
  endedMeaning: 'CalSync was started anew. Open the address that it printed.',
  calendarsUntouched: 'Your calendars stay as they are.',

  ago: (then: Instant, now: Instant): string => {
    const passed = elapsed(now - then);
    return passed === null ? 'a moment ago' : `${counted(passed.count, passed.unit, `${passed.unit}s`)} ago`;
  },
  next: (then: Instant, now: Instant): string => {
    const left = then - now;
    if (left < minute) return 'next in a moment';
    if (left < hour) return `next in ${number(Math.round(left / minute))} min`;
    return `next in ${number(Math.round(left / hour))} h`;
  },
  lastSync: (ago: string): string => `Last sync ${ago}.`,

  syncNow: 'Sync now',
  openSettings: 'Settings',
  menu: 'More',
  close: 'Close',
  done: 'Done',
  cancel: 'Cancel',
  hide: 'Hide',
  dismiss: 'Dismiss',
  resume: 'Resume',
  tryAgain: 'Try again',
  working: 'One moment…',

  pause: 'Pause',
  pauseFor: { forever: 'Until I resume', hour: 'For one hour', tomorrow: 'Until tomorrow' },

  menuItems: {
    preview: 'Preview the next sync…',
    mutes: 'Muted blocks…',
    accounts: 'Accounts…',
    reset: 'Remove all blocks…',
    about: 'About CalSync',
  },

  empty: {
    sentence:
      'CalSync puts a private “Busy” block into your other calendars for each event that you have, so that nobody books over it.',
    promise: 'Only “busy” leaves the calendar. Your own events are never changed.',
    button: 'Begin',
  },

  matters: 'Needs you',
  /** Where none of them is for the person to mend, to answer or to know. */
  mattersQuiet: 'Mends itself',
  steps: {
    'sign-in': 'Sign in',
    'add-account': 'Add account',
    'set-up': 'Set up',
    'try-again': 'Try again',
    resume: 'Resume',
    'show-calendar': 'Show it',
    preview: 'Look',
    decide: 'Decide',
    known: 'I know this',
  } satisfies Record<HealthStep, string>,
  known: 'You have said that you know this. It is told again when it changes.',
  signInHelp: {
    name: 'Help with signing in',
    failed: 'No browser could be opened. Open this address in one on this computer:',
    slow: 'No page to see? Open this address in a browser on this computer:',
    address: 'Address of Google’s page',
    copy: 'Copy',
    copied: 'Copied.',
    selected: 'It is selected; copy it with the keyboard.',
    openAgain: 'Open again',
    errors: 'If Google shows an error instead …',
    usualErrors: [
      '“Access blocked” or “has not completed verification”: add this address as a test user of your Google client, or publish it.',
      '“redirect_uri_mismatch”: the client is of another kind. Make one of type “Desktop app” and give its file to CalSync.',
      '“admin_policy_enforced” or “blocked by your administrator”: the administrator of this account must allow your Google client.',
    ],
  },
  signInWaiting: 'In your browser…',
  cancelSignIn: 'Cancel signing in',

  hold: (hold: HoldView) => holdSaid(hold, number),
  holdDecide: 'Decide',
  holdTitle: 'Your decision',
  /** Two answers, of which neither is the easier one. Without a choice nothing is done, and it goes on waiting. */
  holdChoices: {
    'mass-deletion': [
      { choice: 'proceed', label: (count) => `Remove ${counted(count, 'block', 'blocks')}` },
      { choice: null, label: (count) => `Leave ${counted(count, 'block', 'blocks')} there for now` },
    ],
    'external-wipe': [
      { choice: 'put-back', label: (count) => `Put ${counted(count, 'block', 'blocks')} back` },
      { choice: 'leave-away', label: (count) => `Leave ${counted(count, 'block', 'blocks')} away` },
    ],
  } satisfies Record<HoldKind, readonly { choice: HoldChoice | null; label: (count: number) => string }[]>,
  holdBlocks: {
    'mass-deletion': 'These would be removed',
    'external-wipe': 'These disappeared',
  } satisfies Record<HoldKind, string>,
  holdIn: (calendar: string, count: number): string => `${calendar}, ${counted(count, 'block', 'blocks')}`,
  holdQuestion: {
    'mass-deletion': 'Remove them?',
    'external-wipe': 'Put them back, or leave them away?',
  } satisfies Record<HoldKind, string>,

  accountState: {
    connected: null,
    'needs-sign-in': 'signed out',
    resting: 'resting for some hours',
  } satisfies Record<Status['accounts'][number]['state'], string | null>,
  accountKept: 'until CalSync quits',
  accountKeptMeaning: 'This computer has no keychain that CalSync can use, so this sign-in ends when CalSync quits.',
  accountEnds: (when: string): string => `sign-in ends ${when}`,
  accountEmpty: 'No calendars',

  direction: (calendar: Pick<CalendarView, 'source' | 'target'>): string =>
    calendar.source
      ? calendar.target
        ? 'Both ways: its events block others, and it gets blocks'
        : 'Its events block other calendars; it gets no blocks'
      : calendar.target
        ? 'It gets blocks; its events block nothing'
        : 'Not used',
  blocks: (count: number): string => counted(count, 'block', 'blocks'),
  unnamedCalendar: 'Unnamed calendar',
  unknownCalendar: 'A calendar that is not connected any more',
  useSource: 'Its events block my other calendars',
  useTarget: 'It gets blocks for my other calendars',
  readOnly: 'You may only read this calendar, so it cannot get blocks.',
  privateHidden: 'Its private events cannot be seen, so it cannot get blocks.',
  targetOff: (count: number): string =>
    `Switching this off removes ${counted(count, 'block', 'blocks')} here with the next sync.`,
  sourceOff: 'Switching this off removes the blocks for its events elsewhere with the next sync.',
  usedSoon: 'The next sync puts this into effect.',
  lastRead: (ago: string): string => `Last read ${ago}`,

  activityNow: 'Just now',
  activityLately: 'Lately',
  activityNone: 'Nothing has happened yet.',
  activityMore: (count: number): string => `Show ${number(count)} more`,
  activityKind: {
    added: 'added',
    changed: 'changed',
    moved: 'moved',
    removed: 'removed',
    'put-right': 'put right',
    muted: 'left away',
    held: 'waiting',
  } satisfies Record<ActivityView['kind'], string>,
  activitySeries: 'series',
  someTime: 'at some time',
  inCalendars: (count: number): string => counted(count, 'calendar', 'calendars'),

  previewTitle: 'The next sync',
  previewWorking: 'Looking at your calendars…',
  deed,
  previewNothing: 'There is nothing to do. Every block is as it should be.',
  previewSummary: (counts: { add: number; change: number; remove: number }, calendars: number): string => {
    const parts = [
      counts.add > 0 ? `add ${number(counts.add)}` : '',
      counts.change > 0 ? `change ${number(counts.change)}` : '',
      counts.remove > 0 ? `remove ${number(counts.remove)}` : '',
    ].filter((part) => part !== '');
    const total = counts.add + counts.change + counts.remove;
    return `This will ${parts.join(', ')} ${total === 1 ? 'block' : 'blocks'} in ${counted(calendars, 'calendar', 'calendars')}.`;
  },
  previewEffect: { add: 'to add', change: 'to change', remove: 'to remove' },
  previewMore: (count: number): string => `and ${number(count)} more`,
  previewLeft: (count: number): string => `Left as they are: ${counted(count, 'event', 'events')}`,
  previewHeld: 'Waiting for you',
  previewNote: 'Nothing has been written yet.',

  mutesTitle: 'Muted blocks',
  mutesMeaning:
    'These blocks were deleted in the calendar, or taken away by an undo, so CalSync does not put them back.',
  mutesNone: 'No block is muted. When you delete a block by hand, it is listed here and stays away.',
  muteUnknown: 'an event that is not known any more',
  muteIn: (calendar: string): string => `in ${calendar}`,
  muteLift: 'Put back',
  muteLiftIn: (calendar: string): string => `Put back in ${calendar}`,
  muteLifted: 'The block comes back with the next sync.',

  accountsTitle: 'Accounts',
  accountsNone: 'No account is connected.',
  accountAdd: 'Add an account',
  accountRemove: 'Remove…',

  resetTitle: 'Remove all blocks',
  resetSentence: (blocks: number, calendars: number): string =>
    blocks === 0
      ? 'CalSync knows of no block. It searches all your calendars and removes any that stand for your events there.'
      : `This removes ${counted(blocks, 'block', 'blocks')} from ${counted(calendars, 'calendar', 'calendars')}, and any older one for your events there.`,
  resetPromise: 'Your own events are never touched. Afterwards syncing is paused; resuming puts the blocks back.',
  resetWord: 'remove',
  resetType: 'Type “remove” to confirm',
  resetButton: 'Remove all blocks',
  resetWorking: 'Removing blocks…',
  resetWorkingCount: (done: number, total: number): string => `Removed ${number(done)} of ${number(total)}`,
  resetStays: 'You can close this; it goes on, and the receipt follows.',
  resetPaused: 'Syncing is paused.',

  removeTitle: 'Remove account',
  removeSentence: (email: string): string => `This removes ${email} from CalSync. What goes:`,
  removeGoes: (blocks: number): readonly string[] => [
    blocks === 0 ? 'the blocks in its calendars' : `${counted(blocks, 'block', 'blocks')} in its calendars`,
    'the blocks in other calendars that stand for its events',
    'its sign-in, and what you chose for its calendars',
  ],
  removePromise: 'Your own events are never touched.',
  removeRevoke: 'Also give back CalSync’s permission at Google',
  removeRevokeMeaning: 'CalSync on your other computers is then signed out, too.',
  removeKeepMeaning: 'Google goes on listing CalSync among the apps that may see this account.',
  removeButton: 'Remove account',
  removed: 'The account is removed.',

  receiptTitle: 'Receipt',
  /** The lines add up: the last is the sum of those above it. */
  receipt: (receipt: ResetReceipt): readonly { readonly label: string; readonly count: number }[] => [
    { label: 'Removed', count: receipt.removed },
    { label: 'Were gone already', count: receipt.alreadyGone },
    { label: 'Left alone (copies made by hand)', count: receipt.leftAlone },
    // Said only where there are some, because next to nobody has any.
    ...(receipt.formerAddress === 0
      ? []
      : [{ label: 'Left (made under another address)', count: receipt.formerAddress }]),
    { label: 'Left (of others)', count: receipt.others.reduce((sum, { count }) => sum + count, 0) },
    { label: 'Still there', count: receipt.still.reduce((sum, { count }) => sum + count, 0) },
    { label: 'In all', count: receipt.found },
  ],
  receiptLeft: 'Left where they are',
  receiptStill: 'Still there',
  receiptLater: 'They are removed as soon as it can be reached.',
  receiptStillMeaning:
    'Remove all blocks again when these calendars can be reached. There may be more than are counted.',
  receiptCameBack: (count: number): string =>
    `${counted(count, 'block', 'blocks')} came back meanwhile: another computer with CalSync makes them. Remove them there, too.`,
  receiptNotRevoked: 'The permission could not be given back, so Google still lists it.',
  othersTitle: 'Blocks that stay',
  othersMeaning:
    'They are not known to be from a connected calendar: of another computer or person, or of an event deleted long ago.',
  othersTake: (count: number, calendar: string): string =>
    `Also remove ${counted(count, 'block', 'blocks')} in ${calendar}`,
  othersForeign: 'This calendar belongs to somebody else; the blocks may be of their CalSync.',
  othersUnread: (names: readonly string[]): string =>
    `Some may be from ${names.join(', ')}, which could not be read now.`,
  othersCounting: 'Looking at what stands in your calendars…',
  othersUncounted: 'It could not be counted what else stands there. Blocks of others stay.',
  failedTitle: 'It did not work',

  aboutTitle: 'About CalSync',
  version: (version: string): string => `Version ${version}`,
  aboutPromises: [
    'It never changes or deletes an event that it did not make.',
    'It makes one block for each event in each other calendar, and no second one.',
    'It says no more than “busy”, unless you ask for it.',
  ],
  aboutPlace: 'It runs on this computer. There is no server behind it.',
} as const;

/** Takes a failure; returns what a page says of it: a sentence, what to do, and what the button beside it does. */
export function matterFor(error: AppError): Message {
  return messageFor(error, 'app');
}
