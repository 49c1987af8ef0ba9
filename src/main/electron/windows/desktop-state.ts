import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const boundsSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(200).max(20_000),
  height: z.int().min(200).max(20_000),
});

const desktopStateSchema = z.strictObject({
  settingsBounds: boundsSchema.nullable().catch(null).default(null),
  /** Incidents that were told (`dueNotifications`). */
  told: z.array(z.string().max(64)).max(1000).catch([]).default([]),
});

/** What the shell itself keeps between two starts; nothing in it is private, and nothing breaks when it is lost. */
export type DesktopState = z.infer<typeof desktopStateSchema>;

export interface DesktopStateFile {
  get(): DesktopState;
  set(change: Partial<DesktopState>): void;
}

/** Takes a file; returns what it keeps. A file that is missing or damaged counts as empty. */
export function openDesktopState(file: string): DesktopStateFile {
  let known = read(file);
  return {
    get: () => known,
    set: (change) => {
      const next = { ...known, ...change };
      if (JSON.stringify(next) === JSON.stringify(known)) return;
      known = next;
      try {
        // Written beside and moved, so that a crash leaves the old one or the new one, never half of it.
        writeFileSync(`${file}.new`, JSON.stringify(next), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch {
        // Because a window's place is not worth stopping for; the engine complains about a disk that cannot be written.
      }
    },
  };
}

function read(file: string): DesktopState {
  try {
    return desktopStateSchema.catch({ settingsBounds: null, told: [] }).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { settingsBounds: null, told: [] };
  }
}
