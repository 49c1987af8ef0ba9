import { failureKinds } from '../../ports/provider.ts';
import { constants } from 'node:os';
import { accessSchema } from '../../../shared/access.ts';
import { holdViewSchema, reasonSchema, runViewSchema, triggerSchema } from '../../../shared/dto.ts';
import { errorCodes } from '../../../shared/errors.ts';
import { natureSchema } from '../../../shared/first-choice.ts';
import { healthStates } from '../../../shared/health.ts';
import { desktopContract, ipcContract } from '../../../shared/ipc.ts';

/** What stands in a support report in place of a text that is not known to be harmless. */
export const leftOut = '(left out)';

/** Failures of a provider and of a token, operations, reads and the other words of our own that lines of the log hold. */
const ownWords = [
  ...Object.values(failureKinds).flat(),
  ...['unproven', 'rate-limit', 'unauthorised', 'everything', 'changes', 'window'],
  ...['create', 'revive', 'update', 'replace', 'delete', 'put-slot', 'cancel-slot', 'insert', 'patch', 'patch-slot'],
  ...['remove', 'get', 'find-slot', 'change', 'batch', 'token', 'reset', 'remove-account', 'put-back'],
  ...['proceed', 'leave-away', 'kept', 'not-kept', 'suspected', 'asked', 'denied', 'connected', 'resting'],
  ...['private', 'default', 'never', 'when-marked-busy', 'always', 'unlisted', 'alive', 'dead', 'unknown'],
  ...['wal', 'memory'],
  ...[
    'started',
    'pausedUntil',
    'intervalMinutes',
    'block',
    'routes',
    'busy',
    'scopes',
    'skipped',
    'requests',
    'errors',
  ],
  ...['activity', 'other_ids', 'others_on', 'user_version', 'application_id', 'quick_check'],
];

