import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classNameOf } from '../../build/class-name.ts';

const folder = resolve(import.meta.dirname, '../../src/renderer');
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
const tokens = 'styles/tokens.css';
const base = 'styles/base.css';
const components = paths.filter((path) => path.endsWith('.tsx'));
const sheets = new Map(
  paths.filter((path) => path.endsWith('.css')).map((path) => [path, read(path).replaceAll(/\/\*[\s\S]*?\*\//g, '')]),
);
const modules = [...sheets.keys()].filter((path) => path.endsWith('.module.css'));

/** Takes a style sheet; returns the classes in its selectors. */
function classesIn(sheet: string): ReadonlySet<string> {
  const selectors = [...sheet.matchAll(/([^{};]+)\{/g)].map(([, selector = '']) => selector);
  return new Set(
    selectors.flatMap((selector) => [...selector.matchAll(/\.([a-z_][\w-]*)/gi)].map(([, name = '']) => name)),
  );
}

/** Takes a text that matches a pattern in several places; returns what the pattern's group is at each. */
const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map((found) => found[1] ?? '');

/** Takes the path of a style sheet of classes; returns that of the component that it belongs to. */
const componentOf = (path: string): string => path.replace(/\.module\.css$/, '.tsx');

describe('style sheets', () => {
  it('are the tokens, what elements look like, and one for each component that has classes, beside it', () => {
    expect([...sheets.keys()].filter((path) => !modules.includes(path)).sort()).toEqual([base, tokens]);
    expect(modules.length).toBeGreaterThan(40);
    expect(modules.filter((path) => !existsSync(join(folder, componentOf(path))))).toEqual([]);
  });

  it('are known to their component alone', () => {
    const imports = components.flatMap((path) =>
      all(read(path), /from '([^']+\.module\.css)'/g).map((sheet) => [path, basename(sheet)] as const),
    );
    expect(imports.filter(([path, sheet]) => basename(componentOf(sheet)) !== basename(path))).toEqual([]);
    expect(imports.map(([, sheet]) => sheet).sort()).toEqual(modules.map((path) => basename(path)).sort());
  });

  it('define no class twice: each class of the pages is of one file', () => {
    const names = modules.flatMap((path) =>
      [...classesIn(sheets.get(path) ?? '')].map((name) => classNameOf(name, path)),
    );
    expect(names.length).toBeGreaterThan(150);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect([base, tokens].flatMap((path) => [...classesIn(sheets.get(path) ?? '')])).toEqual([]);
  });

  it.each(modules)('%s has just the classes that its component uses', (path) => {
    const used = new Set(all(read(componentOf(path)), /\bstyles\.(\w+)/g));
    expect([...used].sort()).toEqual([...classesIn(sheets.get(path) ?? '')].sort());
  });

  it('are the only place that classes come from', () => {
    expect(components.filter((path) => /className=(?:"|\{['"`])/.test(read(path)))).toEqual([]);
  });
});

describe('custom properties', () => {
  const defined = (sheet: string): readonly string[] => all(sheet, /(?<=[{;\s])(--[\w-]+)\s*:/g);
  const known = new Set(defined(sheets.get(tokens) ?? ''));

  it('are defined among the tokens alone', () => {
    expect(known.size).toBeGreaterThan(40);
    const elsewhere = [...sheets].filter(([path, sheet]) => path !== tokens && defined(sheet).length > 0);
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });

  it('are used, and each that is used is there, or has something in its place', () => {
    const used = [...sheets.values()].flatMap((sheet) => all(sheet, /var\((--[\w-]+)\)/g));
    expect(used.filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !used.includes(name))).toEqual([]);
  });
});
