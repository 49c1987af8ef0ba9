import { demoAnchor, demoWorld } from './demo.ts';
import { emptyWorld } from './empty.ts';
import type { World } from './schema.ts';

/** Worlds that come with the simulator. */
export const worldNames = ['empty', 'demo'] as const;
/** Name of a world that comes with the simulator. */
export type WorldName = (typeof worldNames)[number];

/** A world by its name, as it would be at an instant (ms). */
export function namedWorld(name: WorldName, now: number): World {
  return name === 'demo' ? demoWorld(demoAnchor(now)) : emptyWorld();
}
