import { emptyWorld } from './empty.ts';
import type { World } from './schema.ts';

/** Worlds that come with the simulator. */
export const worldNames = ['empty'] as const;
/** Name of a world that comes with the simulator. */
export type WorldName = (typeof worldNames)[number];

/** A world by its name, as it would be at an instant (ms). */
export function namedWorld(_name: WorldName, _now: number): World {
  return emptyWorld();
}
