/* Longer than 400 lines, because the order of what is looked at is the rule, and is read as a whole. */
import type { Behind } from './behind.ts';
import { behindOf } from './behind.ts';
import type { HoldView, Status, Trouble, Wait } from './dto.ts';
import type { AppError, ErrorCode } from './errors.ts';
import { appError } from './errors.ts';
import type { Instant } from './time.ts';
import { minute } from './time.ts';

/** All states that CalSync can be in; it is in exactly one (docs/health.md). */
export const healthStates = [
  'not-started',
  'catching-up',
  'in-sync',
  'in-sync-except',
  'syncing',
  'settling',
  'behind',
  'paused',
  'offline',
  'waiting',
  'needs-you',
  'cannot-sync',
  'demo',
] as const;
export type HealthState = (typeof healthStates)[number];

/**
 * Whose it is to do something about a matter: the `person` only they can mend; `known` stays as it is for good, and all that is
 * left is to say that one knows; `nobody` mends itself.
 */
export type Need = 'person' | 'known' | 'nobody';

/** Troubles of one cause, however many calendars they touch. */
export interface TroubleMatter {
  readonly kind: 'trouble';
  readonly code: ErrorCode;
  /** What it is about, each once; empty where it names nothing. */
  readonly abouts: readonly string[];
  readonly since: string | null;
  readonly need: Need;
  /** Whether the person has said of all of it that they know. */
  readonly known: boolean;
  readonly meetings: number;
  /** What is to be named when the person says that they know it. */
  readonly parts: readonly Pick<Trouble, 'code' | 'about' | 'what'>[];
}

/** Something that a person is told of by itself: what has one cause, or a question. */
export type HealthMatter = TroubleMatter | { readonly kind: 'hold'; readonly hold: HoldView; readonly since: string };

interface Common {
  /** Since when it is so, as far as that is known: an ISO moment. */
  readonly since: string | null;
  /** All that is not as it should be, gathered: first what needs the person, last what needs nobody. */
  readonly matters: readonly HealthMatter[];
}

/** The one state, and what has to be said of it. */
export type Health = Common &
  (
    | { readonly state: 'not-started'; readonly lacks: 'account' | 'start' }
    | { readonly state: 'catching-up' | 'syncing'; readonly progress: Status['progress'] }
    | { readonly state: 'in-sync' | 'demo' | 'offline' }
    | { readonly state: 'in-sync-except'; readonly except: readonly TroubleMatter[]; readonly known: boolean }
    | { readonly state: 'settling'; readonly meetings: number }
    /** Calendars that were not read for long, and what was met of them. */
    | { readonly state: 'behind'; readonly behind: Behind }
    | { readonly state: 'paused'; readonly until: string; readonly byReset: boolean }
    | { readonly state: 'waiting'; readonly for: keyof Status['waitsFor']; readonly error: AppError | null }
    /** What needs the person, most urgent first; at least one. */
    | { readonly state: 'needs-you'; readonly what: readonly [HealthMatter, ...HealthMatter[]] }
    | { readonly state: 'cannot-sync'; readonly why: HealthMatter }
  );

/** What a status says about how things stand. */
export type HealthFacts = Omit<Status, 'version' | 'activity' | 'undoable' | 'nextSyncAt' | 'restsUntil' | 'signIn'>;

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
const eachByItself: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'needs-sign-in',
  'sign-in-ends-soon',
  'permission-missing',
  'calendars-offered',
]);

/** What cannot be done before the disk is as it should be. */
const ofTheDisk: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'data-folder-unusable',
  'database-corrupt',
  'database-failed',
]);

/** Why no sync starts without anything being wrong. */
const chosen: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['paused', 'not-started', 'reset-unfinished', 'cancelled']);

/** A clock may be so much behind before what it says of the past is void (DESIGN, "Fences"). */
const tolerance = 5 * minute;

/** What is older than so many intervals is not true now (DESIGN, "Health"). */
const intervals = 2;

/**
 * Takes what is known (null: nothing yet) and now; returns the one state that CalSync is in. Every surface says this and nothing else
 * (docs/health.md, ADR 0049). `in-sync` is a promise: it is the answer only where nothing speaks against it.
 */
