import type { AppError } from '../../shared/errors.ts';
import { messageFor } from '../../shared/messages.ts';
import { counted } from '../../shared/phrases.ts';
import { day, elapsed } from '../../shared/time.ts';

/** Takes milliseconds that have passed; returns them as a person says it. */
function ago(milliseconds: number): string {
  const passed = elapsed(milliseconds);
  if (passed === null) return 'just now';
  return passed.unit === 'minute' ? `${passed.count} min ago` : `${counted(passed.count, passed.unit)} ago`;
}

/** Takes a moment and a locale; returns its time of day, with the date where it is more than a day away. */
function timeOfDay(at: Date, now: number, locale: string): string {
  const far = Math.abs(at.getTime() - now) > day;
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

/** What the tray and its menu say beside the health (`health-words.ts`), which is all that a notification says. What pages say is in `src/renderer/words.ts`. */
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
    more: (count: number): string => `${counted(count, 'more thing')} to look at…`,
    settings: 'Settings…',
    guide: 'Set up CalSync…',
    about: 'About CalSync',
    quit: 'Quit CalSync',
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
