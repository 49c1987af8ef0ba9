import type { CalendarId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';

/**
 * The main calendar that an account has in the place of its former one. `suspected` before its events were compared,
 * `asked` while the person is to say whether it is the same under a new address, `denied` once they said that it is not.
 */
export interface Renaming {
  readonly calendarId: CalendarId;
  readonly formerId: CalendarId;
  readonly state: 'suspected' | 'asked' | 'denied';
  readonly since: Instant;
}

/** What services call calendars by, and main calendars that may be former ones under a new address. */
export interface AddressStore {
  /** What services call calendars by, of those for which it is not their id. */
  addresses(): ReadonlyMap<CalendarId, CalendarId>;
  setAddress(id: CalendarId, address: CalendarId): void;
  /** Ids beside its own by which blocks of a calendar may be named: the addresses that it got. */
  otherIds(id: CalendarId): readonly CalendarId[];
  /** New main calendars that may be former ones; noted by `saveListings`, out of use until they are answered. */
  renamings(): readonly Renaming[];
  /** Notes that the person is to be asked; that no account lists the former one any more is proven by that. */
  askRenaming(id: CalendarId): void;
  /** The new calendar is another one: it is offered. */
  dropRenaming(id: CalendarId): void;
  /** The person says that it is another one: the same, and it is remembered. */
  denyRenaming(id: CalendarId): void;
  /**
   * The person says that it is the former one: that goes on under the new address, with all that is stored of it, and the
   * new one is no calendar of its own any more.
   */
  takeRenaming(id: CalendarId): void;
}
