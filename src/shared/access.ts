import { z } from 'zod';

/**
 * How much of a calendar an account sees and may do, weakest first. Services have finer roles; their adapters say which of
 * these each of them is.
 * - `sees-busy`: times, and next to nothing else.
 * - `reads`: events, but not all of each: the private properties of some are hidden, and with them the tags of blocks.
 * - `writes`: everything, and it may change events.
 * - `owns`: as `writes`, and the calendar is the account's own.
 */
export const accessSchema = z.enum(['sees-busy', 'reads', 'writes', 'owns']);
export type Access = z.infer<typeof accessSchema>;

const shown: Readonly<Record<Access, number>> = { 'sees-busy': 0, reads: 1, writes: 2, owns: 2 };

/** Takes two accesses; returns whether the first shows at least what the second does. Who may write sees all there is. */
export function showsAsMuch(one: Access, other: Access): boolean {
  return shown[one] >= shown[other];
}

/** Takes an access; returns whether it shows tags: where it does not, a missing tag proves nothing. */
export function showsTags(access: Access): boolean {
  return mayWrite(access);
}

/** Takes an access; returns whether it allows writing events, which includes seeing all there is of them. */
export function mayWrite(access: Access): boolean {
  return access === 'writes' || access === 'owns';
}
