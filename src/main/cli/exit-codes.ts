import type { ErrorCode } from '../../shared/errors.ts';
import type { Health, HealthMatter } from '../../shared/health.ts';

/** What the command line answers to the program that called it; docs/cli.md says the same in a table. */
export const exitCodes = {
  /** All is well. */
  fine: 0,
  /** A fault of CalSync's own. */
  fault: 1,
  /** Not understood: a command, an option, a calendar or an account that is not there. */
  notUnderstood: 2,
  /** The person must act: sign in again, bring a client, give a permission, unlock the keychain. */
  personNeeded: 3,
  /** Partly done; the rest follows by itself in a later run. */
  partlyDone: 4,
  /** Another CalSync is working with the same calendars. */
  busyElsewhere: 5,
  /** The data folder or the database cannot be used. */
  dataUnusable: 6,
  /** Something is held and waits for a decision. */
  held: 7,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const { fault, notUnderstood, personNeeded, partlyDone, busyElsewhere, dataUnusable } = exitCodes;

const byErrorCode: { readonly [Code in ErrorCode]: ExitCode } = {
  'client-missing': personNeeded,
  'client-file-unreadable': notUnderstood,
  'client-file-not-json': notUnderstood,
  'client-file-wrong-kind': notUnderstood,
  'browser-unavailable': personNeeded,
  'loopback-unavailable': personNeeded,
  'consent-denied': personNeeded,
  'consent-blocked': personNeeded,
  'consent-timeout': personNeeded,
  'state-mismatch': personNeeded,
  'code-refused': personNeeded,
  'client-refused': personNeeded,
  'scope-missing': personNeeded,
  'identity-missing': personNeeded,
  'sign-in-interrupted': personNeeded,
  'account-other': personNeeded,
  'sign-in-offline': personNeeded,
  'sign-in-trouble': personNeeded,
  'account-unknown': notUnderstood,
  'start-unsafe': notUnderstood,
  'database-elsewhere': dataUnusable,
  'needs-sign-in': personNeeded,
  'sign-in-ends-soon': personNeeded,
  'keychain-unavailable': personNeeded,
  'keychain-failed': personNeeded,
  'keychain-asks': personNeeded,
  'calendar-unknown': notUnderstood,
  'calendar-gone': partlyDone,
  'calendars-offered': personNeeded,
  'calendar-read-only': personNeeded,
  'calendar-private-hidden': personNeeded,
  'calendar-seen-less': personNeeded,
  'calendar-renamed': personNeeded,
  'too-few-calendars': personNeeded,
  offline: partlyDone,
  'clock-wrong': personNeeded,
  'proxy-login': personNeeded,
  'proxy-login-unsupported': personNeeded,
  'proxy-refused': personNeeded,
  'proxy-trouble': partlyDone,
  'proxy-unreachable': personNeeded,
  'proxy-unsupported': personNeeded,
  'network-inspected': personNeeded,
  'network-portal': personNeeded,
  'authorities-unreadable': personNeeded,
  'rate-limited': partlyDone,
  'quota-exhausted': partlyDone,
  'api-disabled': personNeeded,
  'calendar-switched-off': personNeeded,
  'request-unrecognised': partlyDone,
  'permission-missing': personNeeded,
  'provider-trouble': partlyDone,
  'answer-malformed': partlyDone,
  'answer-too-large': partlyDone,
  'request-refused': partlyDone,
  'answer-differs': partlyDone,
  'read-refused': partlyDone,
  'time-zone-refused': personNeeded,
  'address-invalid': notUnderstood,
  'data-folder-unusable': dataUnusable,
  'database-corrupt': dataUnusable,
  'database-from-future': dataUnusable,
  'database-failed': dataUnusable,
  'program-damaged': dataUnusable,
  'busy-elsewhere': busyElsewhere,
  'sync-overdue': personNeeded,
  paused: personNeeded,
  'reset-unfinished': personNeeded,
  'account-removal-unfinished': partlyDone,
  'removals-left': partlyDone,
  'hold-unknown': notUnderstood,
  'hold-changed': notUnderstood,
  'undo-unknown': notUnderstood,
  'undo-changed': notUnderstood,
  'kept-unknown': notUnderstood,
  'mute-unknown': notUnderstood,
  'event-unknown': notUnderstood,
  'command-unknown': notUnderstood,
  'option-invalid': notUnderstood,
  'file-exists': notUnderstood,
  'file-not-written': personNeeded,
  'confirmation-needed': notUnderstood,
  'port-taken': notUnderstood,
  'request-invalid': notUnderstood,
  'not-started': personNeeded,
  cancelled: partlyDone,
  unexpected: fault,
};

/** Takes the code of a failure, returns the exit code that stands for it. */
export function exitCodeFor(code: ErrorCode): ExitCode {
  return byErrorCode[code];
}

/**
 * Takes how things stand; returns what `status` answers: 0 only where everything is in sync, or is but for what the person knows.
 */
export function exitCodeOf(health: Health): ExitCode {
  const ofMatter = (matter: HealthMatter): ExitCode =>
    matter.kind === 'hold' ? exitCodes.held : exitCodeFor(matter.code);
  switch (health.state) {
    case 'in-sync':
    case 'demo':
      return exitCodes.fine;
    case 'in-sync-except':
      return health.known ? exitCodes.fine : gravestExit(health.except.map(ofMatter));
    case 'syncing':
    case 'catching-up':
    case 'settling':
    case 'behind':
    case 'offline':
      return partlyDone;
    case 'not-started':
    case 'paused':
      return personNeeded;
    case 'waiting':
      return { disk: dataUnusable, keychain: personNeeded, engine: partlyDone }[health.for];
    case 'needs-you':
      return gravestExit(health.what.map(ofMatter));
    case 'cannot-sync':
      return ofMatter(health.why);
  }
}

/** From the gravest to the lightest. A script that reads one number should learn first what nobody else will mend. */
const gravest: readonly ExitCode[] = [
  fault,
  dataUnusable,
  busyElsewhere,
  notUnderstood,
  personNeeded,
  exitCodes.held,
  partlyDone,
];

/** Takes all the exit codes that one command has earned, returns the gravest, or 0 when there is none. */
export function gravestExit(codes: Iterable<ExitCode>): ExitCode {
  const earned = new Set(codes);
  return gravest.find((code) => earned.has(code)) ?? exitCodes.fine;
}
