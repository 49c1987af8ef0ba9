import { z } from 'zod';
import { blockPolicySchema, policiesSchema } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { minute, type Instant } from '../../shared/time.ts';
import { defaultBlockPolicy } from '../core/policy.ts';
import type { Logger } from '../ports/logger.ts';
import type { Liveness, RouteBlocks, Settings, StoreFacts } from '../ports/store.ts';
import type { Connection } from './database.ts';
import { parseStored } from './json.ts';

/** What holds where the person has said nothing (design.md, "Schedule": every five minutes). */
export const defaultSettings: Settings = {
  started: false,
  pausedUntil: null,
  pausedSince: null,
  pausedByReset: false,
  intervalMinutes: 5,
  block: defaultBlockPolicy,
  routes: [],
};

const routesSchema: z.ZodType<readonly RouteBlocks[]> = policiesSchema.shape.routes;
const pausedUntilSchema: z.ZodType<Settings['pausedUntil']> = z.union([z.literal('forever'), z.int(), z.null()]);
const pausedSinceSchema = z.int().nullable();
const intervalSchema = z.int().min(1).max(1440);

const names = ['started', 'pausedUntil', 'pausedSince', 'pausedByReset', 'intervalMinutes', 'block', 'routes'] as const;

/** Settings, and the lease that lets one process at a time work with the calendars. */
export interface Preferences {
  settings(): Settings;
  /** Returns whether blocks will look different from now on. */
  saveSettings(settings: Settings): boolean;
  takeLease(holder: string, now: Instant, milliseconds: number): Result<void, AppError>;
  keepLease(holder: string, now: Instant, milliseconds: number): Result<void, AppError>;
  dropLease(holder: string): void;
  lease(): StoreFacts['lease'];
}

/** No lease is taken for longer; one that lies further ahead was taken under a wrong clock. */
const longestLease = 10 * minute;

export function preferences(
  connection: Connection,
  defaults: Settings,
  logger: Logger,
  livenessOf: (holder: string) => Liveness = () => 'unknown',
): Preferences {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const value = query<string>('SELECT value FROM settings WHERE name = ?').pluck();
  const hasRun = query('SELECT 1 FROM runs LIMIT 1');
  const save = query('INSERT OR REPLACE INTO settings VALUES (?, ?)');
  const lease = query<{ holder: string; expires_at: Instant }>('SELECT holder, expires_at FROM lease');
  const takeLease = query('INSERT OR REPLACE INTO lease VALUES (1, ?, ?)');
  const dropLease = query('DELETE FROM lease WHERE holder = ?');

  const settings = (): Settings => {
    const read = <Value>(name: keyof Settings, schema: z.ZodType<Value>, otherwise: Value) =>
      parseStored(value.get(name) ?? null, schema, otherwise, logger, name);
    return {
      // Whoever has synced with an older version has asked for it.
      started: read('started', z.boolean(), defaults.started || hasRun.get() !== undefined),
      pausedUntil: read('pausedUntil', pausedUntilSchema, defaults.pausedUntil),
      pausedSince: read('pausedSince', pausedSinceSchema, defaults.pausedSince),
      pausedByReset: read('pausedByReset', z.boolean(), defaults.pausedByReset),
      intervalMinutes: read('intervalMinutes', intervalSchema, defaults.intervalMinutes),
      block: read('block', blockPolicySchema, defaults.block),
      routes: read('routes', routesSchema, defaults.routes),
    };
  };

  const isHeld = ({ holder, expires_at: end }: { holder: string; expires_at: Instant }, now: Instant): boolean => {
    const liveness = livenessOf(holder);
    return liveness === 'unknown' ? end > now && end - now <= longestLease : liveness === 'alive';
  };

  const busy = (holder: string | null): Result<never, AppError> =>
    err(appError('busy-elsewhere', holder?.split('; ')[0] ?? null, null));

  return {
    settings,
    saveSettings: (next) => {
      const before = settings();
      for (const name of names) {
        save.run(name, JSON.stringify(next[name]));
      }
      const looks = ({ block, routes }: Settings): string => JSON.stringify([block, routes]);
      return looks(next) !== looks(before);
    },
    takeLease: (holder, now, milliseconds) => {
      const current = lease.get();
      if (current !== undefined && current.holder !== holder && isHeld(current, now)) return busy(current.holder);
      takeLease.run(holder, now + milliseconds);
      return ok(undefined);
    },
    keepLease: (holder, now, milliseconds) => {
      const current = lease.get();
      if (current?.holder !== holder) return busy(current?.holder ?? null);
      takeLease.run(holder, now + milliseconds);
      return ok(undefined);
    },
    dropLease: (holder) => void dropLease.run(holder),
    lease: () => {
      const current = lease.get();
      return current === undefined ? null : { holder: livenessOf(current.holder), expiresAt: current.expires_at };
    },
  };
}
