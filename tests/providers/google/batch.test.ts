import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, readBatch, writeBatch, type BatchPart } from '../../../src/main/providers/google/batch.ts';

const part = (id: number, over: Partial<BatchPart> = {}): BatchPart => ({
  id,
  method: 'POST',
  path: '/calendar/v3/calendars/ada%40example.com/events?sendUpdates=none',
  ifMatch: null,
  body: { summary: '🔒 Busy' },
  ...over,
});

/** An answer as Google writes them (google-calendar.md §4.3). */
const answered = (boundary: string, parts: readonly (readonly [number, string, string])[], newline = '\r\n') =>
  [
    ...parts.flatMap(([id, status, body]) => [
      `--${boundary}`,
      'Content-Type: application/http',
      `Content-ID: <response-item-${id}>`,
      '',
      `HTTP/1.1 ${status}`,
      'Content-Type: application/json; charset=UTF-8',
      'Retry-After: 5',
      '',
      body,
    ]),
    `--${boundary}--`,
    '',
  ].join(newline);

describe('batch request', () => {
  it('names each part and carries method, path, condition and body', () => {
    const text = writeBatch(
      [part(0, { method: 'PATCH', ifMatch: '"42"' }), part(7, { method: 'DELETE', body: null })],
      'b',
    );
    expect(text).toBe(
      [
        '--b',
        'Content-Type: application/http',
        'Content-ID: <item-0>',
        '',
        'PATCH /calendar/v3/calendars/ada%40example.com/events?sendUpdates=none HTTP/1.1',
        'If-Match: "42"',
        'Content-Type: application/json',
        'Content-Length: 23',
        '',
        '{"summary":"🔒 Busy"}',
        '--b',
        'Content-Type: application/http',
        'Content-ID: <item-7>',
        '',
        'DELETE /calendar/v3/calendars/ada%40example.com/events?sendUpdates=none HTTP/1.1',
        '',
        '',
        '--b--',
        '',
      ].join('\r\n'),
    );
  });

  it('lets no text of a block or etag open a part or a header of its own', () => {
    const text = writeBatch(
      [part(0, { ifMatch: '"1"\r\nX-Evil: 1', body: { summary: 'x\r\n--b\r\nContent-ID: <item-1>' } })],
      'b',
    );
    expect(text.split(/\r\n--b/).length).toBe(2);
    expect(text).not.toMatch(/^X-Evil/m);
  });
});

describe('batch answer', () => {
  it('is matched by name, in whatever order', () => {
    const body = answered('r', [
      [2, '200 OK', '{"id":"c"}'],
      [0, '403 Forbidden', '{"error":{}}'],
    ]);
    const answers = readBatch(body, 'r');
    expect([...answers.keys()]).toEqual([2, 0]);
    expect(answers.get(2)).toMatchObject({ status: 200, body: '{"id":"c"}' });
    expect(answers.get(0)?.header('retry-after')).toBe('5');
  });

  it('may have bare line feeds, a preamble, and a part without a body', () => {
    const body = `preamble\n${answered('r', [[1, '200 OK', '{}']], '\n')}`.replace(
      '--r--',
      '--r \nContent-ID: <response-item-3>\n\nHTTP/1.1 204 No Content\nDate: today\n\n--r--',
    );
    const answers = readBatch(body, 'r');
    expect(answers.get(1)?.body).toBe('{}');
    expect(answers.get(3)).toMatchObject({ status: 204, body: '' });
  });

  it('leaves out nameless and senseless parts', () => {
    const body = answered('r', [[1, '200 OK', '{}']])
      .replace('Content-ID: <response-item-1>', 'Content-ID: <something-else>')
      .concat(answered('r', [[2, 'maybe', '{}']]));
    expect(readBatch(body, 'r').size).toBe(0);
  });

  it('never takes a part that was cut for a whole one', () => {
    const full = answered('r', [
      [0, '200 OK', '{"id":"first"}'],
      [1, '200 OK', '{"id":"second"}'],
      [2, '204 No Content', ''],
    ]);
    fc.assert(
      fc.property(fc.nat(full.length), (length) => {
        for (const [id, answer] of readBatch(full.slice(0, length), 'r')) {
          expect(answer.body).toBe(['{"id":"first"}', '{"id":"second"}', ''][id]);
        }
      }),
    );
  });

  it('comes back as it was written, whatever the bodies hold', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ summary: fc.string({ unit: 'binary' }) }), { maxLength: 5 }), (bodies) => {
        const parts = bodies.map((body, id): readonly [number, string, string] => [id, '200 OK', JSON.stringify(body)]);
        const answers = readBatch(answered('r', parts), 'r');
        expect([...answers.values()].map((answer) => JSON.parse(answer.body) as unknown)).toEqual(bodies);
      }),
    );
  });
});

describe('boundary', () => {
  it.each([
    ['multipart/mixed; boundary=batch_abc', 'batch_abc'],
    ['multipart/mixed; charset=utf-8; boundary="a b=c"', 'a b=c'],
    ['Multipart/Mixed; Boundary=x; charset=utf-8', 'x'],
    ['multipart/mixed', null],
    ['text/html; boundary=x', null],
    ['application/json', null],
    [null, null],
  ])('of %s is %s', (header, expected) => {
    expect(boundaryOf(header)).toBe(expected);
  });
});
