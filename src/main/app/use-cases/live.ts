import type { Status, Trigger } from '../../../shared/dto.ts';
import { blankStatus } from '../../../shared/health.ts';
import type { Instant } from '../../../shared/time.ts';
import type { Scheduler } from '../../engine/scheduler.ts';
import { statusOf, waitView, type RuntimeState } from '../../engine/status.ts';
import { diskFailureOf } from '../../store/index.ts';
import type { CalSync } from '../calsync.ts';
import type { Parts } from '../parts.ts';

/** What goes on in this process and is stored nowhere; whoever changes it tells so (`changed`, `tell`). */
export interface LiveFacts {
  /** Since when a sync goes on here; null while none does. */
  runningSince: Instant | null;
  /** Since when this process syncs by itself: its start, or the last wake. Null where it does not. */
  awakeSince: Instant | null;
  /** Why the last sync that was due could not start; null where it could. */
  couldNotStart: RuntimeState['couldNotStart'];
  progress: { done: number; total: number } | null;
  /** The sign-in that waits for the browser. */
  signIn: Status['signIn'];
  /** What syncs by itself; null where nothing does. */
  scheduler: Scheduler | null;
}

/** How things stand, and who is told of it. */
export interface Live extends Pick<CalSync, 'status' | 'onStatus'> {
  readonly facts: LiveFacts;
  /** Returns the status that was made last, without looking at anything. */
  last(): Status;
  /** Tells all listeners; returns what they were told. */
  changed(): Status;
  /** Tells all listeners, unless all is over. */
  tell(): void;
  /** Asks the schedule for a run soon; nothing happens without one. */
  request(trigger: Trigger): void;
  /** Whether `end` was called. */
  isOver(): boolean;
  /** Nobody is told anything any more. */
  end(): void;
}

/** Takes all parts; returns what knows how things stand, and tells of each change of the vault, the disk and the rests. */
export function createLive(parts: Parts): Live {
  const { store, engine, clock } = parts;
  const listeners = new Set<(status: Status) => void>();
  const facts: LiveFacts = {
    runningSince: null,
    awakeSince: null,
    couldNotStart: null,
    progress: null,
    signIn: null,
    scheduler: null,
  };
  let over = false;

  let lastSeen: Status = blankStatus(parts.version, parts.demo);
  const status = (): Status => {
    const { scheduler, ...live } = facts;
    try {
      lastSeen = statusOf(store, {
        ...live,
        version: parts.version,
        demo: parts.demo,
        now: clock.now(),
        disk: parts.disk.wait(),
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
  const tell = (): void => {
    if (!over) changed();
  };

  parts.rests.follow(() => {
    if (facts.runningSince !== null || facts.progress !== null) tell();
  });
  parts.vault.onChange?.(tell);
  parts.disk.onChange(() => {
    if (over) return;
    const isBack = parts.disk.wait() === null;
    // As after a sleep: a sync could not be stored, so that what was before says nothing about now.
    if (isBack && facts.runningSince === null && facts.awakeSince !== null) facts.awakeSince = clock.now();
    changed();
    if (isBack) facts.scheduler?.request('interval');
  });

  return {
    facts,
    status,
    last: () => lastSeen,
    changed,
    tell,
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request: (trigger) => facts.scheduler?.request(trigger),
    isOver: () => over,
    end: () => {
      over = true;
      listeners.clear();
    },
  };
}
