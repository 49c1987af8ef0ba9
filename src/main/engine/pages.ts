import { appError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { followPages } from '../core/paging.ts';
import type { ProviderFailure } from '../ports/provider.ts';

/** What a page says of itself and of the next one. */
export interface PageEnd {
  readonly rows: number;
  /** Null where the listing is over. */
  readonly pageToken: string | null;
}

/**
 * Takes what reads the page of a token (null: the first one) and says where it ends; reads page after page until the listing
 * is over. Returns the failure of a page, or of pages without end, or null.
 */
export async function eachPage(
  read: (pageToken: string | null) => Promise<Result<PageEnd, ProviderFailure>>,
): Promise<ProviderFailure | null> {
  const paging = followPages();
  let pageToken: string | null = null;
  for (;;) {
    const page = await read(pageToken);
    if (!page.ok) return page.error;
    if (page.value.pageToken === null) return null;
    const endless = paging.follow(page.value.pageToken, page.value.rows);
    if (endless !== null) return malformedPages(endless);
    ({ pageToken } = page.value);
  }
}

/** Takes what is wrong with the pages of a listing; returns the failure. */
export function malformedPages(detail: string): ProviderFailure {
  return { kind: 'malformed', error: appError('answer-malformed', null, detail) };
}