export function healthOf(facts: HealthFacts | null, now: Instant): Health {
  if (facts === null) return { state: 'catching-up', since: null, matters: [], progress: null };
  const matters = mattersOf(facts);
  const person = matters.filter(needsPerson);
  const common = (since: string | null): Common => ({ since, matters });
  const needs = ([first, ...rest]: readonly HealthMatter[]): Health | null =>
    first === undefined ? null : { state: 'needs-you', ...common(first.since), what: [first, ...rest] };

  const missing = missingOf(facts, common);
  if (missing !== null) return missing;
  if (facts.accounts.length === 0) return { state: 'not-started', ...common(null), lacks: 'account' };
  if (!facts.started) return { state: 'not-started', ...common(null), lacks: 'start' };
  const { pausedUntil: until } = facts;
  if (until !== null && (until === 'forever' || Date.parse(until) > now)) {
    return { state: 'paused', ...common(facts.pausedSince), until, byReset: facts.pausedByReset };
  }
  const { keychain } = facts.waitsFor;
  if (keychain !== null) return { state: 'waiting', ...common(keychain.since), for: 'keychain', error: keychain.error };

  const { lastRun, newestRun, runningSince, progress, awakeSince } = facts;
  const why = whyNothing(facts, matters, now);
  if (why !== null) return { state: 'cannot-sync', ...common(why.since ?? lastRun?.finishedAt ?? null), why };
  const needed = needs(person);
  if (needed !== null) return needed;

  const isOld = (moment: string | null): boolean => moment !== null && isOlder(moment, now, facts.intervalMinutes);
  // Nobody syncs by itself here, so that what the last sync met may have gone long ago.
  const abandoned = awakeSince === null && runningSince === null && (lastRun === null || isOld(lastRun.finishedAt));
  if (lastRun?.outcome === 'offline' && !abandoned && runningSince === null) {
    return { state: 'offline', ...common(sinceOf(matters, 'offline') ?? lastRun.finishedAt) };
  }
  const isFirst =
    awakeSince !== null &&
    !isAhead(awakeSince, now) &&
    (newestRun === null || newestRun.startedAt < awakeSince || newestRun.outcome === 'running');
  // As with what needs the person, a sync that goes on does not hide it.
  const behind = isFirst || abandoned ? null : behindNow(facts, now);
  if (behind !== null) return { state: 'behind', ...common(behind.since), behind };
  if (runningSince !== null) {
    return { state: isFirst ? 'catching-up' : 'syncing', ...common(runningSince), progress };
  }
  const catchingUp = (since: string | null): Health => ({ state: 'catching-up', ...common(since), progress: null });
  if (isFirst) return catchingUp(awakeSince);
  if (abandoned) {
    const overdue = overdueMatter(facts.lastSyncAt);
    return { state: 'needs-you', since: overdue.since, matters: [overdue, ...matters], what: [overdue] };
  }
  if (facts.lastSyncAt === null || isAhead(facts.lastSyncAt, now)) return catchingUp(null);
  if (isOld(facts.lastSyncAt)) {
    const late = ofCodes(matters, [facts.couldNotStart?.error.code]) ?? metByFailedRun(facts, matters);
    const overdue = overdueMatter(facts.lastSyncAt);
    return {
      state: 'cannot-sync',
      since: late?.since ?? facts.lastSyncAt,
      matters: late === null ? [overdue, ...matters] : matters,
      why: late ?? overdue,
    };
  }
  // What was begun and not ended, by whatever killed it: the next sync does the rest.
  if (newestRun === null || newestRun.outcome === 'running' || newestRun.outcome === 'interrupted') {
    return catchingUp(newestRun?.startedAt ?? null);
  }
  const troubles = matters.filter((one) => one.kind === 'trouble');
  const passing = troubles.filter((one) => one.need === 'nobody');
  const staying = troubles.filter((one) => one.need === 'known');
  const lasting = passing.filter((one) => isOld(one.since));
  if (passing.length > lasting.length) return catchingUp(earliest(passing));
  if (lastRun?.outcome !== 'ok' && troubles.length === 0) return catchingUp(lastRun?.finishedAt ?? null);
  // Before any exception, because nothing can be said of what nobody has read.
  const unread = unreadSince(facts, now);
  if (unread !== null) return catchingUp(earliest(passing) ?? (unread === 'never' ? null : unread));
  const except = [...staying, ...lasting];
  const known = except.every((one) => one.known);
  const excepted = (): Health => ({ state: 'in-sync-except', ...common(earliest(except)), except, known });
  if (!known) return excepted();
  const { settling, waiting } = facts;
  // Those that stay refused are tried with each sync, and so wait as well.
  const refused = staying.reduce((sum, one) => sum + one.meetings, 0);
  if (waiting > refused + (settling?.meetings ?? 0)) return catchingUp(lastRun?.finishedAt ?? null);
  if (settling !== null) return { state: 'settling', ...common(settling.since), meetings: settling.meetings };
  if (except.length > 0) return excepted();
  return { state: facts.demo ? 'demo' : 'in-sync', ...common(facts.lastSyncAt) };
}

