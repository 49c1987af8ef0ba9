import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { newDataFolder, runtimeFolder } from './support.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A packed CalSync, as electron-builder.yml says, in a folder of its own. */
export interface Packed {
  readonly program: string;
  /** The fuses of the program, each with its state, in the words of Electron's own tool. */
  fuses(): Promise<Readonly<Record<string, string>>>;
  /** Takes the bytes of what is put in the place of SQLite's addon; resolves to what puts the right one back. */
  spoilAddon(bytes: Buffer): Promise<() => Promise<void>>;
  remove(): Promise<void>;
}

/** Packs the built app around the Electron that the tests run with, so that nothing is downloaded. */
export async function packApp(): Promise<Packed> {
  const runtime = runtimeFolder();
  const version = readFileSync(join(runtime, 'version'), 'utf8').trim().replace(/^v/, '');
  const folder = await newDataFolder();
  const settings = { electronDist: runtime, electronVersion: version, 'directories.output': folder };
  const words = Object.entries(settings).map(([name, value]) => `-c.${name}=${value}`);
  await run('electron-builder', ['--dir', '--linux', ...words], { cwd: root });
  const built = (await readdir(folder)).find((name) => name.startsWith('linux'));
  if (built === undefined) throw new Error(`electron-builder has left nothing in ${folder}.`);
  const program = join(folder, built, 'calsync');
  const addons = join(folder, built, 'resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds');
  const addon = join(addons, `linux-${process.arch}.node`);
  const binding = process.env['CALSYNC_TEST_SQLITE_BINDING'] ?? '';
  // A packed app takes no other one by a variable, and the runtime may be too old for its own.
  if (binding !== '') await copyFile(binding, addon);
  return {
    program,
    fuses: async () => {
      const { stdout } = await run('electron-fuses', ['read', '--app', program]);
      return Object.fromEntries(
        Array.from(stdout.matchAll(/^\s+(\w+) is (\w+)$/gm), ([, name = '', state = '']) => [name, state] as const),
      );
    },
    spoilAddon: async (bytes) => {
      // Another file under the same name, because a process that runs has this one mapped.
      await rename(addon, `${addon}.right`);
      await writeFile(addon, bytes);
      return () => rename(`${addon}.right`, addon);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** How a packed app ended. */
export interface Ended {
  readonly code: number | null;
  /** All that it printed. */
  readonly printed: string;
}

/** A packed app that runs. It is seen from outside alone: its fuses let nobody in. */
export interface PackedRun {
  readonly ended: Promise<Ended>;
  /** Ends it as the system does at a log-out. */
  quit(): Promise<Ended>;
}

export interface PackedStart {
  readonly dataFolder: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether it is started from a terminal, which its lines are then read in. */
  readonly inTerminal?: boolean;
}

/** Starts a packed app. */
export function startPacked({ program }: Packed, { dataFolder, args = [], env, inTerminal }: PackedStart): PackedRun {
  const words = ['--no-sandbox', '--hidden', `--data-dir=${dataFolder}`, ...args];
  const line = [program, ...words].map((word) => `'${word}'`).join(' ');
  const child =
    inTerminal === true
      ? spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], { env })
      : spawn(program, words, { env });
  child.stdin.end();
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => lines.push(data.toString()));
  const ended = new Promise<Ended>((done) => {
    child.once('close', (code) => done({ code, printed: lines.join('').replaceAll('\r\n', '\n') }));
  });
  return {
    ended,
    quit: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** The lines of a log in a data folder (`desktop`: of the main process, `calsync`: of the engine); none where there is none yet. */
export async function logOf(
  dataFolder: string,
  log: 'desktop' | 'calsync',
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await readFile(join(dataFolder, 'logs', `${log}.log`), 'utf8').catch(() => '');
  // The last line may be only half there.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
}
