import type { AccountId, CalendarId, EventId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';

/** Something that the person has asked for and that may be cut off: it goes on where it stopped. */
export interface Undertaking {
  readonly kind: 'reset' | 'remove-account';
  /** The account that is removed; null for a reset. */
  readonly accountId: AccountId | null;
  readonly since: Instant;
  /** Calendars whose blocks of others are taken, too. */
  readonly othersOn: readonly CalendarId[];
  /** Whether the permission is given back to the provider as well. */
  readonly revoke: boolean;
  /** What came of it so far, for its receipt. */
  readonly removed: number;
  readonly alreadyGone: number;
}

/** A block that is to be removed as soon as its calendar can be reached; nothing else is known of it any more. */
export interface RemovalLeft {
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  readonly since: Instant;
}

/** A reset, or the removal of an account, that goes on where it stopped, and what such a one leaves to be done. */
export interface UndertakingStore {
  /** What was begun and not finished, oldest first. */
  undertakings(): readonly Undertaking[];
  /** Notes one that begins, or what has come of it so far. */
  saveUndertaking(undertaking: Undertaking): void;
  dropUndertaking(undertaking: Pick<Undertaking, 'kind' | 'accountId'>): void;
  /** Forgets what events of these calendars are about and where; their next read is a full one. */
  forgetTexts(calendarIds: readonly CalendarId[]): void;
  /** Remembers blocks that are to be removed as soon as their calendar can be reached. */
  leaveRemovals(targetId: CalendarId, blockIds: readonly EventId[], at: Instant): void;
  /** Those that are left, without the ones whose event is known again: these are ordinary blocks from then on. */
  removalsLeft(): readonly RemovalLeft[];
  dropRemovals(targetId: CalendarId, blockIds: readonly EventId[]): void;
}
