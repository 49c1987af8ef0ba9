/** Why a listing is read no further, though it says that it goes on. */
export type EndlessPages = 'page token came twice' | 'empty pages without end' | 'pages without end';

/** So many pages without a row come one after the other at most: one or a few are ordinary (google-calendar.md §1.1). */
const mostEmptyPages = 100;

/** A listing that a service ends by itself; more pages than this are a fault of one side or the other. */
const mostPages = 10_000;

/** Follows the pages of one listing, because a service that hands out page tokens for ever must not keep us for ever. */
export interface Paging {
  /** Takes the token of the next page and how many rows this one had; returns why it is not asked for, or null. */
  follow(pageToken: string, rows: number): EndlessPages | null;
}

/** Returns what follows one listing from its first page on. What was read before it ends proves nothing about absence. */
export function followPages(): Paging {
  const seen = new Set<string>();
  let empty = 0;
  return {
    follow(pageToken, rows) {
      empty = rows === 0 ? empty + 1 : 0;
      if (seen.has(pageToken)) return 'page token came twice';
      if (empty >= mostEmptyPages) return 'empty pages without end';
      seen.add(pageToken);
      return seen.size >= mostPages ? 'pages without end' : null;
    },
  };
}
