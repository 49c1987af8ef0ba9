import { describe, expect, it } from 'vitest';
import { parseJson, readJson } from '../../../src/main/providers/google/json.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a body', () => {
  it('is what it says', () => {
    const value = { kind: 'calendar#events', items: [{ summary: 'a "[{,\\' }, null, 1.5, []] };
    expect(readJson(JSON.stringify(value))).toEqual({ kind: 'json', value });
    expect(parseJson('7')).toBe(7);
  });

  it.each(['', '<html>', '{"kind":', '"', '"\\', '{"a":"\\"'])('that is none or is cut short is none (%s)', (body) => {
    expect(readJson(body)).toEqual({ kind: 'none' });
  });

  it('that is nested deeper than any answer of Google is none, however long it is', () => {
    expect(readJson(nested(32)).kind).toBe('json');
    expect(readJson(nested(33)).kind).toBe('none');
    // A parser takes half a minute for this one.
    expect(readJson(nested(15_000_000)).kind).toBe('none');
    expect(readJson(`{"items":[{"reminders":${nested(1000)}}]}`).kind).toBe('none');
  });

  it('of more values than are read is too much, and of as many as a large page has is not', () => {
    const list = (length: number) => `[${Array<string>(length).fill('[]').join()}]`;
    expect(readJson(list(240_000)).kind).toBe('json');
    expect(readJson(list(300_000)).kind).toBe('too-much');
    expect(parseJson(list(300_000))).toBeUndefined();
  });

  it('of long texts is read, because what stands in them is no structure', () => {
    const text = '[{,"'.repeat(400_000);
    expect(parseJson(JSON.stringify([text]))).toEqual([text]);
  });
});
