import type { ResetReceipt } from '../../../shared/dto.ts';
import { second } from '../../../shared/time.ts';
import { pauseAt } from '../../core/schedule.ts';
import { startScheduler } from '../../engine/scheduler.ts';
import { diskFailureOf } from '../../store/index.ts';
import type { CalSync } from '../calsync.ts';
import type { Parts } from '../parts.ts';
import { removeAccount } from '../remove-account.ts';
import { goOnWithReset } from '../reset.ts';
import type { Live } from './live.ts';
import type { Work } from './work.ts';

/** How often it is looked whether a keychain that is waited for is back. */
const keychainPause = 15 * second;

/** Takes all parts and what syncs once; returns what lets this process sync by itself. */
export function schedule(
  parts: Parts,
  live: Live,
  work: Work,
  sync: CalSync['sync'],
): Pick<CalSync, 'requestSync' | 'startSchedule'> {
  const { store, engine, clock, logger } = parts;
  const { facts } = live;

  /** Syncs as soon as a keychain that is waited for can be read, because the next sync that is due may be a day away. */
  const lookForKeychain = async (signal: AbortSignal): Promise<void> => {
    let wasElsewhere = false;
    for (;;) {
      await clock.sleep(keychainPause, signal);
      if (signal.aborted) return;
      const isWaited = live.last().waitsFor.keychain !== null || (parts.vault.missing ?? null) !== null;
      const mayLook = facts.runningSince === null || (parts.vault.askingSince ?? null) !== null;
      const back = isWaited && mayLook ? await parts.vault.isBack?.() : false;
      // Twice, because an answer may just be on its way.
      if (back === 'elsewhere' && wasElsewhere) parts.startAnew?.();
      wasElsewhere = back === 'elsewhere';
      if (back !== true) continue;
      live.changed();
      live.request('interval');
    }
  };

  /** Goes on with what was cut off: the person has confirmed it, and half done it helps nobody. */
  const goOn = async (): Promise<void> => {
    for (const { kind, accountId, revoke } of store.undertakings()) {
      const done = await work.leased<ResetReceipt>(() => {
        const scope = work.scopeOf({}, work.currentRun() + 1);
        return kind === 'reset' || accountId === null
          ? goOnWithReset(parts, scope)
          : removeAccount(parts, accountId, { revoke, othersOn: [] }, scope);
      });
      if (!done.ok) logger.warn('not-gone-on', { kind, errorCode: done.error.code });
    }
  };

  /** Takes work and what stands for it where the disk gives nothing; returns which of them it came to. */
  const fromDisk = <Value>(read: () => Value, otherwise: Value): Value => {
    try {
      return read();
    } catch (fault) {
      if (diskFailureOf(fault) === null) throw fault;
      return otherwise;
    }
  };

  return {
    requestSync: (trigger) => {
      if (trigger === 'wake' && facts.awakeSince !== null) facts.awakeSince = clock.now();
      live.request(trigger);
    },
    startSchedule: () => {
      facts.awakeSince = clock.now();
      const ended = new AbortController();
      void lookForKeychain(AbortSignal.any([ended.signal, work.closing]));
      if (store.undertakings().length > 0) void goOn();
      const started = startScheduler({
        clock,
        random: engine.random,
        run: async (trigger) => {
          const done = await sync(trigger);
          if (!done.ok) logger.warn('run-not-started', { errorCode: done.error.code });
        },
        intervalMinutes: () => fromDisk(() => store.settings().intervalMinutes, live.last().intervalMinutes),
        // What waits for the disk is asked for again by whoever looks at it; a run would only read for nothing.
        isPaused: () =>
          parts.disk.wait() !== null ||
          fromDisk(() => {
            const { started, pausedUntil } = store.settings();
            return !started || pauseAt(pausedUntil, clock.now()) !== null;
          }, true),
        onPlanned: () => void live.changed(),
      });
      facts.scheduler = started;
      return () => {
        started.stop();
        ended.abort();
        if (facts.scheduler !== started) return;
        facts.scheduler = null;
        facts.awakeSince = null;
      };
    },
  };
}
