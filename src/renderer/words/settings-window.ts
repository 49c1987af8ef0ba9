import type { FirstChoice } from '../../shared/first-choice.ts';
import type { AccountState, BusyPolicy, PlanCounts, RunView } from '../../shared/dto.ts';
import type { SettingsPage } from '../../shared/ipc.ts';
import { minute, second } from '../../shared/time.ts';
import { choicesWords } from './choices.ts';
import { listed } from '../../shared/phrases.ts';
import { counted, number } from './counts.ts';

/** The switches of what counts as busy: all of the policy that is on or off. */
export type BusySwitch = {
  [Name in keyof BusyPolicy]: BusyPolicy[Name] extends boolean ? Name : never;
}[keyof BusyPolicy];

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

/** What the settings window says. */
export const settingsWords = {
  windowTitle: (page: string): string => `${page} – CalSync`,
  sidebar: 'Places',
  pages: {
    accounts: 'Accounts',
    calendars: 'Calendars',
    blocks: 'Blocks',
    busy: 'What counts as busy',
    schedule: 'Schedule',
    preview: 'Preview',
    activity: 'Activity',
    why: 'Why?',
    advanced: 'Advanced',
    guide: 'First steps',
  } satisfies Record<SettingsPage, string>,
  openGuide: 'First steps',
  pageNeedsYou: 'needs you',
  lost: 'The connection to CalSync is lost. It is tried again by itself; nothing is changed meanwhile.',
  ended: 'CalSync was started anew, so this page has ended. Open the address that it printed.',
  loading: 'One moment…',
  noAccount: 'No account is connected yet.',
  noAccountMeaning: 'CalSync needs two calendars at least, usually in two accounts.',
  noCalendars: 'No calendar is known yet. They are read with the next sync.',
  search: 'Search calendars',
  searchNone: (text: string): string => `No calendar is called “${text}”.`,
  changedNow: 'Done.',
  changedBeforeStart: 'Done. Nothing is written before you start syncing.',
  keptForSync: 'Done. The blocks follow with the next sync.',

  change: {
    title: 'What this writes',
    summary: (counts: PlanCounts): string => {
      const { add, change, remove, calendars } = counts;
      const parts = joined([
        add > 0 ? `add ${number(add)}` : '',
        change > 0 ? `change ${number(change)}` : '',
        remove > 0 ? `remove ${number(remove)}` : '',
      ]);
      if (parts === '') return 'This writes nothing now.';
      const total = add + change + remove;
      return `This will ${parts} ${total === 1 ? 'block' : 'blocks'} in ${counted(calendars, 'calendar', 'calendars')}.`;
    },
    held: (count: number): string =>
      `${counted(count, 'block waits', 'blocks wait')} for your decision first, because so many within a day may be a mistake.`,
    note: 'Nothing has been written yet. Your own events are never touched.',
    withoutWrites: 'Change it, write nothing',
    working: 'Looking at what this would write…',
    saving: 'One moment…',
  },

  choices: choicesWords,

  accounts: {
    intro: 'Each account is signed in with Google, in your own browser. CalSync never sees a password.',
    state: {
      connected: 'Connected',
      'needs-sign-in': 'Signed out',
      resting: 'Resting for some hours',
    } satisfies Record<AccountState, string>,
    stateMeaning: {
      connected: null,
      'needs-sign-in': 'The sign-in has ended. Its blocks stay as they are, and everything you chose is kept.',
      resting: 'Google’s limit for this account is used up. It goes on by itself; there is nothing to do.',
    } satisfies Record<AccountState, string | null>,
    ends: (when: string): string => `Sign-in ends ${when}`,
    endsMeaning:
      'Google ends it after seven days, because your Google client is set to “Testing”. The first steps tell how to change that.',
    untilQuit: 'Signed in until CalSync quits',
    untilQuitMeaning:
      'This computer has no keychain that CalSync can use, so the sign-in is kept nowhere. Install and unlock one to stay signed in.',
    calendars: (count: number): string => counted(count, 'calendar', 'calendars'),
    reconnect: 'Sign in again',
    waiting: 'Waiting for your browser…',
    waitingMeaning: 'Finish signing in in the browser window that has opened.',
    cancelWaiting: 'Cancel',
    remove: 'Remove…',
    add: 'Add an account',
  },

  calendars: {
    intro: 'Which calendars make blocks elsewhere, and which get them.',
    source: 'Its events block others',
    target: 'It gets blocks',
    readOnly: 'You may only read it, so it cannot get blocks.',
    privateHidden: 'Its private events cannot be seen, so it cannot get blocks.',
    quietOnes:
      'At first the main calendar of each account makes blocks and gets them. Other calendars of your own only make blocks. Rooms, holidays, birthdays and calendars of other people stay off unless you switch them on.',
    switchName: (what: string, calendar: string): string => `${what}: ${calendar}`,
    firstChoices: {
      main: 'main calendar',
      own: '',
      hidden: 'hidden',
      room: 'a room or a resource',
      automatic: 'filled by itself',
      'of-others': 'not your own',
    } satisfies Record<FirstChoice, string>,
    seenLessUse: 'Use it with what you see now…',
    renamed: (former: string): string => `Is this ${former} under a new address?`,
    renamedYes: 'Yes, the same',
    renamedNo: 'No, another one',
    goneSince: (day: string): string => `gone since ${day}`,
    goneLeave: 'Remove its blocks…',
    offered: 'New, and not used yet.',
    offeredUse: 'See what it would write…',
    offeredLeave: 'Leave it unused',
    offeredFor: (what: string, calendar: string): string => `${what} ${calendar}`,
    blocks: (count: number): string => counted(count, 'block', 'blocks'),
  },

  blocks: {
    intro: 'What a block shows in the calendars that get it.',
    everywhere: 'Everywhere',
    titleLabel: 'Title',
    titleHint: 'Add what the block may tell:',
    titleEmpty: 'A block needs a title.',
    parts: {
      title: 'event title',
      calendar: 'calendar name',
      account: 'account address',
    },
    partButton: (name: string): string => `Add the ${name}`,
    tells: (parts: readonly string[], visibility: 'private' | 'default'): string =>
      `Blocks will show ${listed(parts.map((part) => `the ${part}`))}. ${
        visibility === 'private'
          ? `Everybody who may see private events in the other calendars can read ${parts.length > 1 ? 'them' : 'it'}.`
          : `Everybody who can see the other calendars can read ${parts.length > 1 ? 'them' : 'it'}.`
      }`,
    tellsNothing: 'Blocks tell nothing but this text. That is how CalSync starts.',
    visibilityLabel: (place: boolean): string => (place ? 'Who sees the title and the place' : 'Who sees the title'),
    visibility: {
      private: 'Only people who may change the calendar',
      default: 'Everybody who can see the calendar',
    },
    visibilityMeaning: {
      private: 'The block is marked as private. Others see only that you are busy.',
      default: 'The block is an ordinary event there.',
    },
    colourLabel: 'Colour',
    colourNone: 'Calendar’s own',
    /** The names that Google Calendar gives to its event colours. */
    colours: {
      '1': 'Lavender',
      '2': 'Sage',
      '3': 'Grape',
      '4': 'Flamingo',
      '5': 'Banana',
      '6': 'Tangerine',
      '7': 'Peacock',
      '8': 'Graphite',
      '9': 'Blueberry',
      '10': 'Basil',
      '11': 'Tomato',
    },
    sample: 'How it looks',
    sampleOf: (from: string, to: string): string => `Of an event from ${from} to ${to}`,
    sampleTitle: 'Dentist',
    samplePlace: '12 Mill Lane',
    sampleCalendar: 'Personal',
    sampleAccount: 'me@home.example',
    sampleOthers: 'Others see',
    sampleYou: 'You see',
    sampleBusy: 'busy',
    save: 'Apply…',
    discard: 'Discard',
    unsaved: 'Not applied yet',
    routes: 'From one calendar to another',
    routesMeaning: 'Each way can have its own look, for example with titles between your own calendars.',
    routesNone: 'Ways appear here as soon as one calendar makes blocks and another gets them.',
    routesSearch: 'Search by calendar',
    routesFound: (count: number): string => counted(count, 'way', 'ways'),
    routesSearchNone: (text: string): string => `No way leads from or to “${text}”.`,
    routeName: (source: string, target: string): string => `${source} to ${target}`,
    asEverywhere: 'As everywhere',
    ownLook: 'Own look',
    ownLookSays: (title: string, facts: readonly string[]): string => joined([`Own look: “${title}”`, ...facts]),
    routeChange: 'Change…',
    routeMore: (count: number): string => `Show ${number(count)} more`,
  },

  busy: {
    intro: 'Which events of a calendar make blocks in the others.',
    calendar: 'Calendar',
    notSource: 'This calendar makes no blocks at present. What you choose counts once it does.',
    always: 'Ordinary events that you accepted or made yourself always count. Cancelled events never do.',
    allDay: 'Events that last all day',
    allDayMeaning: 'Many are reminders or notes, so only those marked as busy count at first.',
    allDayChoices: { never: 'Never', 'when-marked-busy': 'When marked as busy', always: 'Always' },
    switches: {
      unanswered: 'Invitations without an answer',
      tentative: 'Invitations answered with “maybe”',
      declined: 'Invitations that you declined',
      free: 'Events marked as “free”',
      focusTime: 'Focus time',
      outOfOffice: 'Out of office',
      workingLocation: 'Where you work',
      birthday: 'Birthdays',
      fromMail: 'Flights and other events from mail',
      holidays: 'This is a calendar of holidays',
      optionalGuest: 'Events on which you are an optional guest',
    } satisfies Record<BusySwitch, string>,
    meanings: {
      unanswered: 'The time is kept until you have decided.',
      tentative: 'The time is kept, because you may well go.',
      declined: 'You will not be there, so the time stays free.',
      free: 'You said yourself that others may book over them.',
      focusTime: 'Time that you have set aside for work.',
      outOfOffice: 'Time when you are away.',
      workingLocation: 'It says where you are, not that you are busy.',
      birthday: 'They come from your contacts and take no time.',
      fromMail: 'Google finds them in your mail and marks them as free. When this is on, they count all the same.',
      holidays: 'Such calendars mark their days as free. When this is on, their days count.',
      optionalGuest: 'You are invited, but need not come.',
    } satisfies Record<BusySwitch, string>,
  },

  schedule: {
    intro: 'When CalSync looks at your calendars.',
    interval: 'Look every',
    intervalChoice: (minutes: number): string =>
      minutes % 60 === 0 ? counted(minutes / 60, 'hour', 'hours') : counted(minutes, 'minute', 'minutes'),
    intervalMeaning:
      'It also looks at start, when the computer wakes, when the network is back, and when you change something.',
    pause: 'Pause',
    running: 'CalSync syncs by itself.',
    pausedMeaning: 'Blocks stay as they are. Nothing is read or written until it goes on.',
    pauseButtons: { hour: 'For one hour', tomorrow: 'Until tomorrow', forever: 'Until I resume' },
    login: 'Start CalSync when I log in',
    loginMeaning: 'It starts hidden, with only its icon.',
    loginUnavailable:
      'This system does not let CalSync set it. Add CalSync to the programs that start at login yourself.',
  },

  activity: {
    intro: 'What CalSync did in your calendars. No titles are kept here.',
    none: 'Nothing has happened yet. What CalSync adds, moves or removes is listed here.',
    today: 'Today',
    yesterday: 'Yesterday',
    lastRun: 'The last sync',
    noRun: 'There was none yet.',
    earlier: 'The syncs before it',
    earlierSummary: (count: number, well: number): string => {
      if (well === count) return count === 1 ? 'It went well.' : `All ${number(count)} went well.`;
      return count === 1 ? 'It did not go well.' : `${number(well)} of ${number(count)} went well.`;
    },
    earlierShow: 'Show them',
    earlierHide: 'Hide them',
    runState: { good: 'Went well', attention: 'Not everything worked', bad: 'Did not work' },
    cost: (run: RunView): string => {
      const asked = Object.values(run.requests).reduce((sum, each) => sum + each, 0);
      const questions = counted(asked, 'request', 'requests');
      const writes = counted(run.writes, 'change', 'changes');
      return run.durationMs === null
        ? `${questions} to Google, ${writes} written.`
        : `${questions} to Google, ${writes} written, in ${duration(run.durationMs)}.`;
    },
    more: (count: number): string => `Show ${number(count)} more`,
    from: (source: string): string => `from ${source}`,
  },

  advanced: {
    intro: 'Look closer, mend, start over.',
    held: 'Waiting for you',
    heldNone: 'Nothing waits for you.',
    mutes: 'Muted blocks',
    mutesMeaning:
      'Blocks that were deleted in the calendar, or taken away by an undo, stay away until you put them back. What an undo has put back is listed there, too.',
    mutesButton: 'Show muted blocks…',
    doctor: 'Check',
    doctorMeaning: 'Looks at the sign-ins, the keychain, the calendars and the data folder.',
    doctorButton: 'Check everything',
    doctorWorking: 'Checking…',
    doctorDone: (troubles: number): string =>
      troubles === 0 ? 'Everything is as it should be.' : `${counted(troubles, 'thing needs', 'things need')} a look.`,
    doctorState: { ok: 'Fine', attention: 'Look at this', failed: 'Does not work' },
    reset: 'Remove all blocks',
    resetMeaning:
      'Takes every block for events of your connected calendars away, wherever it stands. Your own events stay.',
    resetButton: 'Remove all blocks…',
    copies: 'Databases that were put aside',
    copiesMeaning:
      'Before an update, or because one was damaged. They still hold what you have removed since, and go by themselves after thirty days.',
    copiesNone: 'There are none.',
    copyName: (why: 'update' | 'damaged', when: string): string =>
      why === 'update' ? `Before an update, ${when}` : `Damaged, ${when}`,
    copySize: (bytes: number): string => `${number(Math.ceil(bytes / 1000))} kB`,
    copiesRemove: (count: number): string => `Remove ${counted(count, 'database', 'databases')}`,
    copiesBegin: (count: number): string => `Remove ${counted(count, 'database', 'databases')}…`,
    copiesAsk: 'What was in them cannot be had back.',
    help: 'Logs and help',
    helpMeaning:
      'A report is a text with versions, your choices, the last syncs and the log, for whoever helps you. It holds no titles, names, addresses or sign-ins, and is sent nowhere.',
    reportButton: 'Save a report…',
    reportSaving: 'Putting the report together…',
    reportSaved: (place: string): string => `The report is in ${place}. Read it before you pass it on.`,
    reportDownloaded: (name: string): string =>
      `Your browser saves the report as ${name}. Read it before you pass it on.`,
    reportShow: 'Show in folder',
    logsButton: 'Open logs',
    about: 'About',
    versions: (info: { electron: string; chrome: string; node: string; platform: string }): string =>
      `Electron ${info.electron} · Chromium ${info.chrome} · Node ${info.node} · ${info.platform}`,
  },
} as const;

function duration(milliseconds: number): string {
  if (milliseconds < second) return 'less than a second';
  if (milliseconds < minute) return counted(Math.round(milliseconds / second), 'second', 'seconds');
  return counted(Math.round(milliseconds / minute), 'minute', 'minutes');
}
