import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const boundsSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(200).max(20_000),
  height: z.int().min(200).max(20_000),
});

const rememberedSchema = z.strictObject({
  settingsBounds: boundsSchema.nullable().catch(null).default(null),
  /** Incidents that were told (`dueNotices`). */
  told: z.array(z.string().max(64)).max(1000).catch([]).default([]),
});

/** What the shell itself keeps between two starts; nothing in it is private, and nothing breaks when it is lost. */
export type Remembered = z.infer<typeof rememberedSchema>;

export interface Memory {
  get(): Remembered;
  set(change: Partial<Remembered>): void;
}

/** Takes a file; returns what it keeps. A file that is missing or damaged counts as empty. */
export function openMemory(file: string): Memory {
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

function read(file: string): Remembered {
  try {
    return rememberedSchema.catch({ settingsBounds: null, told: [] }).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { settingsBounds: null, told: [] };
  }
}
