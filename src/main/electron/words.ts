import type { HoldView } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import { messageFor } from '../../shared/messages.ts';
import { counted } from '../../shared/phrases.ts';
import { day, elapsed } from '../../shared/time.ts';

/** Why a calendar cannot be used as the person chose, where only they can mend it. */
export type LostCode =
  'calendar-gone' | 'calendar-read-only' | 'calendar-private-hidden' | 'calendar-seen-less' | 'calendar-renamed';

const times = (count: number, one: string): string => counted(count, one, undefined, (value) => value.toLocaleString());

/** Takes milliseconds that have passed; returns them as a person says it. */
function ago(milliseconds: number): string {
  const passed = elapsed(milliseconds);
  if (passed === null) return 'just now';
  return passed.unit === 'minute' ? `${passed.count} min ago` : `${times(passed.count, passed.unit)} ago`;
}

/** Takes a moment and a locale; returns its time of day, with the date where it is more than a day away. */
function timeOfDay(at: Date, now: number, locale: string): string {
  const far = at.getTime() - now > day;
  return at.toLocaleString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(far ? { weekday: 'short', day: 'numeric', month: 'short' } : {}),
  });
}

/** Takes the end of a pause; returns it to stand after "until": a midnight by its day, because 12 AM is of no day. */
function untilTime(at: Date, now: number, locale: string): string {
  if (at.getHours() !== 0 || at.getMinutes() !== 0) return timeOfDay(at, now, locale);
  const tomorrow = new Date(now);
  tomorrow.setHours(24, 0, 0, 0);
  return at.getTime() <= tomorrow.getTime() ? 'tomorrow' : at.toLocaleDateString(locale, { weekday: 'long' });
}

/**
 * Takes a failure and what stands above it, or null for its own sentence; returns the two texts of a message box. There
 * is no button in it but OK, so it always says what to do.
 */
export function boxText(
  error: AppError,
  heading: string | null,
): { readonly message: string; readonly detail: string } {
  const { sentence, action } = messageFor(error, 'app');
  return heading === null
    ? { message: sentence, detail: action }
    : { message: heading, detail: `${sentence}\n${action}` };
}

/** All that the tray, its menu and the notifications say. What pages say is in `src/renderer/words.ts`. */
export const words = {
  product: 'CalSync',
  ago,
  timeOfDay,
  untilTime,
  menu: {
    open: 'Open CalSync',
    sync: 'Sync now',
    pause: 'Pause',
    pauseFor: { forever: 'Until I resume', hour: 'For one hour', tomorrow: 'Until tomorrow' },
    resume: 'Resume',
    tryAgain: 'Try again',
    more: (count: number): string => `${times(count, 'more thing')} to look at…`,
    settings: 'Settings…',
    guide: 'Set up CalSync…',
    about: 'About CalSync',
    quit: 'Quit CalSync',
  },
  notifications: {
    signIn: (email: string) => ({
      title: `Sign in again to ${email}`,
      body: 'The sign-in has ended. Its blocks stay as they are until you do.',
    }),
    held: (kind: HoldView['kind'], count: number, calendar: string) =>
      kind === 'mass-deletion'
        ? {
            title: `${times(count, 'block')} would be removed for events of ${calendar}`,
            body: 'That is more than usual, so CalSync waits. Look at it and decide.',
          }
        : {
            title: `${times(count, 'block')} disappeared from ${calendar}`,
            body: 'CalSync did not remove them. Say whether to put them back or to leave them away.',
          },
    calendars: (sentence: string, action: string) => ({
      title: 'Some of your calendars need you',
      body: `${sentence} ${action}`,
    }),
    calendar: (code: LostCode, calendar: string) =>
      ({
        'calendar-gone': {
          title: `The calendar ${calendar} can no longer be seen`,
          body: 'Its blocks elsewhere stay as they are. Switch it off to have them removed, or have it shared again.',
        },
        'calendar-read-only': {
          title: `You may only read the calendar ${calendar}`,
          body: 'CalSync cannot put blocks there. Ask its owner for permission to change events, or let it only make blocks.',
        },
        'calendar-private-hidden': {
          title: `Private events of the calendar ${calendar} cannot be seen`,
          body: 'CalSync cannot put blocks there. Ask its owner to let you see private events, or let it only make blocks.',
        },
        'calendar-renamed': {
          title: `Is ${calendar} a calendar of yours under a new address?`,
          body: 'It looks like it. Neither is used, and all blocks stay as they are, before you have said.',
        },
        'calendar-seen-less': {
          title: `You see less of the calendar ${calendar} than before`,
          body: 'CalSync does not use it now; its blocks stay as they are. Switch it off and on again to use what you see.',
        },
      })[code],
    keychain: {
      title: 'The keychain is not available',
      body: 'New sign-ins last only until CalSync quits. Unlock the keychain; CalSync then goes on by itself.',
    },
    other: (sentence: string, action: string) => ({ title: 'CalSync needs you', body: `${sentence} ${action}` }),
  },
  aboutText: 'Keeps your calendars honest with each other. Everything stays on this computer.',
  unsaved: {
    message: 'Some of what you changed is not applied yet.',
    detail: 'If the window closes now, that is lost.',
    goBack: 'Go back',
    discard: 'Close and discard',
  },
  startFailed: 'CalSync cannot start syncing',
  saveReport: 'Save a report',
  textFiles: 'Text',
} as const;
