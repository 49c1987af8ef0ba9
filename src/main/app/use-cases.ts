import type { ClientView, Progress, ResetReceipt, RunView, Status, Trigger } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { blankStatus, needOf } from '../../shared/health.ts';
import type { AccountId } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { second, type Instant } from '../../shared/time.ts';
import { planSync } from '../core/plan/plan.ts';
import { datedNow } from '../core/clocks.ts';
import { pauseAt, pauseEnd } from '../core/schedule.ts';
import { Failures, isAsked, refusedUse } from '../engine/access.ts';
import { refreshCalendarLists } from '../engine/calendar-lists.ts';
import { planContext, pull, runCycle } from '../engine/cycle.ts';
import type { RunScope } from '../engine/deps.ts';
import { pullCalendars } from '../engine/pull.ts';
import { leaseTime } from '../engine/lease.ts';
import { startScheduler, type Scheduler } from '../engine/scheduler.ts';
import {
  accountView,
  holdVersion,
  heldBlocksView,
  holdViews,
  moment,
  muteKey,
  muteViews,
  runView,
  statusOf,
  waitView,
  type RuntimeState,
} from '../engine/status.ts';
import type { AddAccountRequest, CalSync, LongTask } from './calsync.ts';
import type { AccountRecord, CalendarRecord } from '../ports/store.ts';
import type { OAuthClient, SignedIn } from '../ports/tokens.ts';
import type { Parts } from './parts.ts';
import { examine } from './doctor.ts';
import { parseClientFile } from '../oauth/index.ts';
import { copiesIn, removeCopiesIn } from './copies.ts';
import { createMutex } from './mutex.ts';
import { planView } from './plan-view.ts';
import { newlyUsed, policiesOf, previewPolicies, rememberChoice, savePolicies } from './policies.ts';
import { findBlocksOfAccount, removeAccount } from './remove-account.ts';
import { beginReset, clearCalendar, findAllBlocks, goOnWithReset, otherBlocksOn, resetUnderWay } from './reset.ts';
import { supportReport, surroundingsHere } from './support/report.ts';
import { storedParts, type KeptSignIn } from './support/stored.ts';
import { keepUndo, keptViews, letGoOf, planUndo, undoPreviewOf, type PlannedUndo } from './undo.ts';
import { diskFailureOf } from '../store/index.ts';
import { keepClient } from './vault.ts';
import { whyOf } from './why.ts';

/** How many syncs a person is told of: at the usual interval, those of the last hour and a half. */
const runsShown = 20;

/** How many older ones that can be undone, because nobody looks through more than that. */
const undoableShown = 100;

/** How often it is looked whether a keychain that is waited for is back. */
const keychainPause = 15 * second;

/** How long a reset waits for a run of another process, which ends at its next request because of the pause. */
const resetPatience = 30 * second;

