import { basename } from 'node:path';

/**
 * Takes a class of a style sheet and the path of that; returns what the class is called in the pages. Readable in the window's own tools,
 * and the same in each build; no two style sheets may have one name (tests/renderer/styles.test.ts), otherwise their classes would be one.
 */
export function classNameOf(name: string, styleSheet: string): string {
  return `${basename(styleSheet, '.module.css')}-${name}`;
}
