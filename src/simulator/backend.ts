import type { FaultBook } from './state/faults.ts';
import type { GrantBook } from './state/grants.ts';
import type { OpenListings } from './state/reads/listing.ts';
import type { RequestLog } from './state/request-log.ts';
import type { CalendarService } from './state/service.ts';

/** Everything that the HTTP faces share. */
export interface Backend {
  readonly service: CalendarService;
  readonly grants: GrantBook;
  readonly faults: FaultBook;
  readonly requests: RequestLog;
  readonly listings: OpenListings;
}
