import type { CalendarId, EventId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import type { ObservedBlock } from './blocks.ts';
import type { Kept, Mute } from './choices.ts';
import type { SourceEvent } from './events.ts';

/** A date of a series that has no row of its own and a block of its own: remembered before that block is made, because its ref is a hash. */
export interface NamedDate {
  readonly calendarId: CalendarId;
  readonly seriesId: EventId;
  readonly key: SlotKey;
  readonly sourceRef: SourceRef;
}

/** A service knew no name for the zone of a series, so that its block could not be written there. */
export interface ZoneRefusal {
  readonly sourceRef: SourceRef;
  readonly targetId: CalendarId;
  /** Version of the event then (`versionOf`). */
  readonly version: string;
  readonly at: Instant;
}

/** All that could belong together: rows of one meeting on every calendar, and the blocks that stand for them. */
export interface EventGroup {
  readonly key: string;
  readonly events: readonly SourceEvent[];
  readonly blocks: readonly ObservedBlock[];
  readonly mutes: readonly Mute[];
  /** What blocks of dates without a row of their own are named by; none where it is left out. */
  readonly dates?: readonly NamedDate[];
  /** None where it is left out. */
  readonly refusals?: readonly ZoneRefusal[];
  /** None where it is left out. */
  readonly kept?: readonly Kept[];
}
