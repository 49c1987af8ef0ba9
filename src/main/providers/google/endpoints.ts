import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/** Where the calendar API is served. */
export interface GoogleEndpoints {
  /** Origin with a trailing slash; paths begin with `calendar/v3/` (google-calendar.md, "Addresses"). */
  readonly calendarRoot: string;
  /** Full address of the batch endpoint of the calendar API (google-calendar.md §4.3). */
  readonly batchUrl: string;
}

/** The real Google. */
export const googleEndpoints: GoogleEndpoints = {
  calendarRoot: 'https://www.googleapis.com/',
  batchUrl: 'https://www.googleapis.com/batch/calendar/v3',
};

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Takes one base URL (`http://127.0.0.1:4100`), returns the endpoints below it; for null the real Google's. Fails with
 * `address-invalid` for anything that is not a bare http(s) origin of this computer, because whoever sets a variable or
 * talks a person into an option must not send their sign-ins elsewhere. With `anywhere` an https origin will do.
 */
export function googleEndpointsAt(baseUrl: string | null, anywhere = false): Result<GoogleEndpoints, AppError> {
  if (baseUrl === null) return ok(googleEndpoints);
  if (!URL.canParse(baseUrl)) return err(appError('address-invalid', baseUrl, 'not a URL'));
  const url = new URL(baseUrl);
  if (url.username !== '' || url.password !== '') return err(appError('address-invalid', null, 'holds credentials'));
  const invalid = (detail: string) => err(appError('address-invalid', baseUrl, detail));
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid('neither http nor https');
  // Never over plain http, because access tokens would cross the network readable.
  const isElsewhere = !loopbackHosts.has(url.hostname);
  if (isElsewhere && !(anywhere && url.protocol === 'https:')) return invalid('outside loopback');
  // Because the client library resolves its paths from the root, otherwise a prefix would be dropped without a word.
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return invalid('has more than an origin');
  return ok({ calendarRoot: `${url.origin}/`, batchUrl: `${url.origin}/batch/calendar/v3` });
}
