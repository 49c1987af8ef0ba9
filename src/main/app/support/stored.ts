import type { BlockPolicy, BusyPolicy, Status } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { AccountId } from '../../../shared/ids.ts';
import { healthOf } from '../../../shared/health.ts';
import { day, type Instant } from '../../../shared/time.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../core/policy.ts';
import { calendarScopes, missingScopes } from '../../oauth/scopes.ts';
import type { AccountRecord, CalendarRecord, RunRecord, Settings, Store } from '../../ports/store.ts';
import type { CalendarNames } from './log.ts';
import { instantText, isPlain, leftOut, plain, plainVersion } from './plain.ts';
import { atMost, fact, failureText, shortName, type Part, type Surroundings } from './report.ts';

/** What is known of a sign-in without showing it: whether it is kept, or why that could not be asked. */
export type KeptSignIn = 'kept' | 'missing' | 'not answered' | AppError;

/** What of the running app goes into the report. */
export interface Running {
  readonly status: () => Status;
  readonly client: boolean;
  readonly signIns: ReadonlyMap<AccountId, KeptSignIn>;
  readonly keptIn: 'keychain' | 'memory';
}

/** Runs of a week, or so many: whichever is less. */
const runsTold = 200;
/** Of what may be long, so many lines; the number of the rest is told. */
const longestList = 200;

