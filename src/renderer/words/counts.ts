import { number } from '../../shared/counts.ts';
import { counted as countedPlainly } from '../../shared/phrases.ts';

export { number };

/** Takes a count and the two forms of a word, returns "1 block" or "12 blocks". */
export const counted = (count: number, one: string, many: string): string => countedPlainly(count, one, many);

/**
 * Takes how many blocks are added, changed and removed; returns what a button says that does it: "Remove 176 blocks", "Add 12, change 3
 * blocks". Null where nothing is written.
 */
export const deed = (counts: {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}): string | null => {
  const parts = (['add', 'change', 'remove'] as const).flatMap((effect) =>
    counts[effect] > 0 ? [`${effect} ${number(counts[effect])}`] : [],
  );
  if (parts.length === 0) return null;
  const all = counts.add + counts.change + counts.remove;
  const text = `${parts.join(', ')} ${all === 1 ? 'block' : 'blocks'}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
};
