import { describe, expect, it } from 'vitest';
import { HOME, START, listAll, start, timed } from './support.ts';
import type { Harness } from './support.ts';

const PRIMARY = '/calendar/v3/calendars/primary/events';

interface Part {
  readonly id: string;
  readonly line: string;
  readonly headers?: readonly string[];
  readonly body?: unknown;
}

function multipart(parts: readonly Part[], boundary = 'cut'): string {
  const texts = parts.map(({ id, line, headers = [], body }) => {
    const content = body === undefined ? '' : JSON.stringify(body);
    const inner = [
      line,
      ...headers,
      ...(content === '' ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(content)}`]),
    ];
    return `--${boundary}\r\nContent-Type: application/http\r\nContent-ID: ${id}\r\n\r\n${inner.join('\r\n')}\r\n\r\n${content}\r\n`;
  });
  return `${texts.join('')}--${boundary}--\r\n`;
}

async function send(harness: Harness, body: string, type = 'multipart/mixed; boundary=cut') {
  const { accessToken } = harness.simulator.issueTokens(HOME, undefined, harness.personClient);
  const answer = await fetch(`${harness.simulator.url}/batch/calendar/v3`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': type },
    body,
  });
  const text = await answer.text();
  const boundary = /boundary=(\S+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? '';
  const parts = boundary === '' ? [] : text.split(`--${boundary}`).slice(1, -1);
  const statuses = Object.fromEntries(
    parts.map((part) => [/Content-ID: (\S+)/.exec(part)?.[1] ?? '', Number(/HTTP\/1\.1 (\d+)/.exec(part)?.[1])]),
  );
  return { status: answer.status, text, statuses, order: Object.keys(statuses) };
}

function inserts(count: number): Part[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `<item-${index}>`,
    line: `POST ${PRIMARY}?sendUpdates=none HTTP/1.1`,
    body: timed(23, '10:00', '11:00', { id: `batch${String(index).padStart(4, '0')}` }),
  }));
}

describe('batch', () => {
  it('carries out each part by itself and answers by Content-ID', async () => {
    const harness = await start();
    const parts: Part[] = [
      ...inserts(2),
      { id: '<again>', line: `POST ${PRIMARY} HTTP/1.1`, body: timed(23, '10:00', '11:00', { id: 'batch0000' }) },
      {
        id: '<stale>',
        line: `PATCH ${PRIMARY}/batch0001 HTTP/1.1`,
        headers: ['If-Match: "1"'],
        body: { summary: 'Ümläut' },
      },
      { id: '<patch>', line: `PATCH ${PRIMARY}/batch0001 HTTP/1.1`, body: { summary: 'Ümläut' } },
      { id: '<gone>', line: `DELETE ${PRIMARY}/batch0000` },
      { id: '<none>', line: `GET ${PRIMARY}/nothing00 HTTP/1.1` },
      { id: 'bare', line: `GET ${PRIMARY}/batch0001?fields=summary HTTP/1.1` },
    ];
    const { status, statuses, text } = await send(harness, multipart(parts));
    expect(status).toBe(200);
    expect(statuses).toEqual({
      '<response-item-0>': 200,
      '<response-item-1>': 200,
      '<response-again>': 409,
      '<response-stale>': 412,
      '<response-patch>': 200,
      '<response-gone>': 204,
      '<response-none>': 404,
      'response-bare': 200,
    });
    expect(text).toContain('{"summary":"Ümläut"}');
    expect(harness.simulator.requests.counts()).toMatchObject({ batch: 1, 'events.insert': 3, 'events.patch': 2 });
    const batch = harness.simulator.requests.list().find((record) => record.kind === 'batch');
    const parted = harness.simulator.requests.list().filter((record) => record.kind !== 'batch');
    expect(parted.every((record) => record.batch === batch?.number && record.account === HOME)).toBe(true);
  });

  it('takes 1000 parts and no more; the limit is a switch', async () => {
    const harness = await start();
    expect((await send(harness, multipart(inserts(1000)))).order).toHaveLength(1000);
    expect((await send(harness, multipart(inserts(1001)))).status).toBe(400);
    harness.simulator.state.switches.batchLimit = 50;
    expect((await send(harness, multipart(inserts(51)))).text).toContain('batchSizeTooLarge');
  });

  it('batchOrder reversed: answers are matched by Content-ID, not by place', async () => {
    const harness = await start({ switches: { batchOrder: 'reversed' } });
    expect((await send(harness, multipart(inserts(3)))).order).toEqual([
      '<response-item-2>',
      '<response-item-1>',
      '<response-item-0>',
    ]);
  });

  it('a part may carry its own token', async () => {
    const harness = await start();
    const part: Part = { id: '<x>', line: `GET ${PRIMARY} HTTP/1.1`, headers: ['Authorization: Bearer wrong'] };
    expect((await send(harness, multipart([part]))).statuses).toEqual({ '<response-x>': 401 });
  });

  it.each([
    ['no boundary', multipart(inserts(1)), 'multipart/mixed'],
    ['another type', multipart(inserts(1)), 'application/json'],
    ['no end', multipart(inserts(1)).replace('--cut--', ''), undefined],
    ['another API', multipart([{ id: '<x>', line: 'GET /drive/v3/files HTTP/1.1' }]), undefined],
    ['no request line', multipart([{ id: '<x>', line: 'nonsense' }]), undefined],
    ['nothing', '--cut--', undefined],
  ])('%s is 400', async (_name, body, type) => {
    expect((await send(await start(), body, type)).status).toBe(400);
  });
});

describe('the quota per minute', () => {
  it('counts every part, and slides', async () => {
    const clock = { now: START };
    const harness = await start({ now: () => clock.now, switches: { quotaPerMinute: 4 } });
    const { statuses } = await send(harness, multipart(inserts(6)));
    expect(Object.values(statuses)).toEqual([200, 200, 200, 200, 403, 403]);
    clock.now += 60_000;
    expect((await listAll(harness.callAs(HOME))).rows).toHaveLength(4);
  });
});
