import type { ErrorCode } from '../errors.ts';

/**
 * Whose it is to do something about a matter: the `person` only they can mend; `known` stays as it is for good, and all that is
 * left is to say that one knows; `nobody` mends itself.
 */
export type Need = 'person' | 'known' | 'nobody';

/** What only the person can mend. */
const forThePerson: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'needs-sign-in',
  'sign-in-ends-soon',
  'permission-missing',
  'api-disabled',
  'calendar-switched-off',
  'client-missing',
  'client-refused',
  'clock-wrong',
  'calendar-gone',
  'calendars-offered',
  'calendar-read-only',
  'calendar-private-hidden',
  'calendar-seen-less',
  'calendar-renamed',
  'too-few-calendars',
  'sync-overdue',
  'proxy-login',
  'proxy-login-unsupported',
  'proxy-refused',
  'proxy-unreachable',
  'proxy-unsupported',
  'network-inspected',
  'network-portal',
  'authorities-unreadable',
]);

/** What stays as it is for good, so that all that is left is to know it. */
const staysSo: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'time-zone-refused',
  'request-refused',
  'keychain-unavailable',
]);

/** Takes the code of a trouble; returns whose it is to do something about it. */
export function needOf(code: ErrorCode): Need {
  if (forThePerson.has(code)) return 'person';
  return staysSo.has(code) ? 'known' : 'nobody';
}

/** Each of them is mended by itself, with a button of its own. */
export const eachByItself: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'needs-sign-in',
  'sign-in-ends-soon',
  'permission-missing',
  'calendars-offered',
]);

/** What cannot be done before the disk is as it should be. */
export const ofTheDisk: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'data-folder-unusable',
  'database-corrupt',
  'database-failed',
]);

/** Why no sync starts without anything being wrong. */
export const chosen: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'paused',
  'not-started',
  'reset-unfinished',
  'cancelled',
]);
