import type { HoldView } from './dto.ts';
import type { ErrorCode } from './errors.ts';
import type { Health, HealthMatter, TroubleMatter } from './health.ts';
import type { Step, Surface } from './messages.ts';
import { messageFor, messageForAll, namedTogether } from './messages.ts';
import { isNearSafe } from './near.ts';
import { counted } from './phrases.ts';

/** What the one button beside a state or a matter does. */
export type HealthStep = Exclude<Step, 'wait'> | 'preview' | 'decide' | 'known';

/** What a person is told: what is so, what it means for their calendars, and the one button, if there is anything to do. */
export interface Said {
  /** Without a full stop, fit for a heading, a tooltip and a menu. */
  readonly heading: string;
  /** Whole sentences. */
  readonly meaning: string;
  readonly step: HealthStep | null;
}

/** How a surface speaks. */
export interface Voice {
  readonly surface: Surface;
  /** Takes an ISO moment; returns it as this surface writes it, fit to stand after `since`. */
  readonly time: (moment: string) => string;
  /** The same to stand after `until`: a midnight is named by its day, because nobody knows which day 12 AM belongs to. */
  readonly until: (moment: string) => string;
  readonly number: (count: number) => string;
}

/** Takes a matter and where it is read; returns its sentence, what to do about it, and the button. */
export function matterSaid(
  matter: HealthMatter,
  { surface, number }: Pick<Voice, 'surface' | 'number'>,
): Said & { readonly sentence: string } {
  if (matter.kind === 'hold') {
    const { heading, sentence, meaning } = holdSaid(matter.hold, number);
    return { heading, sentence, meaning, step: 'decide' };
  }
  const { sentence, action, step } = messageForAll(matter.code, matter.abouts, surface);
  const button = matter.need === 'known' ? (matter.known ? null : 'known') : matter.need === 'nobody' ? null : step;
  return {
    heading: headings[matter.code]?.(namedTogether(matter.abouts) || 'your calendars') ?? sentence.replace(/\.$/, ''),
    sentence,
    meaning: action,
    step: button === 'wait' ? null : button,
  };
}

/** The short form of what is the person's, where a heading, a menu or a tooltip has no room for the sentence. */
const headings: { readonly [Code in ErrorCode]?: (about: string) => string } = {
  'needs-sign-in': (about) => `Sign in again to ${about}`,
  'sign-in-ends-soon': (about) => `The sign-in to ${about} ends soon`,
  'permission-missing': (about) => `A permission is missing for ${about}`,
  'api-disabled': () => 'Google Calendar is not switched on for your client',
  'calendar-switched-off': (about) => `Google Calendar is switched off for ${about}`,
  'client-missing': () => 'There is no Google client yet',
  'client-refused': () => 'Google does not accept your client',
  'clock-wrong': () => 'The clock of this computer is wrong',
  'calendar-gone': (about) => `You cannot see ${about} any more`,
  'calendars-offered': (about) => `New calendars of ${about} wait for you`,
  'calendar-read-only': (about) => `You may only read ${about}`,
  'calendar-private-hidden': (about) => `You cannot see private events of ${about}`,
  'calendar-seen-less': (about) => `You see less of ${about} than before`,
  'calendar-renamed': (about) => `Is ${about} one of yours under a new address?`,
  'too-few-calendars': () => 'At least two calendars must be in use',
  'sync-overdue': () => 'Not synced for a while',
  'proxy-login': () => 'A proxy wants a name and a password',
  'proxy-login-unsupported': () => 'A proxy wants a login that CalSync does not know',
  'proxy-refused': () => 'The network does not let CalSync through',
  'proxy-unreachable': () => 'The proxy cannot be reached',
  'proxy-unsupported': () => 'CalSync cannot use the proxy that is set',
  'network-inspected': () => 'The network answers with its own certificate',
  'network-portal': () => 'The network wants you to sign in to it',
  'authorities-unreadable': () => 'A file of certificates cannot be read',
  'time-zone-refused': (about) => `Google does not know a time zone in ${about}`,
  'request-refused': (about) => `Google refuses a change in ${about}`,
  'keychain-unavailable': () => 'There is no keychain',
};

