import type { Status, Wait } from '../dto.ts';

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
