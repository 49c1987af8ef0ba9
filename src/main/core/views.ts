import { showsAsMuch, type Access } from '../../shared/access.ts';

/**
 * Takes by which access a calendar was read before (null: never, or the person has taken less since) and the accesses that
 * are listed now; returns whether none of them shows as much. Then the calendar is out of use until the person says
 * otherwise, because less would look as if answers, titles and tags had changed (design.md, "Views are not equal"). One that
 * nobody lists is not seen less but gone.
 */
export function isSeenLess(seenWith: Access | null, accesses: readonly { readonly access: Access }[]): boolean {
  if (seenWith === null || accesses.length === 0) return false;
  return !accesses.some(({ access }) => showsAsMuch(access, seenWith));
}
