import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { event, folder, now, openMesh, openTestStore, peek, work } from './support.ts';

const start = (...words: readonly string[]) =>
  spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), ...words], { stdio: ['pipe', 'pipe', 'inherit'] });

async function outputOf(...words: readonly string[]): Promise<string> {
  const child = start(...words);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
  return text;
}

describe('a process that is killed while it stores a page', { timeout: 30_000 }, () => {
  it.each([
    ['at the first row of the first page', 1, 0, 0, 'token-1'],
    ['in the middle of the first page', 1, 5, 0, 'token-1'],
    ['at the first row of the last page', 2, 0, 10, 'token-1'],
    ['at the last row of the last page', 2, 9, 10, 'token-1'],
    ['after the last page', 3, 0, 20, 'second'],
  ])('%s leaves rows and position that agree', async (_, page, row, events, token) => {
    const file = `${folder()}/calsync.db`;
    const before = openMesh({ file });
    before.read(work, 'everything', [event('before')]);
    before.takeDirty();
    before.store.close();
    const child = start('die', file, String(page), String(row));
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

    const test = openTestStore({ file });
    expect(test.notices).toEqual([]);
    expect(peek(file).pragma('integrity_check', { simple: true })).toBe('ok');
    const ids = test.groups().flatMap((group) => group.events.map((found) => String(found.row.id)));
    expect(ids.filter((id) => id !== 'before')).toHaveLength(events);
    expect(test.store.calendars().find((calendar) => calendar.id === work)?.cursor?.syncToken).toBe(token);
    // What was stored is still to be planned.
    expect(test.store.dirtyGroups().size).toBe(events);
    // And the read that follows makes it whole.
    test.read(
      work,
      'changes',
      Array.from({ length: 10 }, (__, number) => event(`p1-${number}`)),
      Array.from({ length: 10 }, (__, number) => event(`p2-${number}`)),
    );
    expect(test.groups()).toHaveLength(21);
  });
});

describe('two processes with one file', { timeout: 30_000 }, () => {
  it('write in turn and never count the same', async () => {
    const file = `${folder()}/calsync.db`;
    openMesh({ file });
    const texts = await Promise.all([outputOf('count', file, '200'), outputOf('count', file, '200')]);
    const numbers = texts.flatMap((text) => text.trim().split('\n')).map(Number);
    expect(new Set(numbers).size).toBe(400);
    expect(Math.max(...numbers)).toBe(400);
  });

  it('start a new file together', async () => {
    const file = `${folder()}/calsync.db`;
    const texts = await Promise.all(['1', '1', '1'].map((count) => outputOf('count', file, count)));
    expect(texts.map(Number).sort()).toEqual([1, 2, 3]);
  });

  it('work one at a time, and one that was killed gives way when its lease is over', async () => {
    const file = `${folder()}/calsync.db`;
    const { store } = openTestStore({ file });
    const child = start('hold', file);
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('held\n');
    expect(store.takeLease('parent', now + 59_999, 1000)).toMatchObject({
      ok: false,
      error: { code: 'busy-elsewhere' },
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(store.takeLease('parent', now + 59_999, 1000).ok).toBe(false);
    expect(store.takeLease('parent', now + 60_000, 1000).ok).toBe(true);
  });
});
