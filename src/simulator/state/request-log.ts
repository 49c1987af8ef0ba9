/** One request, or one part of a batch, as the simulator saw it. */
export interface RequestRecord {
  readonly number: number;
  readonly at: number;
  readonly account: string | undefined;
  readonly method: string;
  /** Percent-decoded path. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** 0 when the connection was cut. */
  readonly status: number;
  /** Such as `events.list`, `events.insert`, `calendarList.list`, `batch`, `token`. */
  readonly kind: string;
  /** Number of the batch request that this was a part of. */
  readonly batch: number | undefined;
  /** Body of a write, parsed. */
  readonly body: unknown;
  /** Faults that struck. */
  readonly faults: readonly string[];
}

const WRITES: ReadonlySet<string> = new Set([
  'events.insert',
  'events.update',
  'events.patch',
  'events.delete',
  'events.import',
  'events.move',
  'events.quickAdd',
  'calendars.insert',
  'calendars.delete',
]);

/** Every request since the start or the last reset. */
export class RequestLog {
  #records: RequestRecord[] = [];
  #next = 1;

  /** The number that the next record will carry. */
  reserve(): number {
    const number = this.#next;
    this.#next += 1;
    return number;
  }

  /** Adds a record. */
  add(record: RequestRecord): void {
    this.#records.push(record);
  }

  /** All records in the order in which they were answered. */
  list(): readonly RequestRecord[] {
    return this.#records;
  }

  /** How many requests there were of each kind; a batch counts as one `batch`, its parts under their own kinds. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { kind } of this.#records) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  /** The requests that write to calendars, failed ones included. */
  writes(): RequestRecord[] {
    return this.#records.filter((record) => WRITES.has(record.kind));
  }

  /** Forgets all records. */
  reset(): void {
    this.#records = [];
  }
}

/** What a path and method are called in the log. */
export function requestKind(method: string, path: string): string {
  const names: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
    [/^\/calendar\/v3\/calendars\/[^/]+\/events\/import$/, { POST: 'events.import' }],
    [/^\/calendar\/v3\/calendars\/[^/]+\/events\/quickAdd$/, { POST: 'events.quickAdd' }],
    [/^\/calendar\/v3\/calendars\/[^/]+\/events\/[^/]+\/instances$/, { GET: 'events.instances' }],
    [/^\/calendar\/v3\/calendars\/[^/]+\/events\/[^/]+\/move$/, { POST: 'events.move' }],
    [
      /^\/calendar\/v3\/calendars\/[^/]+\/events\/[^/]+$/,
      { GET: 'events.get', PUT: 'events.update', PATCH: 'events.patch', DELETE: 'events.delete' },
    ],
    [/^\/calendar\/v3\/calendars\/[^/]+\/events$/, { GET: 'events.list', POST: 'events.insert' }],
    [/^\/calendar\/v3\/calendars$/, { POST: 'calendars.insert' }],
    [/^\/calendar\/v3\/calendars\/[^/]+$/, { GET: 'calendars.get', DELETE: 'calendars.delete' }],
    [/^\/calendar\/v3\/users\/me\/calendarList$/, { GET: 'calendarList.list' }],
    [/^\/calendar\/v3\/users\/me\/calendarList\/[^/]+$/, { GET: 'calendarList.get' }],
    [/^\/calendar\/v3\/users\/me\/settings(\/[^/]+)?$/, { GET: 'settings.get' }],
    [/^\/calendar\/v3\/colors$/, { GET: 'colors.get' }],
    [/^\/calendar\/v3\/freeBusy$/, { POST: 'freebusy.query' }],
    [/^\/batch\/calendar\/v3$/, { POST: 'batch' }],
    [/^\/o\/oauth2\/v2\/auth/, { GET: 'authorize', POST: 'consent' }],
    [/^\/token$/, { POST: 'token' }],
    [/^\/revoke$/, { POST: 'revoke' }],
    [/^\/tokeninfo$/, { GET: 'tokeninfo', POST: 'tokeninfo' }],
    [/^\/(v1|oauth2\/v3)\/userinfo$/, { GET: 'userinfo', POST: 'userinfo' }],
  ];
  return names.find(([pattern]) => pattern.test(path))?.[1][method] ?? 'other';
}
