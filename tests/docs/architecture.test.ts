import { readdirSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn } from './documents.ts';

const root = resolve(import.meta.dirname, '../..');
const page = filesIn('docs').get('docs/architecture.md') ?? '';

/** Rows of the table of layers: a folder, and what it says that the folder may import. */
const rows = new Map(
  [...page.matchAll(/^\| `(src\/[^`]+)` +\|.*\|([^|]+)\|$/gm)].map((row) => [row[1] ?? '', row[2] ?? '']),
);

/** Folders below one, by their paths from the root. */
function foldersIn(folder: string): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
}

// Folders that hold nothing but layers are none themselves; the services stand one by one.
const layers = [
  ...foldersIn('src').filter((folder) => folder !== 'src/main'),
  ...foldersIn('src/main').filter((folder) => folder !== 'src/main/providers'),
  ...foldersIn('src/main/providers'),
];

/** Takes a file or folder; returns the layer that it is in. */
const layerOf = (path: string): string | undefined => layers.find((layer) => `${path}/`.startsWith(`${layer}/`));

/** The word by which text and picture name a layer: `providers` for each of the services. */
const wordFor = (layer: string): string => (layer.includes('/providers/') ? 'providers' : posix.basename(layer));

describe('docs/architecture.md', () => {
  it('lists just the folders that there are', () => {
    expect([...rows.keys()].sort()).toEqual([...layers].sort());
  });

  it('has them all in its picture, and no others', () => {
    const picture = /^## Layers\n+```\n([\s\S]*?)```/m.exec(page)?.[1] ?? '';
    const words = picture.replace(/\([^)]*\)/g, '').match(/[a-z]+/g) ?? [];
    expect([...new Set(words)].sort()).toEqual([...new Set(layers.map(wordFor))].sort());
  });

  it('names what each of them imports of the others', () => {
    const unsaid = new Set<string>();
    for (const [path, text] of filesIn('src')) {
      const from = layerOf(path);
      if (from === undefined) continue;
      for (const [, target = ''] of text.matchAll(/\bfrom '(\.[^'\n]+)'/g)) {
        const to = layerOf(posix.join(posix.dirname(path), target));
        if (to === undefined || to === from) continue;
        // What a row forbids stands behind "never", and is no permission.
        const allowed = (rows.get(from) ?? '').replace(/\bnever\b.*/, '');
        if (!new RegExp(String.raw`\b${wordFor(to)}\b`).test(allowed)) unsaid.add(`${from} imports ${to}`);
      }
    }
    expect([...unsaid]).toEqual([]);
  });
});
