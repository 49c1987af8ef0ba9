import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startRestarted, type Restarted } from '../../build/dev/restarted.ts';

const program = `import { word } from './word.mjs';
process.on('message', (message) => message === 'end' && process.exit(0));
process.on('disconnect', () => process.exit(0));
process.send(word);
`;

let folder = '';
let restarted: Restarted | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calsync-restarted-'));
  await writeFile(join(folder, 'program.mjs'), program);
});

afterEach(async () => {
  await restarted?.close();
  restarted = null;
  await rm(folder, { recursive: true });
});

/** Whether a process runs. */
function runs(number: number): boolean {
  try {
    return process.kill(number, 0);
  } catch {
    return false;
  }
}

it('starts a program anew when a source changes, one at a time, and ends it', async () => {
  const word = (text: string): Promise<void> => writeFile(join(folder, 'word.mjs'), text);
  const sent: { message: unknown; process: number }[] = [];
  const said: string[] = [];
  await word(`export const word = 'one';`);
  restarted = startRestarted({
    program: join(folder, 'program.mjs'),
    watched: [folder],
    say: (line) => said.push(line),
    onMessage: (message, process) => sent.push({ message, process }),
  });
  await expect.poll(() => sent.map(({ message }) => message)).toEqual(['one']);

  await writeFile(join(folder, 'notes.txt'), 'no source');
  await word(`export const word = 'two';`);
  await expect.poll(() => sent.at(-1)?.message).toBe('two');
  expect(runs(sent[0]?.process ?? 0)).toBe(false);
  expect(said.join('\n')).not.toContain('notes.txt');

  // One that breaks has ended by itself; the next change starts it again.
  await word('export const word = process.exit(1);');
  await expect.poll(() => said.at(-1)).toMatch(/^It has ended \(1\)/);
  await word(`export const word = 'three';`);
  await expect.poll(() => sent.at(-1)?.message).toBe('three');
  const last = sent.at(-1)?.process ?? 0;
  expect(runs(last)).toBe(true);
  await restarted.close();
  expect(runs(last)).toBe(false);
});
