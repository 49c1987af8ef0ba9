import { behindOf, type Behind } from './behind.ts';
import { isAhead, isOlder } from './health/ages.ts';
import {
  asTrouble,
  earliest,
  matterOf,
  mattersOf,
  metByFailedRun,
  needsPerson,
  ofCodes,
  overdueMatter,
  sinceOf,
} from './health/matters.ts';
import { needOf, ofTheDisk } from './health/needs.ts';
import type { Common, Health, HealthFacts, HealthMatter } from './health/states.ts';
import type { Instant } from './time.ts';

export { blankStatus } from './health/blank.ts';
export { asTrouble, isForThePerson, needsPerson } from './health/matters.ts';
export { needOf, type Need } from './health/needs.ts';
export { healthStates } from './health/states.ts';
export type { Health, HealthFacts, HealthMatter, HealthState, TroubleMatter } from './health/states.ts';
export { toneOf, type Tone } from './health/tone.ts';

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
