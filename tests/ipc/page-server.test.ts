import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageServer } from '../../src/main/demo/page-server.ts';
import { startPageServer } from '../../src/main/demo/page-server.ts';
import { statusSchema } from '../../src/shared/dto.ts';
import { appError } from '../../src/shared/errors.ts';
import { err, ok } from '../../src/shared/result.ts';
import type { FakeCalSync } from '../support/fake-calsync.ts';
import { createFakeCalSync, exampleStatus } from '../support/fake-calsync.ts';
import { facts } from '../support/situations.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let app: FakeCalSync;
let folder: string;
let server: PageServer;
let faults: string[];

/** Raw HTTP, because `fetch` does not let a test choose the Host header. */
function send(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: server.port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

const keyPath = (): string => new URL(server.url).pathname + new URL(server.url).search;
const origin = (): string => `http://127.0.0.1:${server.port}`;

/** Exchanges the key, returns the Cookie header of the session. */
async function signIn(): Promise<string> {
  const answer = await send(keyPath());
  const cookie = answer.headers['set-cookie']?.[0] ?? '';
  return cookie.split(';')[0] ?? '';
}

async function call(name: string, input: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const cookie = await signIn();
  return send(`/ipc/${name}`, {
    method: 'POST',
    headers: { cookie, origin: origin(), 'content-type': 'application/json', ...headers },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calsync-page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>CalSync</title>');
  await writeFile(join(folder, 'assets/page.js'), 'export {};');
  await writeFile(join(folder, '.secret.js'), 'hidden');
  await writeFile(join(folder, 'notes.txt'), 'not part of the page');
  app = createFakeCalSync();
  faults = [];
  const started = await startPageServer({
    app,
    port: 0,
    rendererFolder: folder,
    onFault: (where) => faults.push(where),
  });
  if (!started.ok) throw new Error(started.error.code);
  server = started.value;
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('the key', () => {
  it('holds at least 128 bits, is exchanged for a strict cookie, and leaves the address', async () => {
    const key = new URL(server.url).searchParams.get('key') ?? '';
    expect(Buffer.from(key, 'base64url').length).toBeGreaterThanOrEqual(16);
    const answer = await send(keyPath());
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/');
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toContain(key);
  });

  it('works once; the browser that used it may open the address again', async () => {
    const cookie = await signIn();
    expect((await send(keyPath())).status).toBe(403);
    expect((await send(keyPath(), { headers: { cookie } })).status).toBe(303);
  });

  it('is not used up by something that only looks, nor by a wrong guess', async () => {
    expect((await send(keyPath(), { method: 'HEAD' })).status).toBe(403);
    expect((await send('/?key=guess')).status).toBe(403);
    expect((await send(keyPath())).status).toBe(303);
  });

  it('refuses in plain words', async () => {
    await signIn();
    const answer = await send(keyPath());
    expect(answer.body).toContain('works only once');
    expect(answer.headers['content-type']).toContain('text/html');
  });
});

describe('who is let in', () => {
  it.each(['/', '/assets/page.js', '/events', '/index.html'])('nobody without the cookie: %s', async (path) => {
    expect((await send(path)).status).toBe(403);
    expect((await send(path, { headers: { cookie: `calsync_session_${server.port}=guess` } })).status).toBe(403);
  });

  it('no call without the cookie', async () => {
    const answer = await send('/ipc/reset.run', {
      method: 'POST',
      headers: { origin: origin(), 'content-type': 'application/json' },
      body: '{"confirmed":true}',
    });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toEqual(err(appError('request-invalid')));
    expect(app.calls).toEqual([]);
  });

  it.each(['evil.example', 'localhost', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example:80'])(
    'no request for the host %s, which a rebound name would send',
    async (host) => {
      const cookie = await signIn();
      expect((await send('/', { headers: { cookie, host } })).status).toBe(403);
      const posted = await send('/ipc/sync.now', {
        method: 'POST',
        headers: { cookie, host, origin: `http://${host}` },
      });
      expect(posted.status).toBe(403);
      expect(app.calls).toEqual([]);
    },
  );

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost', 'https://127.0.0.1'])(
    'no call from the origin %s',
    async (foreign) => {
      expect((await call('sync.now', undefined, { origin: foreign })).status).toBe(403);
      expect(app.calls).toEqual([]);
    },
  );

  it('no call that does not say its origin', async () => {
    const cookie = await signIn();
    expect((await send('/ipc/sync.now', { method: 'POST', headers: { cookie } })).status).toBe(403);
    expect(app.calls).toEqual([]);
  });
});

describe('two pages on one computer', () => {
  it('do not sign each other out, because a browser tells cookies apart by name and not by port', async () => {
    const started = await startPageServer({ app: createFakeCalSync(), port: 0, rendererFolder: folder });
    if (!started.ok) throw new Error(started.error.code);
    const jar = new Map<string, string>();
    const visit = async (from: PageServer, path: string): Promise<number> => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(new URL(path, `http://127.0.0.1:${from.port}`), {
        headers: { cookie },
        redirect: 'manual',
      });
      for (const set of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
        jar.set(name, value);
      }
      return answer.status;
    };
    expect(await visit(server, keyPath())).toBe(303);
    expect(await visit(started.value, started.value.url)).toBe(303);
    expect([await visit(server, '/'), await visit(started.value, '/')]).toEqual([200, 200]);
    await started.value.close();
  });
});

describe('calls over HTTP', () => {
  it('answer in the envelope', async () => {
    const answer = await call('sync.pause', { until: 'hour' });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: true, value: { pausedUntil: '2026-03-23T09:30:00.000Z' } });
    expect(app.calls).toEqual([{ name: 'pause', input: 'hour' }]);
  });

  it('give expected failures with a normal status, because they are values', async () => {
    const answer = await call('hold.resolve', { key: 'no-such', choice: 'proceed', version: 'v1' });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual(err(appError('hold-unknown', 'no-such')));
  });

  it.each([
    ['no.such', undefined],
    ['__proto__', undefined],
    ['reset.run', undefined],
    ['reset.run', { confirmed: 'yes' }],
    ['sync.pause', { until: 'x'.repeat(10) }],
  ])('refuse %s with %j', async (name, input) => {
    const answer = await call(name, input);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual(err(appError('request-invalid')));
    expect(app.calls).toEqual([]);
  });

  it('refuse a body that is no JSON, is of another kind, or is too long', async () => {
    const cookie = await signIn();
    const post = (body: string, type: string) =>
      send('/ipc/mute.lift', { method: 'POST', headers: { cookie, origin: origin(), 'content-type': type }, body });
    expect((await post('{"key":', 'application/json')).status).toBe(400);
    expect((await post('{"key":"mute-1"}', 'text/plain')).status).toBe(400);
    expect((await post(JSON.stringify({ key: 'k'.repeat(70_000) }), 'application/json')).status).toBe(403);
    expect(app.calls).toEqual([]);
  });

  it('keep an undeclared field and the text of an exception to themselves', async () => {
    app.set({ accessToken: 'ya29.secret' } as never);
    const leaky = await call('status.get', undefined);
    expect(JSON.parse(leaky.body)).toEqual(err(appError('unexpected')));
    expect(faults).toEqual(['ipc status.get']);
  });

  it('are POST only', async () => {
    const cookie = await signIn();
    expect((await send('/ipc/sync.now', { headers: { cookie } })).status).toBe(404);
    expect(app.calls).toEqual([]);
  });
});

describe('the files of the page', () => {
  it('are served with strict headers, and so is everything else', async () => {
    const cookie = await signIn();
    const answers = [
      await send('/', { headers: { cookie } }),
      await send('/assets/page.js', { headers: { cookie } }),
      await send('/'),
      await send('/nothing', { headers: { cookie } }),
      await send('/', { headers: { host: 'evil.example' } }),
      await send('/ipc/no.such', { method: 'POST', headers: { cookie, origin: origin() } }),
    ];
    expect(answers.map((each) => each.status)).toEqual([200, 200, 403, 404, 403, 400]);
    for (const answer of answers) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(answer.headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
    }
    expect(answers[0]?.headers['content-type']).toContain('text/html');
    expect(answers[1]?.headers['content-type']).toContain('text/javascript');
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json', '/notes.txt', '//etc/passwd'])(
    'are the only ones: %s is not there',
    async (path) => {
      const cookie = await signIn();
      expect((await send(path, { headers: { cookie } })).status).toBe(404);
    },
  );
});

describe('the stream of snapshots', () => {
  /** Opens the stream and returns a reader of whole snapshots. */
  async function open() {
    const cookie = await signIn();
    const ending = new AbortController();
    const response = await fetch(`${origin()}/events`, { headers: { cookie }, signal: ending.signal });
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      response,
      end: () => ending.abort(),
      done: async () => {
        for (;;) if ((await reader.read()).done) return true;
      },
      next: async () => {
        for (;;) {
          const at = text.indexOf('\n\n');
          if (at >= 0) {
            const data = /^data: (.*)$/m.exec(text.slice(0, at))?.[1] ?? '';
            text = text.slice(at + 2);
            return statusSchema.parse(JSON.parse(data));
          }
          const { value, done } = await reader.read();
          if (done) throw new Error('The stream ended.');
          text += value;
        }
      },
    };
  }

  it('starts with the present one, follows each change, and keeps only the latest for a slow reader', async () => {
    const events = await open();
    expect(events.response.headers.get('content-type')).toContain('text/event-stream');
    expect((await events.next()).lastRun?.outcome).toBe('ok');
    app.set({ ...facts.offline });
    expect((await events.next()).lastRun?.outcome).toBe('offline');
    for (let done = 1; done <= 500; done += 1) app.set({ ...facts.syncing, progress: { done, total: 500 } });
    const seen = [await events.next()];
    while (seen.at(-1)?.progress?.done !== 500) seen.push(await events.next());
    expect(seen.length).toBeLessThan(10);
    events.end();
  });

  it('never sends a snapshot with an undeclared field', async () => {
    const events = await open();
    await events.next();
    app.set({ accessToken: 'ya29.secret' } as never);
    await expect.poll(() => faults).toEqual(['events']);
    events.end();
  });

  it('is let go when the page leaves, and ended when the server closes', async () => {
    const events = await open();
    await events.next();
    expect(app.alive.listeners).toBe(1);
    events.end();
    await expect.poll(() => app.alive.listeners).toBe(0);

    const other = await fetch(`${origin()}/events`).catch(() => null);
    expect(other?.status).toBe(403);
  });

  it('does not keep the server from closing', async () => {
    const events = await open();
    await events.next();
    const ended = events.done().catch(() => true);
    await server.close();
    expect(await ended).toBe(true);
    await expect.poll(() => app.alive.listeners).toBe(0);
  });
});

describe('starting', () => {
  it('says when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await startPageServer({ app, port, rendererFolder: folder })).toEqual(
      err(appError('port-taken', `${port}`)),
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it.each([-1, 70_000, 1.5, Number.NaN])('says when the port is none: %d', async (port) => {
    expect(await startPageServer({ app, port, rendererFolder: folder })).toMatchObject(
      err({ code: 'option-invalid', about: `port ${port}` }),
    );
  });

  it('says when the page was not built', async () => {
    const started = await startPageServer({ app, port: 0, rendererFolder: join(folder, 'nothing') });
    expect(started).toMatchObject({ ok: false, error: { code: 'unexpected' } });
  });

  it('listens on loopback only', async () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    const elsewhere = await fetch(`http://127.0.0.2:${server.port}/`).then(
      () => 'answered',
      () => 'refused',
    );
    expect(elsewhere).toBe('refused');
  });
});

it('works with the status of a demo', async () => {
  app.set(exampleStatus({ demo: true }));
  expect(JSON.parse((await call('status.get', undefined)).body)).toEqual(ok(exampleStatus({ demo: true })));
});
