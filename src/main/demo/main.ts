import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { appError, type AppError } from '../../shared/errors.ts';
import { messageFor } from '../../shared/messages.ts';
import { startSimulator } from '../../simulator/index.ts';
import { createCalSync, createSystemHost } from '../app/index.ts';
import { startPageServer } from './page-server.ts';
import { tellStory } from './story.ts';

/** Put in by the build (vite.config.ts) from package.json. */
declare const __CALSYNC_VERSION__: string;

const optionsSchema = z.object({
  headless: z.boolean().default(false),
  browser: z.boolean().default(false),
  open: z.boolean(),
  port: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535),
});
type Options = z.infer<typeof optionsSchema>;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function complain(error: AppError): number {
  const { sentence, action } = messageFor(error, 'command-line');
  process.stderr.write(`${sentence}\n${action}\n`);
  return error.code === 'option-invalid' || error.code === 'port-taken' ? 2 : 1;
}

/** Takes the arguments; returns what they ask for, or the exit code when there is nothing to play. */
function readOptions(argv: readonly string[]): Options | number {
  const program = new Command('calsync-demo')
    .description('Plays the whole job of CalSync against a simulated Google on this computer, then shows its page.')
    .option('--headless', 'tell the story and end')
    .option('--browser', 'show the page in a browser, not in the app')
    .option('--port <number>', 'port of the page; 0 for any free one', '0')
    .option('--no-open', 'print the address of the page, open no browser')
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    return complain(
      appError(
        'option-invalid',
        error.message
          .replace(/^error: /, '')
          .replace(/\.?\n.*$/s, '')
          .replaceAll("'", '"'),
      ),
    );
  }
  const parsed = optionsSchema.safeParse(program.opts());
  return parsed.success ? parsed.data : complain(appError('option-invalid', 'a port is a number from 0 to 65535'));
}

async function showPage(app: Parameters<typeof startPageServer>[0]['app'], options: Options, end: AbortSignal) {
  const served = await startPageServer({
    app,
    port: options.port,
    rendererFolder: resolve(import.meta.dirname, '../renderer'),
  });
  if (!served.ok) return complain(served.error);
  const stopSchedule = app.startSchedule();
  say('');
  say('The page of CalSync, for one browser, once:');
  say(served.value.url);
  say('Ctrl-C ends the demo.');
  // Where no browser opens, the printed address is enough.
  if (options.open) await createSystemHost().openUrl(served.value.url);
  await new Promise<void>((done) => {
    if (end.aborted) done();
    else end.addEventListener('abort', () => done(), { once: true });
  });
  stopSchedule();
  await served.value.close();
  return 0;
}

/** Returns the program that runs the app, and why it cannot when there is none. */
function findElectron(): { readonly program: string | null; readonly reason: string } {
  const installed = resolve(import.meta.dirname, '../../node_modules/electron/dist');
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? installed;
  const names: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  };
  const program = join(folder, names[process.platform] ?? 'electron');
  if (!existsSync(program)) return { program: null, reason: 'Electron is not installed' };
  const needsDisplay = process.platform !== 'darwin' && process.platform !== 'win32';
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '';
  return needsDisplay && display === '' ? { program: null, reason: 'there is no display' } : { program, reason: '' };
}

/** Takes the program that runs the app; shows the demo in it until the person quits it. Returns the exit code. */
function showApp(program: string, end: AbortSignal): Promise<number> {
  const root = resolve(import.meta.dirname, '../..');
  const entry = join(root, 'dist/electron/main.cjs');
  // Chromium refuses to start its sandbox for root, which is who runs things in containers.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // Required before all else, because a runtime that loads the app late would have become ready without it.
  const child = spawn(program, [...asRoot, '-r', entry, root, '--demo'], { stdio: 'inherit' });
  return new Promise((done) => {
    end.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.once('error', () => done(1));
    child.once('exit', (code) => done(code ?? 0));
  });
}

async function play(options: Options, end: AbortSignal): Promise<number> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'calsync-demo-'));
  const simulator = await startSimulator({ world: 'demo' });
  try {
    const created = await createCalSync({
      dataFolder,
      googleUrl: simulator.url,
      client: simulator.client,
      vault: 'memory',
      demo: true,
      version: __CALSYNC_VERSION__,
    });
    if (!created.ok) return complain(created.error);
    const { app } = created.value;
    try {
      const told = await tellStory({ app, simulator, say });
      if (!told.ok) {
        process.stderr.write(`The story did not go as it should. ${told.error}\n`);
        return 1;
      }
      return options.headless ? 0 : await showPage(app, options, end);
    } finally {
      await app.close();
    }
  } finally {
    await simulator.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

const end = new AbortController();
const onSignal = (): void => {
  // The first one lets everything be put away; whoever asks twice wants out now.
  if (end.signal.aborted) process.exit(130);
  end.abort();
};
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
const options = readOptions(process.argv.slice(2));
if (typeof options === 'number') process.exitCode = options;
else {
  const electron = options.headless || options.browser ? null : findElectron();
  if (electron?.program === null) {
    say(`The app cannot start here (${electron.reason}), so the demo uses your browser.`);
  }
  process.exitCode = electron?.program ? await showApp(electron.program, end.signal) : await play(options, end.signal);
}
process.off('SIGINT', onSignal);
process.off('SIGTERM', onSignal);