/** Takes a hold; returns what waits, in a few words, in a sentence, and what becomes of it. */
export function holdSaid(
  { kind, count, calendarName }: HoldView,
  number: Voice['number'],
): Pick<Said, 'heading' | 'meaning'> & { readonly sentence: string } {
  const blocks = counted(count, 'block', 'blocks', number);
  switch (kind) {
    case 'mass-deletion':
      return {
        heading: `${counted(count, 'removal', 'removals', number)} for ${calendarName} ${count === 1 ? 'waits' : 'wait'} for you`,
        sentence: `${blocks} would go, because the ${count === 1 ? 'event behind it' : 'events behind them'} left ${calendarName}.`,
        meaning:
          'With what went within a day that is more than usual. They stay until you decide, or until the events are back.',
      };
    case 'external-wipe':
      return {
        heading: `${blocks} disappeared from ${calendarName}`,
        sentence: `${blocks} ${count === 1 ? 'has' : 'have'} disappeared from ${calendarName} at once.`,
        meaning:
          count === 1
            ? 'CalSync did not remove it, and has not put it back yet.'
            : 'CalSync did not remove them, and has put none back yet.',
      };
  }
}

/**
 * Takes the one state and how the surface speaks; returns what it says. Every surface says this: the command line, the icon's tooltip,
 * the menu, the pages and the notifications (docs/health.md).
 */
export function healthSaid(health: Health, voice: Voice): Said {
  const { surface, time, until, number } = voice;
  const since = health.since === null ? '' : ` since ${time(health.since)}`;
  const inApp = surface === 'app';
  switch (health.state) {
    case 'not-started':
      return health.lacks === 'account'
        ? {
            heading: 'No account yet',
            meaning: 'CalSync has not looked at any calendar, and writes nothing.',
            step: 'set-up',
          }
        : {
            heading: 'Not started yet',
            meaning: 'Nothing is written to your calendars before you have seen what that would be and start it.',
            step: 'preview',
          };
    case 'catching-up':
      return {
        heading: `Catching up${progressed(health, number)}`,
        meaning:
          nearStands(health) ?? 'Your blocks are as the last sync left them; what changed since follows by itself.',
        step: null,
      };
    case 'syncing':
      return {
        heading: `Syncing${progressed(health, number)}`,
        meaning: nearStands(health) ?? 'Blocks follow your events, the nearest first.',
        step: null,
      };
    case 'in-sync':
      return {
        heading: 'Everything is in sync',
        meaning: 'Your blocks are as your events and your choices have them.',
        step: null,
      };
    case 'demo':
      return {
        heading: 'The demo is in sync',
        meaning: 'A made-up world. No real calendar is touched.',
        step: null,
      };
    case 'in-sync-except': {
      const [first] = health.except;
      const said = first === undefined ? null : matterSaid(first, voice);
      return {
        heading: `In sync, except ${exceptionOf(health.except, number)}${health.known ? ' that you know' : ''}`,
        meaning: said === null ? '' : `${said.sentence} ${said.meaning}`,
        step: health.known || health.except.every(({ need, known }) => need !== 'known' || known) ? null : 'known',
      };
    }
    case 'settling':
      return {
        heading: 'Settling',
        meaning: `${number(health.meetings)} ${health.meetings === 1 ? 'block is' : 'blocks are'} gone, and CalSync looks once more before it takes that for your wish.`,
        step: null,
      };
    case 'behind': {
      const {
        calendars: [one, ...rest],
        why,
      } = health.behind;
      const [first] = why;
      // Of several the heading has the count, and no room is left for their names.
      const abouts = rest.length === 0 && first !== undefined ? [first.about ?? one.name] : [];
      const met = first === undefined ? '' : `${messageForAll(first.code, abouts, surface).sentence} `;
      return {
        heading: `Behind with ${rest.length === 0 ? one.name : `${number(rest.length + 1)} calendars`}${since}`,
        meaning: `${met}What changed there since has no block yet.`,
        step: 'try-again',
      };
    }
    case 'paused':
      if (health.byReset) {
        return {
          heading: 'Paused, all blocks removed',
          meaning: inApp
            ? 'You had all blocks removed. They come back when you resume.'
            : 'You had all blocks removed; `resume` puts them back.',
          step: 'resume',
        };
      }
      return {
        heading: health.until === 'forever' ? 'Paused' : `Paused until ${until(health.until)}`,
        meaning: inApp
          ? 'Your blocks stay as they are until you resume.'
          : 'Your blocks stay as they are; resume it with `resume`.',
        step: 'resume',
      };
    case 'offline':
      return {
        heading: `Offline${since}, will catch up`,
        meaning: 'Google cannot be reached. Your blocks stay as they are; syncing goes on by itself.',
        step: 'try-again',
      };
    case 'waiting':
      return waitSaid(health, since, surface);
    case 'needs-you': {
      const [first, ...rest] = health.what;
      const said = matterSaid(first, voice);
      return {
        heading: rest.length === 0 ? said.heading : `${number(rest.length + 1)} things need you`,
        meaning:
          rest.length === 0
            ? `${said.sentence} ${said.meaning}`
            : 'What they are about stays as it is until you have looked.',
        step: said.step,
      };
    }
    case 'cannot-sync': {
      const said = matterSaid(health.why, voice);
      const step = health.why.kind === 'trouble' && health.why.need === 'nobody' ? 'try-again' : said.step;
      return { heading: `Nothing can sync${since}`, meaning: `${said.sentence} ${said.meaning}`, step };
    }
  }
}

