import { readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LogFields } from '../../src/main/ports/logger.ts';
import { goOn, startProgram, stories, vaultOver, type Story } from './app-stories.ts';
import { CrashPoints } from './crash-points.ts';
import { TownClock } from './installs.ts';
import { MemoryLogger } from './memory-logger.ts';

/**
 * The program in a process of its own: `prepare`, `act` or `go-on` with a story of `app-stories.ts`. With a number, it says the
 * name of that point and stands still for ever, so that its parent kills it exactly there. Its keychain is a file.
 */
const { folder, url, clientId, clientSecret, step, story, stop } = z
  .strictObject({
    folder: z.string(),
    url: z.string(),
    clientId: z.string(),
    clientSecret: z.string(),
    step: z.enum(['prepare', 'act', 'go-on']),
    story: z.enum(Object.keys(stories) as [keyof typeof stories]),
    stop: z.int().nullable(),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

let passed = 0;
/** The process stands still at a point, and nothing of it goes on meanwhile. */
function reached(name: string): void {
  passed += 1;
  if (passed !== stop) return;
  writeSync(1, `${JSON.stringify({ reached: name })}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const file = join(folder, 'keychain.json');
const entries = new Map<string, string>(
  z.array(z.tuple([z.string(), z.string()])).parse(JSON.parse(readOr(file, '[]'))),
);

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

/** Another name first, because a keychain has an entry or has it not. */
function saveKeychain(): void {
  writeFileSync(`${file}.new`, JSON.stringify([...entries]));
  renameSync(`${file}.new`, file);
}

/** A step of a migration is a point, too: inside its transaction. */
class TellingLogger extends MemoryLogger {
  override info(event: string, fields: LogFields = {}): void {
    super.info(event, fields);
    if (event === 'database-migrated') reached(`${event} ${String(fields['version'])}`);
  }
}

const app = await startProgram({
  folder: join(folder, 'data'),
  url,
  client: { clientId, clientSecret },
  vault: vaultOver(entries, saveKeychain),
  points: new CrashPoints(reached),
  clock: new TownClock(),
  logger: new TellingLogger(),
});
const chosen: Story = stories[story];
const ended = step === 'go-on' ? await goOn(app, chosen) : null;
if (step !== 'go-on') await chosen[step](app);
await app.close();
writeSync(1, `${JSON.stringify({ ended, passed, kept: [...entries.keys()].sort() })}\n`);
process.exit(0);
