import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerRows } from '../../src/simulator/state/switches.ts';
import { deadCitations, deadLinks, paragraphsOf } from './citations.ts';
import { filesAtRoot, filesIn } from './documents.ts';

const documents = new Map([...filesAtRoot(), ...filesIn('docs')]);
// This folder names paragraphs that are not there.
const files = new Map(
  [...documents, ...filesIn('src', 'tests', 'build')].filter(([path]) => !path.startsWith('tests/docs/')),
);
/** What comes to be when it is needed: a file that a recipe has one write, and where what is wrong is kept. */
const made = /\bNNNN-|^tests\/oracle\/fixtures\/open$/;
const isThere = (path: string): boolean => existsSync(resolve(import.meta.dirname, '../..', path));

describe('what comments and documents cite', () => {
  it('is in the repository', () => {
    expect(files.size).toBeGreaterThan(400);
    expect(deadCitations(files, documents)).toEqual([]);
  });

  it('has numbers that are looked up', () => {
    const page = documents.get('docs/google-calendar.md') ?? '';
    expect(paragraphsOf(page).size).toBeGreaterThan(50);
    const others = new Map([
      ['docs/google-calendar.md', '## 2. Identity\n\n### 2.3 Series\n\n## 8. Traps\n\n| 27  | a zone |\n'],
      ['docs/design.md', '## The same meeting twice\n'],
      ['docs/adr/0021-rules.md', '# 0021: Rules\n'],
    ]);
    const dead = (comment: string): number => deadCitations(new Map([['src/a.ts', comment]]), others).length;
    expect(
      dead('/** By google-calendar.md §2.3, §8 no. 27; RFC 5545 §99 (design.md, "The same meeting\n * twice"). */'),
    ).toBe(0);
    expect(dead('// ADR 0021, docs/design.md')).toBe(0);
    expect(dead('// google-calendar.md §2.4')).toBe(1);
    expect(dead('// google-calendar.md §2.3, §8 no. 28')).toBe(1);
    expect(dead('// (reference\n// §2.3)')).toBe(1);
    expect(dead('// design.md, "The same meeting"')).toBe(1);
    expect(dead('// missing.md, "The same meeting twice"')).toBe(1);
    expect(dead('// ADR 0022 and adr/0023')).toBe(2);
    expect(dead('// docs/missing.md')).toBe(1);
  });

  it('tells of each unknown which switches play its sides', () => {
    const page = documents.get('docs/google-calendar.md') ?? '';
    const part = page.slice(page.indexOf('\n## 10. '), page.indexOf('\n## 11. '));
    const rows = new Map([...part.matchAll(/^\| (\d+) .*\|([^|]*)\|$/gm)].map((row) => [Number(row[1]), row[2] ?? '']));
    for (const [name, row] of Object.entries(registerRows)) {
      if (row !== null) expect(rows.get(row), name).toContain(`\`${name}\``);
    }
  });
});

describe('documents', () => {
  it('link to what is there', () => {
    expect(deadLinks(documents, isThere)).toEqual([]);
    const wrong = new Map([['docs/a.md', '# Top\n[b](b.md) [c](#top) [d](#bottom) [e](https://e.example)']]);
    expect(deadLinks(wrong, () => false)).toEqual(['docs/a.md: b.md', 'docs/a.md: #bottom']);
  });

  // What was decided, and what has changed, is told as it was then.
  it.each([...documents.keys()].filter((path) => path !== 'CHANGELOG.md' && !path.startsWith('docs/adr/')))(
    '%s names files and folders that there are',
    (path) => {
      const there = [...filesIn('src', 'tests', 'build').keys()];
      const text = (documents.get(path) ?? '').replace(/^```[\s\S]*?^```/gm, '');
      const files = [...text.matchAll(/`((?:[\w-]+\/)*[\w-]+(?:\.\w+)*\.(?:tsx?|cjs|mjs))`/g)].map(
        ([, name = '']) => name,
      );
      const folders = [...text.matchAll(/`((?:src|tests|build|docs)(?:\/[\w-]+)*\/?)`/g)].map(([, name = '']) => name);
      const isNamed = (name: string): boolean =>
        isThere(name) || made.test(name) || there.some((one) => one.endsWith(`/${name}`));
      expect([...files.filter((name) => !isNamed(name)), ...folders.filter((name) => !isNamed(name))]).toEqual([]);
    },
  );

  it('list every decision', () => {
    const list = documents.get('docs/adr/README.md') ?? '';
    const names = [...documents.keys()].map((path) => /^docs\/adr\/(\d{4}-.+)$/.exec(path)?.[1] ?? '');
    expect(names.filter((name) => name !== '' && !list.includes(`(${name})`))).toEqual([]);
  });
});
