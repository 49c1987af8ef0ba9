import type { ObservedBlock } from './model.ts';

/** Whether a block is there and ours: an id that is lost belongs to somebody else's event, which is never touched. */
export function isLive(block: ObservedBlock): boolean {
  return block.absence === null && !block.lost;
}
