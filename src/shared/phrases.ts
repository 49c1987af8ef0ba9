import { number as separated } from './counts.ts';

/**
 * Takes a count, a noun, its plural where `s` is not enough, and how numbers are written where that is not with the separators of
 * the locale; returns `1 block`, `2,000 blocks`.
 */
export function counted(
  count: number,
  noun: string,
  plural = `${noun}s`,
  number: (value: number) => string = separated,
): string {
  return `${number(count)} ${count === 1 ? noun : plural}`;
}

/** Takes parts of a sentence; returns `a`, `a and b`, or `a, b and c`; nothing where there are none. */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