function waitSaid(health: Extract<Health, { readonly state: 'waiting' }>, since: string, surface: Surface): Said {
  const error = health.error === null ? null : messageFor(health.error, surface);
  switch (health.for) {
    case 'engine':
      return {
        heading: `CalSync does not answer${since}`,
        meaning: 'The part of it that syncs is starting again by itself. Your blocks stay as they are.',
        step: null,
      };
    case 'disk':
      return {
        heading: `Waiting for the disk${since}`,
        meaning: error === null ? 'Your blocks stay as they are.' : `${error.sentence} ${error.action}`,
        step: 'try-again',
      };
    case 'keychain':
      return {
        heading: `Waiting for the keychain${since}`,
        meaning: `CalSync cannot read your sign-ins, so your blocks stay as they are. ${error?.action ?? 'Unlock the keychain.'}`,
        step: 'try-again',
      };
  }
}

/** What is to be said once the coming week stands and the rest does not; null before, and where nobody can tell. */
function nearStands(health: Health): string | null {
  return isNearSafe(health) ? 'The next seven days are safe; the rest follows, the nearest first.' : null;
}

function progressed(
  { progress }: { readonly progress: { done: number; total: number } | null },
  number: Voice['number'],
): string {
  return progress === null || progress.total === 0 ? '…' : `… ${number(progress.done)} of ${number(progress.total)}`;
}

/** Meetings where it is about meetings alone, else things: what they are stands below. */
function exceptionOf(except: readonly TroubleMatter[], number: Voice['number']): string {
  const meetings = except.reduce((sum, one) => sum + one.meetings, 0);
  if (except.every((one) => one.meetings > 0)) return counted(meetings, 'meeting', 'meetings', number);
  return counted(except.length, 'thing', 'things', number);
}

/** Takes a state; returns the matters that are listed below it: not what the state says itself, word for word. */
export function listedMatters(health: Health): readonly HealthMatter[] {
  switch (health.state) {
    case 'offline':
      return health.matters.filter((one) => one.kind === 'hold' || one.code !== 'offline');
    case 'behind': {
      const [said] = health.behind.why;
      const abouts = new Set(health.behind.why.map(({ about }) => about));
      return health.matters.filter(
        (one) => one.kind === 'hold' || one.code !== said?.code || !one.abouts.every((about) => abouts.has(about)),
      );
    }
    default:
      return health.matters;
  }
}