/** Takes all parts, returns what a person can ask for. Long tasks run one after the other. */
export function createUseCases(parts: Parts): CalSync {
  const { store, engine, clock, logger } = parts;
  const exclusive = createMutex();
  const listeners = new Set<(status: Status) => void>();
  const closing = new AbortController();
  let runningSince: Instant | null = null;
  let awakeSince: Instant | null = null;
  let couldNotStart: RuntimeState['couldNotStart'] = null;
  let progress: { done: number; total: number } | null = null;
  let scheduler: Scheduler | null = null;
  let waitingSignIn: Status['signIn'] = null;
  let closed = false;

  let lastSeen: Status = blankStatus(parts.version, parts.demo);
  const status = (): Status => {
    try {
      lastSeen = statusOf(store, {
        version: parts.version,
        demo: parts.demo,
        now: clock.now(),
        runningSince,
        awakeSince,
        couldNotStart,
        disk: parts.disk.wait(),
        progress,
        signIn: waitingSignIn,
        restsUntil: parts.rests.until(),
        nextSyncAt: scheduler?.nextAt() ?? null,
        keychainAsksSince: parts.vault.askingSince ?? null,
        troubles: engine.troublesHere?.() ?? [],
      });
    } catch (fault) {
      // A disk that gives nothing must not keep anybody from hearing of it.
      if (diskFailureOf(fault) === null) throw fault;
      lastSeen = { ...lastSeen, waitsFor: { ...lastSeen.waitsFor, disk: waitView(parts.disk.wait()) } };
    }
    return lastSeen;
  };

  const changed = (): Status => {
    const snapshot = status();
    for (const listener of listeners) listener(snapshot);
    return snapshot;
  };

  parts.rests.follow(() => {
    if (!closed && (runningSince !== null || progress !== null)) changed();
  });

  parts.vault.onChange?.(() => {
    if (!closed) changed();
  });
  parts.disk.onChange(() => {
    if (closed) return;
    const isBack = parts.disk.wait() === null;
    // As after a sleep: a sync could not be stored, so that what was before says nothing about now.
    if (isBack && runningSince === null && awakeSince !== null) awakeSince = clock.now();
    changed();
    if (isBack) scheduler?.request('interval');
  });

  /** Takes work and what stands for it where the disk gives nothing; returns which of them it came to. */
  const fromDisk = <Value>(work: () => Value, otherwise: Value): Value => {
    try {
      return work();
    } catch (fault) {
      if (diskFailureOf(fault) === null) throw fault;
      return otherwise;
    }
  };

  /** Ends what goes on beside a step that could not be stored: nobody waits for it any more. */
  let unstored = new AbortController();
  /** Runs work that stores; a disk that fails under it is a failure like any other. */
  const storing = async <Value>(work: () => Promise<Result<Value, AppError>>): Promise<Result<Value, AppError>> => {
    try {
      return await work();
    } catch (fault) {
      const failure = diskFailureOf(fault);
      if (failure === null) throw fault;
      unstored.abort();
      unstored = new AbortController();
      return err(failure);
    }
  };

  const scopeOf = (options: LongTask, run: number): RunScope => ({
    run,
    signal: AbortSignal.any([
      closing.signal,
      unstored.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ]),
    onProgress: (step: Progress) => {
      options.onProgress?.(step);
      const counts = step.phase === 'writing' || step.phase === 'removing';
      progress = counts && step.total !== null ? { done: step.done, total: step.total } : null;
      changed();
    },
  });

  const exclusiveStoring = <Value>(work: () => Promise<Result<Value, AppError>>): Promise<Result<Value, AppError>> =>
    exclusive(() => storing(work));

  /** Runs work that talks to the provider: one at a time here, and alone among all processes. */
  const leased = async <Value>(
    work: () => Promise<Result<Value, AppError>>,
    patience = 0,
  ): Promise<Result<Value, AppError>> =>
    exclusiveStoring(async () => {
      const client = await broughtClient(parts);
      if (!client.ok) return client;
      const giveUpAt = clock.now() + patience;
      let lease = store.takeLease(engine.holder, clock.now(), leaseTime);
      while (!lease.ok && clock.now() < giveUpAt && !closing.signal.aborted) {
        await clock.sleep(second / 2, closing.signal);
        lease = store.takeLease(engine.holder, clock.now(), leaseTime);
      }
      if (!lease.ok) return lease;
      try {
        return await work();
      } finally {
        store.dropLease(engine.holder);
        progress = null;
        changed();
      }
    });

  const tellSignIn = (next: Status['signIn']): void => {
    if (waitingSignIn === null && next === null) return;
    waitingSignIn = next;
    if (!closed) changed();
  };
  /** Opens the page of a sign-in. One that no browser shows goes on waiting, because the person can open it themselves. */
  const showSignIn = async (address: string): Promise<Result<void, AppError>> => {
    const waiting = { since: moment(clock.now()), address };
    tellSignIn({ ...waiting, opened: 'asked' });
    const opened = await parts.host.openUrl(address);
    if (waitingSignIn?.address === address) tellSignIn({ ...waiting, opened: opened.ok ? 'opened' : 'failed' });
    return ok(undefined);
  };

  /** One sign-in at a time; a new one takes the place of one that still waits for the browser. */
  let signingIn = new AbortController();
  const signIn = async (request: AddAccountRequest, expected?: AccountRecord): ReturnType<CalSync['addAccount']> => {
    signingIn.abort();
    const current = new AbortController();
    signingIn = current;
    const signals = [current.signal, closing.signal, ...(request.signal === undefined ? [] : [request.signal])];
    const signal = AbortSignal.any(signals);
    // Outside of the queue, because whoever walks away from the browser would otherwise hold up every sync meanwhile.
    const consented = await consent(
      parts,
      { ...request, show: request.show ?? showSignIn, signal },
      expected,
      closing.signal,
    );
    // Another one that has taken its place is not over.
    if (signingIn === current) tellSignIn(null);
    if (!consented.ok) return consented;
    return exclusiveStoring(async () => {
      if (signal.aborted) return err(appError('sign-in-interrupted'));
      const added = await keepAccount(parts, consented.value, signal);
      changed();
      if (added.ok) scheduler?.request('account');
      return added;
    });
  };

  /** Remembers why a sync could not start, and since when that is so. */
  const noteStart = (error: AppError | null): void => {
    if (closed || (error === null && couldNotStart === null)) return;
    const since = couldNotStart?.error.code === error?.code ? couldNotStart?.since : undefined;
    couldNotStart = error === null ? null : { since: since ?? clock.now(), error };
    changed();
  };

  const sync: CalSync['sync'] = async (trigger, options = {}) => {
    const done = await trySync(trigger, options);
    if (done.ok) parts.disk.stored();
    // That the disk is waited for is said by itself.
    noteStart(done.ok || parts.disk.wait() !== null ? null : done.error);
    return done;
  };

  const trySync = (
    trigger: Trigger,
    options: LongTask & { readonly start?: boolean },
  ): Promise<Result<RunView, AppError>> =>
    exclusiveStoring(async () => {
      const paused = pauseAt(store.settings().pausedUntil, clock.now());
      if (resetUnderWay(store) !== null) return err(appError('reset-unfinished'));
      if (paused !== null && trigger !== 'manual' && trigger !== 'undo') {
        return err(appError('paused', paused === 'forever' ? null : moment(paused)));
      }
      const client = await broughtClient(parts);
      if (!client.ok) return client;
      if (store.accounts().length === 0) return err(appError('too-few-calendars'));
      const settings = store.settings();
      if (!settings.started) {
        // Whoever asks for a sync may be a timetable, or a person who has not seen what it would write.
        if (options.start !== true) return err(appError('not-started'));
        store.saveSettings({ ...settings, started: true });
      }
      runningSince = clock.now();
      changed();
      try {
        const scope = scopeOf(options, 0);
        return await runCycle(engine, { trigger, signal: scope.signal, onProgress: scope.onProgress });
      } finally {
        runningSince = null;
        progress = null;
        if (!closed) changed();
      }
    });

  const currentRun = (): number => store.lastRuns(1)[0]?.id ?? 0;

  /** Syncs as soon as a keychain that is waited for can be read, because the next sync that is due may be a day away. */
  const lookForKeychain = async (signal: AbortSignal): Promise<void> => {
    let wasElsewhere = false;
    for (;;) {
      await clock.sleep(keychainPause, signal);
      if (signal.aborted) return;
      const isWaited = lastSeen.waitsFor.keychain !== null || (parts.vault.missing ?? null) !== null;
      const mayLook = runningSince === null || (parts.vault.askingSince ?? null) !== null;
      const back = isWaited && mayLook ? await parts.vault.isBack?.() : false;
      // Twice, because an answer may just be on its way.
      if (back === 'elsewhere' && wasElsewhere) parts.startAnew?.();
      wasElsewhere = back === 'elsewhere';
      if (back !== true) continue;
      changed();
      scheduler?.request('interval');
    }
  };

  /** Goes on with what was cut off: the person has confirmed it, and half done it helps nobody. */
  const goOn = async (): Promise<void> => {
    for (const { kind, accountId, revoke } of store.undertakings()) {
      const done = await leased<ResetReceipt>(() => {
        const scope = scopeOf({}, currentRun() + 1);
        return kind === 'reset' || accountId === null
          ? goOnWithReset(parts, scope)
          : removeAccount(parts, accountId, { revoke, othersOn: [] }, scope);
      });
      if (!done.ok) logger.warn('not-gone-on', { kind, errorCode: done.error.code });
    }
  };

  /** Reads some calendars, in use or not; fails where one of them cannot be read, because what is said of it would be a guess. */
  const readFor = async (
    options: LongTask,
    which: (calendar: CalendarRecord) => boolean,
  ): Promise<Result<void, AppError>> => {
    const failures = new Failures();
    await pullCalendars(engine, scopeOf(options, currentRun() + 1), failures, which);
    const [first] = failures.all;
    return first === undefined ? ok(undefined) : err(first);
  };

  /** Reads the calendars, because what a person has changed since is left, and decides what undoing a run comes to. */
  const undoing = async (run: number, options: LongTask): Promise<Result<PlannedUndo, AppError>> => {
    // Asked first, because a read for nothing would be felt.
    if (!store.undoableRuns().includes(run)) return err(appError('undo-unknown', String(run)));
    const failures = new Failures();
    const pulled = await pull(engine, scopeOf(options, currentRun() + 1), failures, { alwaysList: false });
    const [first] = failures.all;
    if (first !== undefined && pulled.read.size === 0) return err(first);
    return planUndo(parts, run, pulled);
  };

  return {
    status,
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    addAccount: (request) => {
      const hint = request.loginHint?.trim().toLowerCase();
      const known = store.accounts().find((account) => account.email.toLowerCase() === hint);
      return signIn(request, known);
    },
    reconnectAccount: (id, request = {}) => {
      const account = store.accounts().find((one) => one.id === id);
      if (account === undefined) return Promise.resolve(err(appError('account-unknown')));
      return signIn({ ...request, loginHint: account.email }, account);
    },
    openInBrowser: (address) => parts.host.openUrl(address),
    cancelSignIn: () => signingIn.abort(),
    openSignInAgain: async () => {
      if (waitingSignIn === null) return err(appError('sign-in-interrupted'));
      const { address, ...waiting } = waitingSignIn;
      const opened = await parts.host.openUrl(address);
      if (waitingSignIn.address === address) {
        tellSignIn({ ...waiting, address, opened: opened.ok ? 'opened' : 'failed' });
      }
      return opened.ok ? ok(null) : opened;
    },

    findBlocks: (of, options = {}) =>
      leased(() => {
        const scope = scopeOf(options, currentRun());
        return of === null ? findAllBlocks(parts, scope) : findBlocksOfAccount(parts, of, scope);
      }),
    removeAccount: async (id, { revoke, othersOn = [], ...options }) => {
      const removed = await leased(() =>
        removeAccount(parts, id, { revoke, othersOn }, scopeOf(options, currentRun() + 1)),
      );
      // Meetings that another account has, too, are to be blocked from that one now.
      if (removed.ok) scheduler?.request('account');
      return removed;
    },

    useCalendar: (id, use) => {
      const calendar = store.calendars().find((one) => one.id === id);
      if (calendar === undefined) return err(appError('calendar-unknown', id));
      const refused = refusedUse(store, calendar, use);
      if (refused !== null) return err(refused);
      store.asOne(() => {
        rememberChoice(parts, [{ kind: 'use', calendarId: id, ...use }]);
        store.setUse(id, use, datedNow(clock.now(), engine.provider.clockOffset()));
      });
      scheduler?.request('settings');
      return ok(changed());
    },

    answerRenaming: (id, same) => {
      const calendar = store.calendars().find((one) => one.id === id);
      if (calendar === undefined) return err(appError('calendar-unknown', id));
      if (!isAsked(store, id)) return err(appError('option-invalid', `nothing is asked about ${calendar.name}`));
      if (same) store.takeRenaming(id);
      else store.denyRenaming(id);
      logger.info('renaming-answered', { same });
      scheduler?.request('settings');
      return ok(changed());
    },

    otherBlocks: (id) => otherBlocksOn(parts, id),
    clearCalendar: (id, options = {}) =>
      leased(() => {
        store.setUse(id, { source: false, target: false }, clock.now());
        return clearCalendar(parts, id, scopeOf(options, currentRun() + 1));
      }, resetPatience),

    plan: (options = {}) =>
      leased(async () => {
        const failures = new Failures();
        const scope = scopeOf(options, currentRun() + 1);
        const pulled = await pull(engine, scope, failures, { alwaysList: false });
        const [first] = failures.all;
        if (first !== undefined && pulled.read.size === 0) return err(first);
        const plan = planSync(store.loadGroups('all'), planContext(engine, scope.run, pulled));
        return ok(planView(plan, parts));
      }),

    why: (query) => whyOf(parts, query),

    sync,

    runs: () => store.lastRuns(runsShown, store.undoableRuns().slice(0, undoableShown)).map(runView),

    pause: (until) => {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const settings = store.settings();
      const now = clock.now();
      const since = pauseAt(settings.pausedUntil, now) === null ? now : settings.pausedSince;
      store.saveSettings({ ...settings, pausedUntil: pauseEnd(until, now, zone), pausedSince: since });
      return changed();
    },
    resume: () => {
      // Whoever resumes gives up a reset that was cut off, and wants back what it had removed. Marked first, otherwise a
      // process that ends in between would never bring it back.
      const reset = resetUnderWay(store);
      if (reset !== null) {
        store.markAllDirty();
        store.dropUndertaking(reset);
      }
      store.saveSettings({ ...store.settings(), pausedUntil: null, pausedSince: null, pausedByReset: false });
      scheduler?.request('settings');
      return changed();
    },

    holds: () => holdViews(store),
    heldBlocks: (key) => {
      const hold = store.holds().find((one) => one.key === key);
      return hold === undefined ? err(appError('hold-unknown', key)) : ok(heldBlocksView(store, hold));
    },
    resolveHold: (key, choice, version) => {
      const hold = store.holds().find((one) => one.key === key);
      if (hold === undefined) return err(appError('hold-unknown', key));
      if (version !== undefined && version !== holdVersion(hold)) return err(appError('hold-changed'));
      store.decideHold(hold, choice);
      scheduler?.request('settings');
      return ok(changed());
    },
    mutes: () => muteViews(store),
    acknowledge: (known) => {
      for (const part of known) {
        if (needOf(part.code) === 'known') store.acknowledge(part);
      }
      return changed();
    },
    liftMute: (key) => {
      const mute = store.mutes().find((one) => muteKey(one) === key);
      if (mute === undefined || !store.liftMute(mute)) return err(appError('mute-unknown', key));
      scheduler?.request('settings');
      changed();
      return ok(muteViews(store));
    },

    previewUndo: (run, options = {}) =>
      leased(async () => {
        const planned = await undoing(run, options);
        return planned.ok ? ok(undoPreviewOf(parts, planned.value)) : planned;
      }),
    undo: async (run, { version, ...options } = {}) => {
      if (resetUnderWay(store) !== null) return err(appError('reset-unfinished'));
      const kept = await leased(async () => {
        const planned = await undoing(run, options);
        if (!planned.ok) return planned;
        const done = keepUndo(parts, planned.value, version);
        return done.ok ? ok(undoPreviewOf(parts, planned.value).left) : done;
      }, resetPatience);
      if (!kept.ok) return kept;
      const synced = await sync('undo', options);
      return synced.ok ? ok({ run: synced.value, left: kept.value }) : synced;
    },
    kept: () => keptViews(parts),
    letGo: (key) => {
      const done = letGoOf(parts, key);
      if (!done.ok) return done;
      scheduler?.request('settings');
      changed();
      return ok(keptViews(parts));
    },

    reset: async ({ othersOn = [], ...options } = {}) => {
      const client = await broughtClient(parts);
      if (!client.ok) return client;
      beginReset(parts, othersOn);
      changed();
      return leased(() => goOnWithReset(parts, scopeOf(options, currentRun())), resetPatience);
    },

    doctor: (surface) => exclusive(() => examine(parts, surface)),

    policies: () => policiesOf(parts),
    previewPolicies: async (...changes) => {
      const unread = newlyUsed(parts, changes);
      if (unread.size > 0) {
        const read = await leased(() => readFor({}, (calendar) => unread.has(calendar.id)));
        if (!read.ok) return read;
      }
      return previewPolicies(parts, changes);
    },
    savePolicies: (...changes) => {
      const saved = savePolicies(parts, changes);
      if (saved.ok) {
        scheduler?.request('settings');
        changed();
      }
      return saved;
    },

    oauthClient: async () => {
      const client = await parts.client();
      return client.ok ? ok(clientView(client.value)) : client;
    },
    saveOAuthClient: async (text, fileName) => {
      const parsed = parseClientFile(text, fileName);
      if (!parsed.ok) return parsed;
      const kept = await parts.setClient(parsed.value);
      if (!kept.ok) return kept;
      changed();
      return ok(clientView(parsed.value));
    },

    copies: () => copiesIn(parts.dataFolder),
    removeCopies: () => removeCopiesIn(parts.dataFolder),

    supportReport: async () => {
      const { version, demo, dataFolder } = parts;
      const around = surroundingsHere({ version, demo, dataFolder, now: clock.now() });
      const running = {
        status,
        client: hasClient(await answerOf(parts, parts.client())),
        signIns: await signInsOf(parts),
        keptIn: parts.vault.kind,
      };
      const { parts: stored, calendarName } = storedParts(store, running, around);
      return supportReport(around, stored, calendarName);
    },
    requestSync: (trigger) => {
      if (trigger === 'wake' && awakeSince !== null) awakeSince = clock.now();
      scheduler?.request(trigger);
    },

    startSchedule: () => {
      awakeSince = clock.now();
      const ended = new AbortController();
      void lookForKeychain(AbortSignal.any([ended.signal, closing.signal]));
      if (store.undertakings().length > 0) void goOn();
      const started = startScheduler({
        clock,
        random: engine.random,
        run: async (trigger) => {
          const done = await sync(trigger);
          if (!done.ok) logger.warn('run-not-started', { errorCode: done.error.code });
        },
        intervalMinutes: () => fromDisk(() => store.settings().intervalMinutes, lastSeen.intervalMinutes),
        // What waits for the disk is asked for again by whoever looks at it; a run would only read for nothing.
        isPaused: () =>
          parts.disk.wait() !== null ||
          fromDisk(() => {
            const { started, pausedUntil } = store.settings();
            return !started || pauseAt(pausedUntil, clock.now()) !== null;
          }, true),
        onPlanned: () => void changed(),
      });
      scheduler = started;
      return () => {
        started.stop();
        ended.abort();
        if (scheduler !== started) return;
        scheduler = null;
        awakeSince = null;
      };
    },

    close: async () => {
      scheduler?.stop();
      parts.disk.stop();
      closing.abort();
      await exclusive(() => Promise.resolve());
      closed = true;
      listeners.clear();
      store.close();
    },
  };
}

