import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorldSpec } from './book.ts';

const folder = join(import.meta.dirname, 'fixtures');

/** A world that the planner once got wrong, made as small as it gets. */
export interface Fixture {
  /** What went wrong, in a sentence. */
  readonly about: string;
  /** Whether it takes the planner alone to see it, or the whole of CalSync and the simulator. */
  readonly level: 'planner' | 'simulator';
  readonly world: WorldSpec;
}

/** Takes where to look: worlds that are right now, or those that are still open; returns them by the names of their files. */
export function readFixtures(state: 'right' | 'open'): readonly (Fixture & { readonly name: string })[] {
  const place = state === 'open' ? join(folder, 'open') : folder;
  // Because a folder without files is in no clone.
  return (existsSync(place) ? readdirSync(place) : [])
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ name, ...(JSON.parse(readFileSync(join(place, name), 'utf8')) as Fixture) }));
}

/** Takes a name without ending and a world that is wrong; writes it down among the open ones and returns where. */
export function keepFixture(name: string, fixture: Fixture): string {
  const file = join(folder, 'open', `${name}.json`);
  mkdirSync(join(folder, 'open'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(fixture, null, 2)}\n`);
  return file;
}
