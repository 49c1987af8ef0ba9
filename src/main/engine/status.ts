import type {
  AccountView,
  ActivityView,
  CalendarView,
  HeldBlocks,
  HoldView,
  MuteView,
  RunView,
  Status,
  Trouble,
  Wait,
} from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { firstChoiceOf } from '../../shared/first-choice.ts';
import type { CalendarId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import { nameOfHeld } from '../core/holds.ts';
import { noCapabilities } from '../core/capabilities.ts';
import { digest } from '../core/identity.ts';
import type { Hold, ObservedBlock } from '../core/model.ts';
import { pauseAt } from '../core/schedule.ts';
import { instantOf } from '../core/times.ts';
import type {
  AccountRecord,
  AddressStore,
  CalendarAccess,
  CalendarRecord,
  CalendarStore,
  GuardStore,
  LeaseStore,
  PlanStore,
  RunRecord,
  Standing,
  Store,
  StoredMute,
} from '../ports/store.ts';
import { capabilitiesOf } from './access.ts';
import { sameName, standingName, troublesNow } from './troubles.ts';

/** What is going on in this process and in no database. */
export interface RuntimeState {
  readonly version: string;
  readonly demo: boolean;
  readonly now: Instant;
  /** Since when a sync goes on here; null while none does. */
  readonly runningSince: Instant | null;
  readonly signIn: Status['signIn'];
  /** Until when the run at hand waits because the service asked for it; null where it does not. */
  readonly restsUntil: Instant | null;
  /** Since when this process syncs by itself: its start, or the last wake. Null where it does not. */
  readonly awakeSince: Instant | null;
  /** Why the last sync that was due could not start; null where it could. */
  readonly couldNotStart: { readonly since: Instant; readonly error: AppError } | null;
  /** Since when the disk takes or gives nothing, and how that shows; null while it does. */
  readonly disk: { readonly since: Instant; readonly error: AppError } | null;
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly nextSyncAt: Instant | null;
  /** Since when the keychain may be asking the person for something; null where it does not. */
  readonly keychainAsksSince: Instant | null;
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
export function accountView(account: AccountRecord): AccountView {
  return {
    id: account.id,
    email: account.email,
    state: account.state,
    kept: account.heldBy === null ? 'keychain' : 'until-quit',
    signInEndsAt: moment(account.signInEndsAt),
  };
}

const noBlocks: ReadonlyMap<CalendarId, number> = new Map();

/** What was seen last of a calendar that nobody lists any more. */
function lastSeen({ listedBy, seenWith }: CalendarRecord): CalendarAccess {
  return {
    accountId: listedBy,
    access: seenWith ?? 'reads',
    ...{ privateHidden: false, primary: false, selected: true, hidden: false, capabilities: noCapabilities },
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
      : capabilitiesOf(calendar, calendar.accesses).outOfOffice
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
function formerNames(store: AddressStore, calendars: readonly CalendarRecord[]): ReadonlyMap<CalendarId, string> {
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
export function holdViews(store: CalendarStore & GuardStore): readonly HoldView[] {
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

/** Takes the store and a hold; returns the very blocks that it is about, soonest first. From what is stored; nobody is asked. */
export function heldBlocksView(store: CalendarStore & PlanStore, hold: Hold): HeldBlocks {
  const calendars = new Map(store.calendars().map((calendar) => [calendar.id, calendar]));
  const known = new Map<string, ObservedBlock>();
  for (const { blocks } of store.loadGroups(hold.groupKeys)) {
    for (const block of blocks) known.set(`${block.targetId}|${block.id}`, block);
  }
  const when = ({ start, targetId }: HeldBlocks['blocks'][number]): number =>
    (start === null ? null : instantOf(start, calendars.get(targetId)?.timeZone ?? null)) ?? Infinity;
  const blocks = hold.blocks.map(({ targetId, blockId, slot }) => {
    const block = known.get(`${targetId}|${blockId}`);
    const date = slot === null ? undefined : block?.slots.find(({ key }) => key === slot);
    const start = slot === null ? block?.content.start : (date?.content?.start ?? date?.originalStart);
    return {
      targetId,
      targetName: calendars.get(targetId)?.name ?? targetId,
      start: start ?? null,
      series: slot === null && (block?.content.recurrence.length ?? 0) > 0,
    };
  });
  return { version: holdVersion(hold), blocks: blocks.sort((one, other) => when(one) - when(other) || 0) };
}

/** Takes a mute, returns the name that commands know it by. */
export function muteKey(mute: Pick<StoredMute, 'sourceRef' | 'targetId' | 'slot'>): string {
  return [mute.sourceRef, mute.targetId, ...(mute.slot === null ? [] : [mute.slot])].join('/');
}

/** Takes the store, returns the blocks that are kept away. */
export function muteViews(store: CalendarStore & GuardStore): readonly MuteView[] {
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
function withMutes(activity: readonly ActivityView[], store: GuardStore): ActivityView[] {
  if (!activity.some(({ mute }) => mute !== null)) return [...activity];
  const held = new Set(store.mutes().map(muteKey));
  return activity.map((one) => (one.mute === null || held.has(one.mute) ? one : { ...one, mute: null }));
}

function calendarNames(store: CalendarStore): ReadonlyMap<CalendarId, string> {
  return new Map(store.calendars().map((calendar) => [calendar.id, calendar.name]));
}

/** What the last runs were, as far as it says how things stand. */
interface LastRuns {
  readonly newest: RunRecord | null;
  /** The newest one that came to its end. */
  readonly finished: RunRecord | null;
}

/** Since when a sync goes on: here, or in another process that still runs. */
function runningSince(store: LeaseStore, state: RuntimeState, { newest }: LastRuns): Instant | null {
  if (state.runningSince !== null || newest?.outcome !== 'running') return state.runningSince;
  const lease = store.lease();
  if (lease === null || lease.holder === 'dead') return null;
  return lease.holder === 'alive' || lease.expiresAt > state.now ? newest.startedAt : null;
}

/**
 * Takes failures, the last run and what is known of since when; returns what waits for the keychain, or null. Without one, sign-ins
 * that were made since last until the program ends: it is waited for only where nothing goes on without it.
 */
function keychainWait(
  state: RuntimeState,
  accounts: readonly AccountRecord[],
  { finished }: LastRuns,
  standing: readonly Standing[],
): Wait | null {
  const { couldNotStart, keychainAsksSince } = state;
  if (keychainAsksSince !== null) return { since: moment(keychainAsksSince), error: appError('keychain-asks') };
  const refused = finished?.errors.find(({ code }) => code === 'keychain-failed');
  const missing = state.troubles.find(({ code }) => code === 'keychain-unavailable');
  const stopped = couldNotStart?.error.code === 'keychain-failed' ? couldNotStart.error : undefined;
  const signedOut = accounts.length > 0 && accounts.every((account) => account.state === 'needs-sign-in');
  const error = stopped ?? refused ?? (signedOut ? missing : undefined);
  if (error === undefined) return null;
  const since = standing.find(({ code }) => code === error.code)?.since;
  return { since: moment(since ?? state.couldNotStart?.since ?? finished?.finishedAt ?? state.now), error };
}

/** Takes what is waited for; returns it as it is shown. */
export function waitView(wait: RuntimeState['disk']): Wait | null {
  return wait === null ? null : { since: moment(wait.since), error: wait.error };
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
  const runs = store.lastRuns(20);
  const lastRun = runs.find((run) => run.finishedAt !== null) ?? null;
  const last: LastRuns = { newest: runs[0] ?? null, finished: lastRun };
  const standing = store.standing();
  const keychain = keychainWait(state, accounts, last, standing);
  const troubles = troublesNow(store, { now: state.now, here: state.troubles, lastRun })
    .filter(({ code }) => keychain === null || (code !== 'keychain-failed' && code !== 'keychain-unavailable'))
    .map((error): Trouble => {
      const name = standingName(error);
      const known = standing.find((one) => sameName(one, name));
      const { meetings = 0, what = '' } = known ?? {};
      return { ...error, since: moment(known?.since ?? null), meetings, what, known: known?.known ?? false };
    });
  const settling = standing.find(({ code }) => code === 'settling');
  const { couldNotStart } = state;
  const blocked = keychain !== null && couldNotStart?.error.code === 'keychain-failed' ? null : couldNotStart;
  const paused = pauseAt(store.settings().pausedUntil, state.now);
  return {
    version: state.version,
    demo: state.demo,
    progress: state.progress === null || state.disk !== null ? null : { ...state.progress },
    signIn: state.signIn,
    restsUntil: state.runningSince === null || state.restsUntil === null ? null : moment(state.restsUntil),
    runningSince: moment(runningSince(store, state, last)),
    awakeSince: moment(state.awakeSince),
    intervalMinutes: store.settings().intervalMinutes,
    lastSyncAt: moment(store.lastSyncedAt()),
    started: store.settings().started,
    nextSyncAt: paused === null && store.settings().started ? moment(state.nextSyncAt) : null,
    pausedUntil: paused === null || paused === 'forever' ? paused : moment(paused),
    pausedSince: paused === null ? null : moment(store.settings().pausedSince),
    pausedByReset: paused !== null && store.settings().pausedByReset,
    accounts: accounts.map(accountView),
    calendars: calendars.flatMap((calendar) => {
      const { id } = calendar;
      return calendarView(calendar, blocks.get(id) ?? 0, given.get(id) ?? 0, asked.get(id) ?? null) ?? [];
    }),
    holds: [...holdViews(store)],
    activity: withMutes(store.recentActivity(50), store),
    lastRun: lastRun === null ? null : runView(lastRun),
    newestRun: last.newest === null ? null : { startedAt: moment(last.newest.startedAt), outcome: last.newest.outcome },
    waiting: store.waiting(),
    settling: settling === undefined ? null : { meetings: settling.meetings, since: moment(settling.since) },
    couldNotStart: blocked === null ? null : { since: moment(blocked.since), error: blocked.error },
    waitsFor: { disk: waitView(state.disk), keychain, engine: null },
    undoable: [...store.undoableRuns()],
    troubles,
  };
}