const yes = (value: boolean): string => (value ? 'yes' : 'no');
const every = (words: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(words)
    .map(([name, value]) => `${name} ${typeof value === 'boolean' ? yes(value) : value}`)
    .join(', ');

/** How accounts and calendars are called: by their numbers, the same throughout. */
interface Names {
  readonly account: (id: string) => string;
  readonly calendar: CalendarNames;
  /** What a failure is about, where that is an account or a calendar; else empty. */
  readonly about: (error: AppError) => string;
}

function namesIn(store: Store, around: Surroundings): Names {
  const accounts = new Map<string, string>();
  const calendars = new Map<string, string>();
  const spoken = new Map<string, string>();
  // Where one of the two cannot be read, the other keeps its numbers, and each part says by itself what it misses.
  for (const [index, { id, email }] of orElse(() => store.accounts(), []).entries()) {
    accounts.set(id, `account ${index + 1}`);
    spoken.set(email, `account ${index + 1}`);
  }
  for (const [index, { id, address, name }] of orElse(() => store.calendars(), []).entries()) {
    const called = `calendar ${index + 1}`;
    calendars.set(id, called);
    if (!calendars.has(address)) calendars.set(address, called);
    for (const known of [id, address, name]) if (!spoken.has(known)) spoken.set(known, called);
  }
  return {
    account: (id) => accounts.get(id) ?? `account ${shortName(id, around)}`,
    calendar: (id) => calendars.get(id) ?? `calendar ${shortName(id, around)}`,
    about: ({ about }) => (about === null ? '' : (spoken.get(about) ?? '')),
  };
}

/**
 * Takes the store, what is known of the running app and the surroundings; returns the parts of the support report that are about
 * what is stored, and how calendars are called in them. Each line is put together from counts, times, switches and
 * words that are known: a text of a person is never one of them.
 */
export function storedParts(
  store: Store,
  running: Running,
  around: Surroundings,
): { readonly parts: readonly Part[]; readonly calendarName: CalendarNames } {
  const names = namesIn(store, around);
  return {
    calendarName: names.calendar,
    parts: [
      { title: 'Database', lines: () => databaseLines(store) },
      { title: 'State', lines: () => stateLines(store, running, names, around.now) },
      { title: 'Accounts', lines: () => store.accounts().map((each) => accountLine(each, running, names)) },
      { title: 'Choices for everything', lines: () => settingsLines(store.settings(), names) },
      { title: 'Calendars', lines: () => calendarLines(store, names, around) },
      { title: 'What waits', lines: () => waitingLines(store, names, around) },
      { title: 'Syncs of the last week, newest first', lines: () => runLines(store, names, around) },
      { title: 'What happened in the last week', lines: () => activityLines(store, around) },
    ],
  };
}

/** Takes what reads something and what stands in its place; returns the one, or the other where the disk fails. */
function orElse<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function databaseLines(store: Store): readonly string[] {
  const { sqlite, format, rows, lease } = store.facts();
  return [
    fact('Opened', 'yes'),
    fact('SQLite', plainVersion(sqlite)),
    fact('Format', format),
    fact(
      'Lease',
      lease === null ? 'none' : `held by a process, ${lease.holder}, until ${instantText(lease.expiresAt)}`,
    ),
    ...[...rows].map(([table, count]) => fact(`Rows of ${table}`, count)),
  ];
}

function failureOf(error: AppError, names: Names): string {
  const about = names.about(error);
  return about === '' ? failureText(error) : `${failureText(error)}, ${about}`;
}

function stateLines(
  store: Store,
  { status: statusNow, client, keptIn }: Running,
  names: Names,
  now: Instant,
): readonly string[] {
  const status = statusNow();
  const health = healthOf(status, now);
  const { started, pausedUntil } = store.settings();
  const paused = pausedUntil === null ? 'no' : pausedUntil === 'forever' ? 'until resumed' : instantText(pausedUntil);
  return [
    fact('Health', health.state),
    fact('Since', health.since ?? 'not known'),
    fact('Asked for the first sync', yes(started)),
    fact('Paused', paused),
    fact('Last good sync', status.lastSyncAt ?? 'never'),
    fact('Next sync', status.nextSyncAt ?? 'not planned in this process'),
    fact('Google client', client ? 'there' : 'missing'),
    fact('Sign-ins are kept in', keptIn),
    ...atMost(
      longestList,
      status.troubles.map((trouble) => fact('Trouble', failureOf(trouble, names))),
    ),
  ];
}

function signInText(kept: KeptSignIn | undefined): string {
  if (kept === undefined) return 'not asked';
  return typeof kept === 'string' ? kept : failureText(kept);
}

function accountLine(account: AccountRecord, { signIns }: Running, names: Names): string {
  const missing = missingScopes(account.scopes, calendarScopes).length;
  return `${names.account(account.id)}: ${plain(account.state)}, ${every({
    'sign-in': signInText(signIns.get(account.id)),
    'permissions missing': missing,
    added: instantText(account.addedAt),
    'calendars listed': instantText(account.listedAt),
    'resting until': account.restingUntil === null ? 'not' : instantText(account.restingUntil),
    'sign-in ends': account.signInEndsAt === null ? 'not known' : instantText(account.signInEndsAt),
  })}`;
}

function blockText(block: BlockPolicy): string {
  return every({
    'own text': block.summary === defaultBlockPolicy.summary ? 'not set' : 'set',
    visibility: block.visibility,
    colour: block.colorId ?? 'of the calendar',
    'minutes before': block.bufferBefore,
    'minutes after': block.bufferAfter,
    'place told': block.place,
    'private events told': block.tellPrivate,
    'out of office': block.outOfOffice,
  });
}

function settingsLines({ intervalMinutes, block, routes }: Settings, names: Names): readonly string[] {
  return [
    fact('Looks every', `${intervalMinutes} minutes`),
    fact('Blocks everywhere', blockText(block)),
    ...atMost(
      longestList,
      routes.map(
        (route) => `${names.calendar(route.sourceId)} to ${names.calendar(route.targetId)}: ${blockText(route.block)}`,
      ),
    ),
  ];
}

/** Where a zone is: only how it stands to that of this computer. */
function zoneText(zone: string | null, { timeZone }: Surroundings): string {
  if (zone === null) return 'none';
  return zone === timeZone ? 'as this computer' : 'another';
}

function busyText(busy: BusyPolicy, around: Surroundings): string {
  const choices = Object.entries(busy);
  if (choices.every(([name, value]) => value === defaultBusyPolicy[name as keyof BusyPolicy]))
    return 'as usual, nothing chosen';
  const { hours, ignoreTitles, minimumMinutes, ...switches } = busy;
  const told = Object.entries(switches).map(([name, value]): [string, string | boolean] => [
    name,
    typeof value === 'boolean' ? value : plain(value),
  ]);
  return every({
    ...Object.fromEntries(told),
    hours:
      hours === null
        ? 'all'
        : `${hours.days.join('+')} ${hours.from}-${hours.to} (zone ${zoneText(hours.timeZone, around)})`,
    'at least minutes': minimumMinutes,
    'patterns of what does not count': ignoreTitles === '' ? 'not set' : 'set',
  });
}

function calendarLines(store: Store, names: Names, around: Surroundings): readonly string[] {
  const on = store.liveBlocksByTarget();
  const from = store.liveBlocksBySource();
  const lines = store.calendars().map((each) => calendarLine(each, on.get(each.id) ?? 0, from.get(each.id) ?? 0));
  return atMost(longestList, lines).flatMap((line) => line.split('\n'));

  function calendarLine(calendar: CalendarRecord, blocksOn: number, eventsWithBlocks: number): string {
    const { gone, reread } = calendar;
    const accesses = calendar.accesses.map(
      ({ accountId, access, privateHidden, primary, hidden }) =>
        `${names.account(accountId)} ${access}${primary ? ', main' : ''}${privateHidden ? ', private events hidden' : ''}${hidden ? ', hidden' : ''}`,
    );
    const use = every({
      source: calendar.source,
      target: calendar.target,
      'in use since': instantText(calendar.inUseSince),
      offered: calendar.offered,
      nature: plain(calendar.nature),
      gone: gone === null ? 'no' : `since ${instantText(gone.since)}, proof ${plain(gone.proof ?? 'no')}`,
      'new address': calendar.address !== calendar.id,
      zone: zoneText(calendar.timeZone, around),
    });
    const reads = every({
      'last read': instantText(calendar.lastReadAt),
      'last full read': instantText(calendar.lastFullReadAt),
      'seen with': calendar.seenWith ?? 'nothing yet',
      'reads changes': calendar.cursor !== null,
      stale: calendar.stale,
      'read again': reread === null ? 'no' : `at ${instantText(reread.at)}, tries ${reread.tries}`,
      trouble: calendar.trouble === null ? 'none' : failureText(calendar.trouble),
    });
    const blocks = every({
      'blocks on it': blocksOn,
      'its events with blocks': eventsWithBlocks,
      'marks of removals': plain(calendar.removalMarks ?? 'unknown'),
      'out of office refused': calendar.outOfOfficeRefused,
    });
    return [
      `${names.calendar(calendar.id)}: ${accesses.join('; ') || 'no access'}`,
      `  ${use}`,
      `  ${reads}`,
      `  ${blocks}`,
      `  counts: ${busyText(calendar.busy, around)}`,
    ].join('\n');
  }
}

function waitingLines(store: Store, names: Names, around: Surroundings): readonly string[] {
  const mutes = store.mutes();
  const choices = store.holdChoices();
  const left = Map.groupBy(store.removalsLeft(), (one) => one.targetId);
  const lost = [...store.lostLately(around.now)].map(
    ([id, groups]) => `${names.calendar(id)} lost the blocks of ${groups.size} meetings within a day`,
  );
  return [
    fact('Groups to plan', store.dirtyGroups().size),
    fact('Blocks without known event', store.strayRefs().length),
    fact('Mutes', mutes.length),
    ...atMost(
      50,
      mutes.map(
        ({ sourceRef, targetId, slot, since }) =>
          `  event ${shortName(sourceRef, around)}${slot === null ? '' : ', one date'} kept away from ${names.calendar(targetId)} since ${instantText(since)}`,
      ),
    ),
    ...store
      .holds()
      .map(
        ({ key, kind, calendarId, count, since }) =>
          `Held: ${plain(kind)}, ${count} blocks, ${names.calendar(calendarId)}, since ${instantText(since)}, decided ${plain(choices.get(key)?.choice ?? 'no')}`,
      ),
    ...store
      .undertakings()
      .map(
        ({ kind, accountId, since, othersOn, revoke, removed, alreadyGone }) =>
          `Not finished: ${plain(kind)}${accountId === null ? '' : ` of ${names.account(accountId)}`}, since ${instantText(since)}, ${every({ removed, 'already gone': alreadyGone, 'calendars with others': othersOn.length, revoke })}`,
      ),
    ...[...left].map(([id, blocks]) => `Removals left: ${blocks.length} on ${names.calendar(id)}`),
    ...store
      .renamings()
      .map(
        ({ calendarId, formerId, state, since }) =>
          `Renaming ${plain(state)}: ${names.calendar(calendarId)}, formerly ${names.calendar(formerId)}, since ${instantText(since)}`,
      ),
    ...lost,
  ];
}

/** Counts under names: those that the report may not say are told together. */
function countsText(counts: Readonly<Record<string, number>>): string {
  const known = Object.entries(counts).filter(([name]) => isPlain(name));
  const rest = Object.entries(counts).filter(([name]) => !isPlain(name));
  const told = known.map(([name, count]) => `${name} ${count}`);
  if (rest.length > 0) told.push(`${leftOut} ${rest.reduce((sum, [, count]) => sum + count, 0)}`);
  return told.join(', ') || 'none';
}

function runLines(store: Store, names: Names, { now }: Surroundings): readonly string[] {
  return store
    .lastRuns(runsTold)
    .filter((run) => run.startedAt >= now - 7 * day)
    .flatMap((run) => [runLine(run), ...run.errors.map((error) => `    ${failureOf(error, names)}`)]);
}

function runLine(run: RunRecord): string {
  const took = run.finishedAt === null ? 'not finished' : `${run.finishedAt - run.startedAt} ms`;
  const changes = `+${run.added} ~${run.changed} -${run.removed}, held ${run.held}, writes ${run.writes}`;
  return `${instantText(run.startedAt)} run ${run.id} ${plain(run.trigger)} ${plain(run.outcome)}, ${took}: ${changes}; requests: ${countsText(run.requests)}; skipped: ${countsText(run.skipped)}`;
}

function activityLines(store: Store, { now }: Surroundings): readonly string[] {
  const counts = new Map<string, number>();
  for (const { at, kind, reason } of store.recentActivity(1000)) {
    if (Date.parse(at) < now - 7 * day) continue;
    const name = `${kind}, ${reason}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => fact(name, count));
}
