import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorldSpec } from './book.ts';
import type { HouseholdSpec } from './happenings.ts';

const folder = join(import.meta.dirname, 'fixtures');

/**
 * A world that was once got wrong, made as small as it gets; `about` says in a sentence how. It takes the planner alone to see
 * it, the whole of CalSync and the simulator, or several computers and people.
 */
export type Fixture = { readonly about: string } & (
  | { readonly level: 'planner' | 'simulator'; readonly world: WorldSpec }
  | { readonly level: 'household'; readonly world: HouseholdSpec }
);

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