/** A keychain may ask the person something first; a report waits for each answer no longer than this. */
const keychainPatience = 5 * second;

/** Takes a question to the keychain; returns its answer, or null where none comes in time. */
async function answerOf<Value>({ clock }: Parts, question: Promise<Value>): Promise<Value | null> {
  const answered = new AbortController();
  try {
    return await Promise.race([question, clock.sleep(keychainPatience, answered.signal).then(() => null)]);
  } finally {
    answered.abort();
  }
}

/** Returns for each account whether its sign-in is kept; the sign-in itself goes no further than here. */
async function signInsOf(parts: Parts): Promise<ReadonlyMap<AccountId, KeptSignIn>> {
  const found = new Map<AccountId, KeptSignIn>();
  let accounts: readonly AccountRecord[];
  try {
    accounts = parts.store.accounts();
  } catch {
    // The report says at each of its parts that the database could not be read.
    return found;
  }
  for (const { id } of accounts) {
    const entry = await answerOf(parts, parts.vault.read(id, true));
    if (entry === null) found.set(id, 'not answered');
    else if (!entry.ok) found.set(id, appError('keychain-failed', null, entry.error.detail));
    else found.set(id, entry.value === null ? 'missing' : 'kept');
  }
  return found;
}

/** The last characters of the part of a client id that differs: enough to know it by. */
function clientView(client: OAuthClient | null): ClientView {
  const name = client?.clientId.split('.')[0] ?? '';
  return { present: client !== null, idEnding: client === null ? null : name.slice(-6) };
}