/** What services say of a failure, by their own names (google-calendar.md §4.1; RFC 6749 §5.2). */
const serviceWords = [
  ...['HTTP', 'events.list', 'calendarList.list'],
  ...['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED', 'RESOURCE_EXHAUSTED', 'quotaExceeded'],
  ...['dailyLimitExceeded', 'dailyLimitExceededUnreg', 'variableTermLimitExceeded', 'calendarUsageLimitsExceeded'],
  ...['notACalendarUser', 'insufficientPermissions', 'insufficientScopes', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'],
  ...['accessNotConfigured', 'SERVICE_DISABLED', 'requiredAccessLevel', 'forbidden', 'forbiddenForNonOrganizer'],
  ...['PERMISSION_DENIED', 'UNAUTHENTICATED', 'authError', 'required', 'invalid', 'badRequest', 'invalidParameter'],
  ...['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'notFound', 'NOT_FOUND', 'deleted', 'duplicate', 'ALREADY_EXISTS'],
  ...['conditionNotMet', 'updatedMinTooLongAgo', 'fullSyncRequired', 'timeRangeEmpty', 'conflict', 'ABORTED'],
  ...['backendError', 'internalError', 'INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'malformedWorkingLocationEvent'],
  ...['invalid_grant', 'invalid_client', 'invalid_request', 'invalid_scope', 'invalid_rapt', 'access_denied'],
  ...['unauthorized_client', 'unsupported_grant_type', 'redirect_uri_mismatch', 'admin_policy_enforced'],
  ...[
    'org_internal',
    'disallowed_useragent',
    'deleted_client',
    'server_error',
    'temporarily_unavailable',
    'rapt_required',
  ],
];

/** Faults, systems, and what Electron calls its processes and their ends. */
const systemWords = [
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'ZodError', 'SqliteError', 'AbortError'],
  ...['DOMException', 'AggregateError', 'TimeoutError', 'string', 'object', 'undefined', 'number', 'boolean'],
  ...[
    'linux',
    'darwin',
    'win32',
    'freebsd',
    'x64',
    'arm64',
    'ia32',
    'arm',
    'GPU',
    'Utility',
    'Zygote',
    'Sandbox helper',
  ],
  ...['Pepper Plugin', 'Pepper Plugin Broker', 'Unknown', 'CalSync engine', 'Network Service', 'Audio Service'],
  ...['Storage Service', 'network.mojom.NetworkService', 'audio.mojom.AudioService', 'storage.mojom.StorageService'],
  ...[
    'clean-exit',
    'abnormal-exit',
    'killed',
    'crashed',
    'oom',
    'launch-failed',
    'integrity-failure',
    'memory-eviction',
  ],
  ...['index.html', 'settings.html', 'index.cjs', 'main.cjs'],
  ...['delete', 'truncate', 'persist', 'off'],
];

const vocabulary: ReadonlySet<string> = new Set([
  ...errorCodes,
  ...reasonSchema.options,
  ...triggerSchema.options,
  ...healthStates,
  ...accessSchema.options,
  ...natureSchema.options,
  ...runViewSchema.shape.outcome.options,
  ...holdViewSchema.shape.kind.options,
  ...Object.keys(ipcContract),
  ...Object.keys(desktopContract),
  ...ownWords,
  ...serviceWords,
  ...systemWords,
  ...Object.keys(constants.errno),
  ...['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'],
]);

/** Codes of SQLite, Node and its libraries are too many to list, and nothing of a person begins like that. */
const systemCode = /^(?:SQLITE|ERR|UND_ERR|CERT|UNABLE|SELF_SIGNED|DEPTH_ZERO)_[A-Z0-9_]{2,48}$/;

/** Takes a text; returns whether it is a word that the report may say: one of ours, of a service or of the system. */
export function isPlain(text: string): boolean {
  return vocabulary.has(text) || systemCode.test(text);
}

/** Takes a text; returns it where the report may say it, else a mark in its place. */
export function plain(text: string): string {
  return isPlain(text) ? text : leftOut;
}

/** What may be followed by a number in a technical detail. */
const beforeNumber: ReadonlySet<string> = new Set(['HTTP', 'user_version']);

/** Stretches of technical details that are whole sentences of our own. */
const ownPhrase =
  /^(?:(?:events|calendarList)\.list: (?:no envelope|pages without end)|unreadable body|not a folder|the engine ended with -?\d{1,10}|no answer(?: within \d{1,4} s)?)$/;

/**
 * Takes the technical detail of a failure; returns it word by word, with one mark in place of each stretch that is not
 * known to be harmless. Numbers stay where a word announces them (`HTTP 403`).
 */
export function plainDetail(detail: string): string {
  return detail
    .split(', ')
    .map((stretch) => (ownPhrase.test(stretch) ? stretch : plainWords(stretch)))
    .join(', ');
}

function plainWords(text: string): string {
  const kept: string[] = [];
  let before = '';
  for (const word of text.split(/[\s,:;]+/).filter((part) => part !== '')) {
    const fine = isPlain(word) || (/^\d{1,6}$/.test(word) && beforeNumber.has(before));
    const said = fine ? word : leftOut;
    if (said !== leftOut || kept.at(-1) !== leftOut) kept.push(said);
    before = word;
  }
  return kept.join(' ');
}

/** Takes what was thrown; returns the code or the name of it, where the report may say it. Never its text. */
export function plainFault(fault: unknown): string {
  if (!(fault instanceof Error)) return plain(typeof fault);
  return plain('code' in fault && typeof fault.code === 'string' ? fault.code : fault.name);
}

/** Takes a version; returns the numbers that it begins with, because what follows may be anybody's. */
export function plainVersion(version: string): string {
  return /^v?\d{1,5}(?:\.\d{1,6}){0,4}/.exec(version)?.[0] ?? leftOut;
}

/** Takes an instant, or null; returns it in UTC, or `never`. */
export function instantText(instant: number | null): string {
  if (instant === null) return 'never';
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? leftOut : date.toISOString();
}
