import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { World } from '../../src/simulator/index.ts';

/** Takes the name of a case in `tests/fixtures/cases`; returns its world. A file that is no world is an exception. */
export function caseWorld(name: string): World {
  const file = resolve(import.meta.dirname, '../fixtures/cases', `${name}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as World;
}