/** What a consent came to, and the client that it was given to. */
interface Consented {
  readonly client: OAuthClient;
  readonly signedIn: SignedIn;
}

const hasClient = (found: Awaited<ReturnType<Parts['client']>> | null): boolean =>
  found?.ok === true && found.value !== null;

/** Returns the OAuth client. Fails with `client-missing`, or `keychain-failed` where it cannot be told whether there is one. */
async function broughtClient(parts: Parts): Promise<Result<OAuthClient, AppError>> {
  const client = await parts.client();
  if (!client.ok) return client;
  return client.value === null ? err(appError('client-missing')) : ok(client.value);
}

/** Waits for the person in the browser; stores nothing. */
async function consent(
  parts: Parts,
  request: AddAccountRequest,
  expected: AccountRecord | undefined,
  ending: AbortSignal,
): Promise<Result<Consented, AppError>> {
  const brought = await broughtClient(parts);
  if (!brought.ok) return brought;
  const client = brought.value;
  const signedIn = await parts.signIn.signIn({
    show: request.show ?? ((address) => parts.host.openUrl(address)),
    loginHint: request.loginHint ?? null,
    expected: expected === undefined ? null : { accountId: expected.id, email: expected.email },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ending,
  });
  return signedIn.ok ? ok({ client, signedIn: signedIn.value }) : signedIn;
}

