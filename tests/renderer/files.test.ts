import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../../src/renderer');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

test('a file of the pages has 400 lines at most, or its first line says why it has more', () => {
  const isTold = (text: string): boolean => /^(\/\/|\/\*).* 400 lines/.test(text);
  const long = files.filter((file) => {
    const text = readFileSync(file, 'utf8');
    return text.split('\n').length > 401 && !isTold(text);
  });
  expect(long).toEqual([]);
});

// Words stand in a folder of their own, under the name of what says them.
test('no two files of the pages have one name, so that an import and a search say which is meant', () => {
  const names = files
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith(join(folder, 'words/')))
    .map((file) => basename(file, extname(file)));
  expect(names.length).toBeGreaterThan(70);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