/** Takes what is known and now; returns the calendars that CalSync is behind with for long, or null. */
export function behindNow(facts: HealthFacts, now: Instant): Behind | null {
  return behindOf(facts, now, ({ code }) => needOf(code) === 'nobody');
}

/** What nothing goes on without, and why it is missing. */
function missingOf({ waitsFor: { engine, disk } }: HealthFacts, common: (since: string) => Common): Health | null {
  if (engine !== null) {
    const { since, error } = engine;
    if (error !== null && !ofTheDisk.has(error.code)) {
      return { state: 'cannot-sync', ...common(since), why: matterOf([{ ...asTrouble(error), since }]) };
    }
    return { state: 'waiting', ...common(since), for: error === null ? 'engine' : 'disk', error };
  }
  return disk === null ? null : { state: 'waiting', ...common(disk.since), for: 'disk', error: disk.error };
}

/**
 * Why nothing can sync, or null where something can: nobody is signed in, no sync could even begin, or none could read anything.
 * One that failed for a reason that passes is no more than late at first, because the next one mends it.
 */
function whyNothing(facts: HealthFacts, matters: readonly HealthMatter[], now: Instant): HealthMatter | null {
  const { couldNotStart, accounts, intervalMinutes } = facts;
  const stopped = couldNotStart?.error.code;
  const unstarted = stopped === 'busy-elsewhere' ? null : ofCodes(matters, [stopped]);
  if (unstarted !== null) return unstarted;
  if (accounts.every(({ state }) => state === 'needs-sign-in')) return ofCodes(matters, ['needs-sign-in']);
  // Without any, what had failed is mended, and the next sync is to show it.
  const met = metByFailedRun(facts, matters);
  const passes = met?.need === 'nobody' && (met.since === null || !isOlder(met.since, now, intervalMinutes));
  return passes ? null : met;
}

/** Takes what stands; returns what the last run met where it could read nothing, or null where it could, or that is mended. */
function metByFailedRun({ lastRun }: HealthFacts, matters: readonly HealthMatter[]): TroubleMatter | null {
  return lastRun?.outcome === 'failed'
    ? ofCodes(
        matters,
        lastRun.errors.map(({ code }) => code),
      )
    : null;
}

function ofCodes(matters: readonly HealthMatter[], codes: readonly (ErrorCode | undefined)[]): TroubleMatter | null {
  return matters.find((one): one is TroubleMatter => one.kind === 'trouble' && codes.includes(one.code)) ?? null;
}

/** Takes the facts; returns all that is not as it should be: what has one cause as one matter, what needs the person first. */
function mattersOf({ troubles, holds, couldNotStart }: HealthFacts): readonly HealthMatter[] {
  const all = [...troubles];
  if (couldNotStart !== null && !chosen.has(couldNotStart.error.code)) {
    const { since, error } = couldNotStart;
    const isKnown = all.some(({ code, about }) => code === error.code && about === error.about);
    if (!isKnown) all.push({ ...asTrouble(error), since });
  }
  const cause = (one: Trouble): string => (eachByItself.has(one.code) ? `${one.code} ${one.about ?? ''}` : one.code);
  const gathered = [...Map.groupBy(all, cause).values()].map(matterOf);
  const of = (need: Need): readonly TroubleMatter[] => gathered.filter((one) => one.need === need);
  return [
    ...of('person'),
    ...holds.map((hold) => ({ kind: 'hold', hold, since: hold.since }) as const),
    ...of('known'),
    ...of('nobody'),
  ];
}

