import { counted } from './phrases.ts';
import { day, hour, minute } from './time.ts';

/** A computer's clock is wrong where it differs by more from what a service or a stored moment says (design.md, "Fences"). */
export const clockTolerance = 5 * minute;

const units = [
  ['year', 365 * day],
  ['day', day],
  ['hour', hour],
  ['minute', minute],
] as const;

/**
 * Takes how many milliseconds the right time is ahead of a computer's; returns what is wrong with that computer's clock, for
 * the gap of a sentence: "2 hours fast", "1 day slow". Rounded down to the largest unit.
 */
export function clockError(offset: number): string {
  const size = Math.abs(offset);
  const [name, length] = units.find(([, one]) => size >= one) ?? ['minute', minute];
  const count = Math.max(1, Math.floor(size / length));
  return `${counted(count, name)} ${offset < 0 ? 'fast' : 'slow'}`;
}
