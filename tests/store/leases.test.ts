import { describe, expect, it } from 'vitest';
import type { Liveness } from '../../src/main/ports/store.ts';
import { openStore } from '../../src/main/store/index.ts';
import { migrations } from '../../src/main/store/migrations/all.ts';
import { MemoryLogger } from '../support/memory-logger.ts';

const now = Date.UTC(2026, 2, 23, 8);
const year = 365 * 86_400_000;
const app = 'process 1; machine; boot; 5; aaaa';
const cli = 'process 2; machine; boot; 6; bbbb';

function open(liveness: Liveness) {
  const opened = openStore({
    file: ':memory:',
    now: () => now,
    logger: new MemoryLogger(),
    livenessOf: () => liveness,
  });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value.store;
}

describe('a lease', () => {
  it('is kept by a holder that lives, whatever the clock says', () => {
    const store = open('alive');
    expect(store.takeLease(app, now, 120_000).ok).toBe(true);
    for (const later of [now + 1, now + 120_001, now + year, now - year]) {
      expect(store.takeLease(cli, later, 120_000)).toEqual({
        ok: false,
        error: { code: 'busy-elsewhere', about: 'process 1', detail: null },
      });
    }
    store.dropLease(app);
    expect(store.takeLease(cli, now, 120_000).ok).toBe(true);
    store.close();
  });

  it('is lost by a holder that is dead, at once', () => {
    const store = open('dead');
    expect(store.takeLease(app, now, 120_000).ok).toBe(true);
    expect(store.takeLease(cli, now + 1, 120_000).ok).toBe(true);
    store.close();
  });

  it('of a holder that cannot be told ends by the clock', () => {
    const store = open('unknown');
    expect(store.takeLease(app, now, 120_000).ok).toBe(true);
    expect(store.takeLease(cli, now + 119_999, 120_000).ok).toBe(false);
    expect(store.takeLease(cli, now + 120_000, 120_000).ok).toBe(true);
    store.close();
  });

  it('of a holder that cannot be told, taken under a clock of next year, blocks nobody', () => {
    const store = open('unknown');
    expect(store.takeLease(app, now + year, 120_000).ok).toBe(true);
    expect(store.takeLease(cli, now, 120_000).ok).toBe(true);
    store.close();
  });

  it('is told to a report by whether its holder lives, and not by their name', () => {
    const store = open('alive');
    expect(store.facts()).toMatchObject({ format: migrations.length, lease: null });
    store.takeLease(app, now, 120_000);
    const { lease, rows } = store.facts();
    expect(lease).toEqual({ holder: 'alive', expiresAt: now + 120_000 });
    expect([rows.get('lease'), rows.get('events'), rows.get('sqlite_sequence')]).toEqual([1, 0, undefined]);
  });
});
