import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Files by their paths from the root of the repository, with slashes, and what is in them. */
export type Files = ReadonlyMap<string, string>;

const texts = /\.(?:tsx?|mjs|cjs|js|sh|css|html|md|ya?ml)$/;

/** Takes folders from the root; returns the text files in them, at any depth. */
export function filesIn(...folders: readonly string[]): Files {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !texts.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(root.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8'));
    }
  }
  return files;
}

/** Returns the documents of the root: README, CONTRIBUTING and the like. */
export function filesAtRoot(): Files {
  const names = readdirSync(root).filter((name) => name.endsWith('.md'));
  return new Map(names.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

/** Takes a document; returns the texts of its headings, without marks. Headings in examples are none. */
export function headingsOf(text: string): readonly string[] {
  const lines = text.replace(/^```[\s\S]*?^```/gm, '');
  return [...lines.matchAll(/^#{1,6} +(.+?) *$/gm)].map((found) => (found[1] ?? '').replaceAll('`', ''));
}

/** Takes a heading; returns the anchor that a link to it names, as the places make it that show documents. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