function matterOf(troubles: readonly Trouble[]): TroubleMatter {
  const code = troubles[0]?.code ?? 'unexpected';
  return {
    kind: 'trouble',
    code,
    abouts: [...new Set(troubles.flatMap(({ about }) => about ?? []))],
    since: earliest(troubles),
    need: needOf(code),
    known: needOf(code) === 'known' && troubles.every(({ known }) => known),
    meetings: troubles.reduce((sum, { meetings }) => sum + meetings, 0),
    parts: troubles.map(({ code, about, what }) => ({ code, about, what })),
  };
}

/** Takes a failure; returns it as a trouble of which nothing more is known. */
export function asTrouble(error: AppError): Trouble {
  return { ...error, since: null, meetings: 0, what: '', known: false };
}

/** Takes a matter; returns whether only the person can mend it, or must answer it. */
export function needsPerson(matter: HealthMatter): boolean {
  return matter.kind === 'hold' || matter.need === 'person';
}

/** Takes a matter; returns whether the person is to be shown it as theirs: to mend, to answer, or to know. */
export function isForThePerson(matter: HealthMatter): boolean {
  return needsPerson(matter) || (matter.kind === 'trouble' && matter.need === 'known' && !matter.known);
}

function overdueMatter(lastSyncAt: string | null): TroubleMatter {
  return matterOf([{ ...asTrouble(appError('sync-overdue')), since: lastSyncAt }]);
}

function earliest(troubles: readonly { readonly since: string | null }[]): string | null {
  return troubles.flatMap(({ since }) => since ?? []).sort()[0] ?? null;
}

function sinceOf(matters: readonly HealthMatter[], code: ErrorCode): string | null {
  return matters.find((one) => one.kind === 'trouble' && one.code === code)?.since ?? null;
}

function isAhead(moment: string, now: Instant): boolean {
  return Date.parse(moment) - now > tolerance;
}

/** Whether something lies more than two intervals back, or so far ahead that only a wrong clock can have said it. */
function isOlder(moment: string, now: Instant, intervalMinutes: number): boolean {
  return isAhead(moment, now) || now - Date.parse(moment) > intervals * intervalMinutes * minute;
}

/** Since when a calendar in use was not read that should have been; null where all were. One that is gone says so itself. */
function unreadSince({ calendars, intervalMinutes }: HealthFacts, now: Instant): string | null {
  const late = calendars.filter(
    ({ source, target, goneSince, lastReadAt }) =>
      (source || target) && goneSince === null && (lastReadAt === null || isOlder(lastReadAt, now, intervalMinutes)),
  );
  if (late.length === 0) return null;
  return late.some(({ lastReadAt }) => lastReadAt === null)
    ? 'never'
    : earliest(late.map((one) => ({ since: one.lastReadAt })));
}

/** How a state looks: what is good, goes on by itself, rests, wants a look, or is bad. One shape and colour for each. */
export type Tone = 'good' | 'busy' | 'quiet' | 'amber' | 'red';

/** Takes a state; returns how it looks. `good` is the promise, and given by no other state. */
export function toneOf(health: Health): Tone {
  switch (health.state) {
    case 'in-sync':
    case 'demo':
      return 'good';
    case 'in-sync-except':
      if (health.known) return 'good';
      // What needs nobody is no reason to look alarmed.
      return health.except.some(isForThePerson) ? 'amber' : 'quiet';
    case 'syncing':
    case 'catching-up':
    case 'settling':
      return 'busy';
    case 'not-started':
    case 'paused':
    case 'offline':
      return 'quiet';
    case 'behind':
    case 'waiting':
    case 'needs-you':
      return 'amber';
    case 'cannot-sync':
      return 'red';
  }
}

/** Takes a version and whether it is the demo; returns the status of a CalSync of which nothing is known. */
export function blankStatus(version: string, demo: boolean): Status {
  const none: Wait | null = null;
  return {
    version,
    demo,
    progress: null,
    signIn: null,
    restsUntil: null,
    started: false,
    runningSince: null,
    awakeSince: null,
    intervalMinutes: 5,
    lastSyncAt: null,
    nextSyncAt: null,
    pausedUntil: null,
    pausedSince: null,
    pausedByReset: false,
    accounts: [],
    calendars: [],
    holds: [],
    activity: [],
    lastRun: null,
    newestRun: null,
    waiting: 0,
    settling: null,
    couldNotStart: null,
    waitsFor: { disk: none, keychain: none, engine: none },
    undoable: [],
    troubles: [],
  };
}
