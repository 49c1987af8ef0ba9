import type {
  AccountView,
  ActivityView,
  CalendarView,
  Health,
  HoldView,
  MuteView,
  RunView,
  Status,
} from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { firstChoiceOf } from '../../shared/first-choice.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { day, type Instant } from '../../shared/time.ts';
import { nameOfHeld } from '../core/absent.ts';
import { digest } from '../core/identity.ts';
import type { Hold } from '../core/model.ts';
import { pauseAt } from '../core/schedule.ts';
import type { AccountRecord, CalendarAccess, CalendarRecord, RunRecord, Store, StoredMute } from '../ports/store.ts';

/** What is going on in this process and in no database. */
export interface RuntimeState {
  readonly version: string;
  readonly demo: boolean;
  readonly now: Instant;
  readonly syncing: boolean;
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly nextSyncAt: Instant | null;
  readonly keptIn: 'keychain' | 'memory';
  /** Troubles that are not about one account or calendar (no client, no keychain). */
  readonly troubles: readonly AppError[];
}

/** Takes an instant, returns it as it crosses to a page. */
export function moment(instant: Instant): string;
export function moment(instant: Instant | null): string | null;
export function moment(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

/** Takes a stored run, returns it as it is shown. */
export function runView(run: RunRecord): RunView {
  return {
    id: run.id,
    trigger: run.trigger,
    startedAt: moment(run.startedAt),
    finishedAt: moment(run.finishedAt),
    outcome: run.outcome,
    added: run.added,
    changed: run.changed,
    removed: run.removed,
    held: run.held,
    skipped: { ...run.skipped },
    requests: { ...run.requests },
    writes: run.writes,
    durationMs: run.finishedAt === null ? null : Math.max(0, run.finishedAt - run.startedAt),
    errors: [...run.errors],
  };
}

/** Takes a stored account, returns it as it is shown. */
export function accountView(account: AccountRecord, keptIn: 'keychain' | 'memory'): AccountView {
  return {
    id: account.id,
    email: account.email,
    state: account.state,
    kept: keptIn === 'keychain' ? 'keychain' : 'until-quit',
    signInEndsAt: moment(account.signInEndsAt),
  };
}

const noBlocks: ReadonlyMap<CalendarId, number> = new Map();

/** What was seen last of a calendar that nobody lists any more. */
function lastSeen({ listedBy, seenWith }: CalendarRecord): CalendarAccess {
  return {
    accountId: listedBy,
    access: seenWith ?? 'reads',
    ...{ privateHidden: false, primary: false, selected: true, hidden: false },
  };
}

/** One that is gone is shown while it is in use or a block of it stands, because the person may want to say what becomes of it. */
function calendarView(
  calendar: CalendarRecord,
  blocks: number,
  given: number,
  formerly: string | null,
): CalendarView | null {
  const isKept = calendar.source || calendar.target || given > 0;
  const best = calendar.accesses[0] ?? (isKept ? lastSeen(calendar) : undefined);
  if (best === undefined) return null;
  return {
    id: calendar.id,
    name: calendar.name,
    accountId: best.accountId,
    colour: calendar.colour,
    timeZone: calendar.timeZone,
    access: best.access,
    privateHidden: best.privateHidden,
    primary: best.primary,
    source: calendar.source,
    target: calendar.target,
    outOfOffice: calendar.outOfOfficeRefused
      ? 'refused'
      : calendar.accesses.some((access) => access.primary)
        ? 'possible'
        : 'not-main',
    firstChoice: firstChoiceOf({ ...best, nature: calendar.nature }),
    offered: calendar.offered,
    goneSince: moment(calendar.gone?.since ?? null),
    address: calendar.address,
    formerly,
    blocks,
    lastReadAt: moment(calendar.lastReadAt),
    trouble: formerly === null ? calendar.trouble : appError('calendar-renamed', calendar.name),
  };
}

/** What the calendars were called that others may be under a new address, as far as the person is asked; by the new one. */
function formerNames(store: Store, calendars: readonly CalendarRecord[]): ReadonlyMap<CalendarId, string> {
  const byId = new Map(calendars.map((calendar) => [calendar.id, calendar]));
  return new Map(
    store.renamings().flatMap(({ calendarId, formerId, state }): [CalendarId, string][] => {
      const former = byId.get(formerId);
      if (state !== 'asked' || former === undefined) return [];
      return [[calendarId, former.name === byId.get(calendarId)?.name ? former.address : former.name]];
    }),
  );
}

/** Takes a hold; returns what tells exactly these blocks from others that are held under the same name. */
export function holdVersion({ blocks }: Pick<Hold, 'blocks'>): string {
  return digest(blocks.map(nameOfHeld).sort().join('\n')).slice(0, 16);
}

/** Takes the store, returns what waits for the person. */
export function holdViews(store: Store): readonly HoldView[] {
  const names = calendarNames(store);
  return store.holds().map((hold) => ({
    key: hold.key,
    kind: hold.kind,
    calendarId: hold.calendarId,
    calendarName: names.get(hold.calendarId) ?? hold.calendarId,
    count: hold.count,
    since: moment(hold.since),
    version: holdVersion(hold),
  }));
}

/** Takes a mute, returns the name that commands know it by. */
export function muteKey(mute: Pick<StoredMute, 'sourceRef' | 'targetId' | 'slot'>): string {
  return [mute.sourceRef, mute.targetId, ...(mute.slot === null ? [] : [mute.slot])].join('/');
}

/** Takes the store, returns the blocks that are kept away. */
export function muteViews(store: Store): readonly MuteView[] {
  const names = calendarNames(store);
  return store.mutes().map((mute) => ({
    key: muteKey(mute),
    targetId: mute.targetId,
    targetName: names.get(mute.targetId) ?? mute.targetId,
    start: mute.start,
    since: moment(mute.since),
  }));
}

/** Takes what happened; returns it with the names of those mutes only that still hold, because others cannot be lifted. */
function withMutes(activity: readonly ActivityView[], store: Store): ActivityView[] {
  if (!activity.some(({ mute }) => mute !== null)) return [...activity];
  const held = new Set(store.mutes().map(muteKey));
  return activity.map((one) => (one.mute === null || held.has(one.mute) ? one : { ...one, mute: null }));
}

function calendarNames(store: Store): ReadonlyMap<CalendarId, string> {
  return new Map(store.calendars().map((calendar) => [calendar.id, calendar.name]));
}

/** A sign-in that is known to end soon is announced this long before (DESIGN, "Tokens and OAuth"). */
const endsSoon = 2 * day;

function troublesOf(
  store: Store,
  accounts: readonly AccountRecord[],
  calendars: readonly CalendarRecord[],
  state: RuntimeState,
): AppError[] {
  const troubles: AppError[] = [...state.troubles];
  for (const account of accounts) {
    if (account.state === 'needs-sign-in') troubles.push(appError('needs-sign-in', account.email));
    else if (account.signInEndsAt !== null && account.signInEndsAt - state.now < endsSoon) {
      troubles.push(appError('sign-in-ends-soon', account.email));
    }
    if (account.state === 'resting') troubles.push(appError('quota-exhausted', account.email));
  }
  for (const { kind, accountId } of store.undertakings()) {
    const email = accounts.find((account) => account.id === accountId)?.email ?? null;
    troubles.push(kind === 'reset' ? appError('reset-unfinished') : appError('account-removal-unfinished', email));
  }
  const left = new Set(store.removalsLeft().map((one) => one.targetId));
  for (const calendar of calendars) {
    if (left.has(calendar.id)) troubles.push(appError('removals-left', calendar.name));
  }
  const offering = new Set(calendars.filter((one) => one.offered).map((one) => one.accesses[0]?.accountId));
  for (const { calendarId, state } of store.renamings()) {
    const name = calendars.find((one) => one.id === calendarId)?.name ?? null;
    if (state === 'asked') troubles.push(appError('calendar-renamed', name));
  }
  for (const { id, email } of accounts) if (offering.has(id)) troubles.push(appError('calendars-offered', email));
  for (const calendar of calendars) {
    const { trouble } = calendar;
    if (trouble === null || !(calendar.source || calendar.target)) continue;
    const known = troubles.some((one) => one.code === trouble.code && one.about === trouble.about);
    if (!known) troubles.push(trouble);
  }
  return troubles;
}

/** Failures that a person must do something about; the rest mend themselves. */
const forThePerson: ReadonlySet<string> = new Set([
  'needs-sign-in',
  'sign-in-ends-soon',
  'permission-missing',
  'api-disabled',
  'calendar-switched-off',
  'client-missing',
  'client-refused',
  'keychain-failed',
  'clock-wrong',
  'calendar-gone',
  'calendars-offered',
  'calendar-read-only',
  'calendar-private-hidden',
  'calendar-seen-less',
  'calendar-renamed',
]);

function healthOf(store: Store, state: RuntimeState, troubles: readonly AppError[], lastRun: RunRecord | null): Health {
  const accounts = store.accounts();
  if (accounts.length === 0) return 'empty';
  if (state.syncing) return 'syncing';
  if (pauseAt(store.settings().pausedUntil, state.now) !== null) return 'paused';
  if (lastRun?.outcome === 'failed' || accounts.every((account) => account.state === 'needs-sign-in')) {
    return 'cannot-sync';
  }
  if (store.holds().length > 0 || troubles.some((trouble) => forThePerson.has(trouble.code))) return 'needs-you';
  if (lastRun?.outcome === 'offline') return 'offline';
  return lastRun === null || !store.settings().started ? 'never-synced' : 'in-sync';
}

/** Takes the store and what goes on now; returns all that a window shows. */
export function statusOf(store: Store, state: RuntimeState): Status {
  const accounts = store.accounts();
  const calendars = store.calendars();
  const blocks = store.liveBlocksByTarget();
  // Counted only where it decides, because a status is asked for all the time.
  const given = calendars.some(({ gone, source, target }) => gone !== null && !source && !target)
    ? store.liveBlocksBySource()
    : noBlocks;
  const asked = formerNames(store, calendars);
  const finished = store.lastRuns(20).filter((run) => run.finishedAt !== null);
  const lastRun = finished[0] ?? null;
  const lastGood = finished.find((run) => run.outcome === 'ok' || run.outcome === 'partial');
  const troubles = troublesOf(store, accounts, calendars, state);
  // Known only while a service is asked, and so of the last run.
  troubles.push(...(lastRun?.errors.filter(({ code }) => code === 'clock-wrong') ?? []));
  const paused = pauseAt(store.settings().pausedUntil, state.now);
  return {
    version: state.version,
    demo: state.demo,
    health: healthOf(store, state, troubles, lastRun),
    progress: state.progress === null ? null : { ...state.progress },
    lastSyncAt: moment(lastGood?.finishedAt ?? null),
    started: store.settings().started,
    nextSyncAt: paused === null && store.settings().started ? moment(state.nextSyncAt) : null,
    pausedUntil: paused === null || paused === 'forever' ? paused : moment(paused),
    accounts: accounts.map((account) => accountView(account, state.keptIn)),
    calendars: calendars.flatMap((calendar) => {
      const { id } = calendar;
      return calendarView(calendar, blocks.get(id) ?? 0, given.get(id) ?? 0, asked.get(id) ?? null) ?? [];
    }),
    holds: [...holdViews(store)],
    activity: withMutes(store.recentActivity(50), store),
    lastRun: lastRun === null ? null : runView(lastRun),
    undoable: [...store.undoableRuns()],
    troubles,
  };
}
