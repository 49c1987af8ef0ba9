import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What `npm run dev` runs, with what it has printed so far. */
interface Started {
  readonly child: ChildProcess;
  readonly printed: () => string;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

let started: Started | null = null;

function start(...args: readonly string[]): Started {
  const child = spawn(process.execPath, ['build/dev.ts', '--port', '0', ...args], { cwd: root });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (printed += data.toString()));
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  started = { child, printed: () => printed, ended };
  return started;
}

/** Waits until a line is printed; returns what the pattern has found. */
async function line({ child, printed }: Started, pattern: RegExp): Promise<readonly string[]> {
  await expect.poll(() => pattern.test(printed()) || child.exitCode !== null, { timeout: 90_000 }).toBe(true);
  expect(printed()).toMatch(pattern);
  return pattern.exec(printed()) ?? [];
}

/** Whether a process runs. */
function runs(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch {
    return false;
  }
}

afterEach(async () => {
  started?.child.kill('SIGINT');
  await started?.ended;
  started = null;
});

describe('npm run dev', { timeout: 120_000 }, () => {
  it.each([
    {
      title: 'over made-up data',
      args: ['--scene', 'needs-you'],
      demo: false,
      said: /scene "needs-you" \(process (\d+)\)/,
    },
    {
      title: 'over the app on the simulator',
      args: ['--engine'],
      demo: true,
      said: /on the simulator at .* \(process (\d+)\)/,
    },
  ])('serves the pages from their sources $title, and ends with all that it started', async ({ args, demo, said }) => {
    const dev = start(...args);
    const behind = Number((await line(dev, said))[1]);
    const [, popup = ''] = await line(dev, /popup +(http:\/\/127\.0\.0\.1:\d+\/)/);
    const [, settings = ''] = await line(dev, /settings +(http:\S+)/);
    for (const [page, module] of [
      [popup, 'popup-entry.tsx'],
      [settings, 'settings-entry.tsx'],
    ] as const) {
      const text = await (await fetch(page)).text();
      // What brings changes into an open page.
      expect(text).toContain('/@vite/client');
      expect(text).toContain(`./${module}`);
      expect((await fetch(new URL(module, page))).status).toBe(200);
    }
    const ask = async (origin: string): Promise<unknown> =>
      (await fetch(`${popup}ipc/status.get`, { method: 'POST', headers: { Origin: origin } })).json();
    const answer = await ask(new URL(popup).origin);
    expect(answer).toMatchObject({ ok: true, value: { demo, accounts: [{}, {}, {}] } });
    // A page from elsewhere is refused as the page server refuses it.
    expect(await ask('http://elsewhere.example')).toMatchObject({ ok: false, error: { code: 'request-invalid' } });
    const events = await fetch(`${popup}events`);
    const first = await events.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toContain('event: status');

    expect(runs(behind)).toBe(true);
    dev.child.kill('SIGINT');
    expect(await dev.ended).toBe(0);
    expect(runs(behind)).toBe(false);
    await expect(fetch(popup)).rejects.toThrow();
  });

  it('says what is wrong with its arguments', async () => {
    const dev = start('--engine', '--scene', 'in-sync');
    expect(await dev.ended).toBe(2);
    expect(dev.printed()).toContain('--engine shows no made-up data.');
  });
});
