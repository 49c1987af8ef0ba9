/* A session of its own, in which nothing starts a keychain by itself: it is there when the test starts it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import type { Running } from './support.ts';
import {
  ask,
  environment,
  eventually,
  launch,
  newDataFolder,
  pageOf,
  popupOf,
  signInPage,
  smallWorld,
  statusOf,
} from './support.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

/** A bus that starts no service for whoever asks for one. */
const bareBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`;

let simulator: Simulator;
let running: Running | null = null;
let folder: string;
let session: string;
let bus: ChildProcess;
let keychain: ChildProcess | null = null;
let env: Record<string, string>;

beforeEach(async () => {
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  [folder, session] = [await newDataFolder(), await newDataFolder()];
  for (const name of ['runtime', 'data']) await mkdir(join(session, name), { mode: 0o700 });
  await writeFile(join(session, 'bus.conf'), bareBus);
  bus = spawn('dbus-daemon', ['--nofork', '--print-address', `--config-file=${join(session, 'bus.conf')}`]);
  const [line] = (await once(bus.stdout ?? bus, 'data')) as [Buffer];
  env = {
    DBUS_SESSION_BUS_ADDRESS: line.toString().trim(),
    XDG_RUNTIME_DIR: join(session, 'runtime'),
    XDG_DATA_HOME: join(session, 'data'),
  };
});
afterEach(async () => {
  await running?.quit();
  await endKeychain();
  bus.kill();
  await simulator.close();
  for (const each of [folder, session]) await rm(each, { recursive: true, force: true });
});

/** Starts the keychain of the session, open as after a log-in. */
async function startKeychain(): Promise<void> {
  keychain = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', '--unlock'], {
    env: { ...environment(simulator), ...env, DISPLAY: '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  keychain.stdin?.end('fictional');
  await new Promise((done) => setTimeout(done, 1000));
}

async function endKeychain(): Promise<void> {
  if (keychain === null) return;
  const ended = once(keychain, 'exit');
  keychain.kill();
  await ended;
  keychain = null;
}

const start = async (): Promise<Running> => {
  running = await launch({ simulator, dataFolder: folder, args: ['--hidden'], env });
  return running;
};
const says = (app: Running, what: string, seconds?: number): Promise<true> =>
  eventually(
    async () => ((await app.noted()).tooltips.at(-1)?.includes(what) === true ? true : null),
    `the tray does not say: ${what}`,
    seconds,
  );

test('a keychain that is not there at the start is waited for, and gone on with once it is', async () => {
  await startKeychain();
  const first = await start();
  const popup = await popupOf(first);
  for (const [index, email] of [work, home].entries()) {
    const added = ask(popup, 'account.add');
    await giveConsent(await signInPage(first, index), email);
    expect(await added).toMatchObject({ kept: 'keychain' });
    await ask(popup, 'calendar.use', { calendarId: toCalendarId(email), source: true, target: true });
  }
  await ask(popup, 'sync.start');
  await says(first, 'Everything is in sync');
  await first.quit();
  await endKeychain();

  const second = await start();
  await says(second, 'Waiting for the keychain since');
  const page = await pageOf(second.electron, 'index.html');
  expect((await statusOf(page)).accounts.map(({ state, kept }) => [state, kept])).toEqual([
    ['connected', 'keychain'],
    ['connected', 'keychain'],
  ]);
  await startKeychain();
  await says(second, 'Everything is in sync', 90);
});