/** Keeps what a consent came to, and reads the list of the account's calendars. */
async function keepAccount(
  parts: Parts,
  { client, signedIn }: Consented,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<CalSync['addAccount']>>> {
  const { store, clock, engine } = parts;
  const { accountId, email, scopes, refreshToken, accessToken, signInEndsAt } = signedIn;
  const kept = await parts.vault.write(accountId, refreshToken);
  if (!kept.ok) return kept;
  const keptClient = await keepClient(parts.vault, client);
  if (!keptClient.ok) return keptClient;
  parts.tokens.remember(accountId, accessToken);
  const known = store.accounts().find((account) => account.id === accountId);
  const account = {
    id: accountId,
    email,
    scopes,
    addedAt: known?.addedAt ?? clock.now(),
    state: 'connected' as const,
    restingUntil: null,
    signInEndsAt,
    listedAt: null,
    heldBy: parts.vault.kind === 'memory' && (parts.vault.endsHere?.(accountId) ?? true) ? engine.holder : null,
  };
  store.saveAccount(account);
  // Whoever connects an account again wants it, whatever had become of its removal.
  store.dropUndertaking({ kind: 'remove-account', accountId });
  const failure = (await refreshCalendarLists(engine, new Failures(), { always: false, signal })).get(accountId);
  return failure === undefined ? ok(accountView(account)) : err(failure);
}
