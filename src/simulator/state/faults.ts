import { z } from 'zod';

const faultKinds = [
  'unauthorized',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'tooManyRequests',
  'quotaExceeded',
  'notFound',
  'conflict',
  'status500',
  'status503',
  'html',
  'truncatedJson',
  'cutBeforeCommit',
  'cutAfterCommit',
  'slow',
  'syncTokenExpired',
  'syncTokenRefused',
  'pageTokenExpired',
  'duplicateRow',
  'cancelledMasterLeak',
  'delayedVisibility',
  'notACalendarUser',
  'dailyLimitExceededUnreg',
  'unknownRefusal',
  'noTokens',
  'otherKind',
  'otherCalendar',
  'unreadableTimes',
  'namelessRow',
  'otherEvent',
  'untagged',
  'trickle',
  'stall',
  'gzipBomb',
  'largeRows',
  'samePageToken',
  'emptyPagesWithoutEnd',
] as const;

/** Faults that only a listing of events can have. */
const ofListings: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'delayedVisibility',
  'noTokens',
  'otherCalendar',
  'unreadableTimes',
  'namelessRow',
  'largeRows',
  'samePageToken',
  'emptyPagesWithoutEnd',
]);

/** Faults of the connection; a part of a batch has none of its own. */
const ofConnections: ReadonlySet<FaultKind> = new Set<FaultKind>(['trickle', 'stall', 'gzipBomb']);

/** A fault as it is asked for; every condition that is left out matches everything. */
export const faultSpecSchema = z.strictObject({
  kind: z.enum(faultKinds),
  /** HTTP method, in any case. */
  method: z.string().optional(),
  /** Part of the path, percent-decoded. */
  path: z.string().optional(),
  /** Kind of request as in the log, such as `events.insert`. */
  request: z.string().optional(),
  calendar: z.string().optional(),
  account: z.string().optional(),
  /** Only parts of a batch (true), or only requests outside one (false). */
  inBatch: z.boolean().optional(),
  /** Matching requests to let through first. */
  skip: z.number().int().nonnegative().default(0),
  /** How often the fault strikes; null: until it is cleared or `until`. */
  times: z.number().int().positive().nullable().default(1),
  /** First and last instant, ms since the epoch on the simulator's clock. */
  from: z.number().optional(),
  until: z.number().optional(),
  /** For `slow`: how long; for `trickle`: from byte to byte; for `delayedVisibility`: how young a write must be to stay unseen. */
  delayMs: z.number().int().nonnegative().default(1000),
  /** For `largeRows`: how many bytes more each row has. */
  rowBytes: z.number().int().nonnegative().default(100_000),
  /** For `largeRows`: the id of the only row that has them; every row unless told. */
  event: z.string().optional(),
  /** For `tooManyRequests`, `rateLimitExceeded` and `userRateLimitExceeded`: the Retry-After header. */
  retryAfterSeconds: z.number().int().nonnegative().optional(),
});

/** A fault to be added. */
export type FaultSpec = z.input<typeof faultSpecSchema>;
/** What a fault does. */
export type FaultKind = (typeof faultKinds)[number];

/** A fault in force, with how often it has struck. */
export type Fault = Readonly<z.output<typeof faultSpecSchema>> & { readonly id: number; skipped: number; hits: number };

/** What a request is known by when faults are matched. */
export interface FaultSubject {
  readonly method: string;
  readonly path: string;
  readonly request: string;
  /** The calendar as the path names it, and its id where that was the alias `primary`. */
  readonly calendars: readonly string[];
  readonly account: string | undefined;
  readonly inBatch: boolean;
  readonly hasSyncToken: boolean;
  readonly hasPageToken: boolean;
}

/** The faults in force. Each request takes at most one fault of each kind. */
export class FaultBook {
  readonly #faults: Fault[] = [];
  readonly #now: () => number;
  #next = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds a fault and returns it; its `hits` counts on. */
  add(spec: FaultSpec): Fault {
    const fault: Fault = { ...faultSpecSchema.parse(spec), id: this.#next, skipped: 0, hits: 0 };
    this.#next += 1;
    this.#faults.push(fault);
    return fault;
  }

  /** All faults added since the last clear, spent ones included. */
  list(): readonly Fault[] {
    return this.#faults;
  }

  /** Removes all faults, or one by its id. */
  clear(id?: number): void {
    if (id === undefined) this.#faults.length = 0;
    else {
      const index = this.#faults.findIndex((fault) => fault.id === id);
      if (index >= 0) this.#faults.splice(index, 1);
    }
  }

  /** The faults that strike a request; they are counted. */
  strike(subject: FaultSubject): Fault[] {
    const struck: Fault[] = [];
    for (const fault of this.#faults) {
      if (!matches(fault, subject, this.#now()) || struck.some((other) => other.kind === fault.kind)) continue;
      if (fault.skipped < fault.skip) {
        fault.skipped += 1;
        continue;
      }
      fault.hits += 1;
      struck.push(fault);
    }
    return struck;
  }
}

function matches(fault: Fault, subject: FaultSubject, now: number): boolean {
  if (fault.times !== null && fault.hits >= fault.times) return false;
  if ((fault.from !== undefined && now < fault.from) || (fault.until !== undefined && now > fault.until)) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== subject.method) return false;
  if (fault.path !== undefined && !subject.path.includes(fault.path)) return false;
  if (fault.request !== undefined && fault.request !== subject.request) return false;
  if (fault.calendar !== undefined && !subject.calendars.includes(fault.calendar)) return false;
  if (fault.account !== undefined && fault.account !== subject.account) return false;
  if (fault.inBatch !== undefined && fault.inBatch !== subject.inBatch) return false;
  if (fault.kind === 'syncTokenExpired' || fault.kind === 'syncTokenRefused')
    return subject.request === 'events.list' && subject.hasSyncToken;
  if (fault.kind === 'pageTokenExpired' || fault.kind === 'duplicateRow') {
    return subject.request === 'events.list' && subject.hasPageToken;
  }
  if (fault.kind === 'cancelledMasterLeak') return subject.request === 'events.list' && !subject.hasSyncToken;
  if (ofConnections.has(fault.kind)) return !subject.inBatch;
  if (ofListings.has(fault.kind)) return subject.request === 'events.list';
  return true;
}
