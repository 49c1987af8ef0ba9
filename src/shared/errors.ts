import { z } from 'zod';

/** What is between this computer and a service and is not the service's own: its gap names that, and no calendar and no account. */
export const betweenCodes = [
  'proxy-login',
  'proxy-login-unsupported',
  'proxy-refused',
  'proxy-trouble',
  'proxy-unreachable',
  'proxy-unsupported',
  'network-inspected',
  'network-portal',
] as const;

/**
 * Every failure that a person can meet, one code each. `messages/` holds one sentence and one action per code;
 * the compiler refuses a code without them.
 */
export const errorCodes = [
  // The OAuth client that the person brings.
  'client-missing',
  'client-file-unreadable',
  'client-file-not-json',
  'client-file-wrong-kind',
  // Signing in.
  'browser-unavailable',
  'loopback-unavailable',
  'consent-denied',
  'consent-blocked',
  'consent-timeout',
  'state-mismatch',
  'code-refused',
  'client-refused',
  'scope-missing',
  'identity-missing',
  'sign-in-interrupted',
  'account-other',
  'sign-in-offline',
  'sign-in-trouble',
  // Accounts and the keychain.
  'account-unknown',
  'needs-sign-in',
  'sign-in-ends-soon',
  'keychain-unavailable',
  'keychain-failed',
  'keychain-asks',
  // Calendars.
  'calendar-unknown',
  'calendar-gone',
  'calendars-offered',
  'calendar-read-only',
  'calendar-private-hidden',
  'calendar-seen-less',
  'calendar-renamed',
  'too-few-calendars',
  // Talking to the provider.
  'offline',
  'clock-wrong',
  ...betweenCodes,
  'authorities-unreadable',
  // What the provider says.
  'rate-limited',
  'quota-exhausted',
  'api-disabled',
  'calendar-switched-off',
  'request-unrecognised',
  'permission-missing',
  'provider-trouble',
  'answer-malformed',
  'answer-too-large',
  'request-refused',
  'answer-differs',
  'read-refused',
  'time-zone-refused',
  'address-invalid',
  'start-unsafe',
  'database-elsewhere',
  // What is on disk.
  'data-folder-unusable',
  'database-corrupt',
  'database-from-future',
  'database-failed',
  'program-damaged',
  'busy-elsewhere',
  'sync-overdue',
  // Guards.
  'paused',
  'reset-unfinished',
  'account-removal-unfinished',
  'removals-left',
  'hold-unknown',
  'hold-changed',
  'undo-unknown',
  'undo-changed',
  'kept-unknown',
  'mute-unknown',
  'event-unknown',
  // The command line and the local page.
  'command-unknown',
  'option-invalid',
  'file-exists',
  'file-not-written',
  'confirmation-needed',
  'port-taken',
  'request-invalid',
  'not-started',
  'cancelled',
  'unexpected',
] as const;

export const errorCodeSchema = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/**
 * A failure on its way to a person. `about` fills the gaps of the sentence (an address, a file name, a calendar name):
 * never a token, a code or an event title. `detail` is a short technical line for the log and `--json`, free of
 * private data, or null.
 */
export const appErrorSchema = z.strictObject({
  code: errorCodeSchema,
  about: z.string().max(300).nullable(),
  detail: z.string().max(500).nullable(),
});
export type AppError = z.infer<typeof appErrorSchema>;

/** Takes a code, what it is about and a technical detail; returns the failure. */
export function appError(code: ErrorCode, about: string | null = null, detail: string | null = null): AppError {
  return { code, about: about?.slice(0, 300) ?? null, detail: detail?.slice(0, 500) ?? null };
}
