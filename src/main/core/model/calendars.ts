import type { Access } from '../../../shared/access.ts';
import type { BusyPolicy } from '../../../shared/dto.ts';
import type { CalendarId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import type { Capabilities } from '../capabilities.ts';

/** Whether a calendar keeps the mark that a removal leaves behind. */
export type RemovalMarks = 'kept' | 'not-kept';

/** A calendar of the mesh, with what planning needs of it. */
export interface MeshCalendar {
  readonly id: CalendarId;
  /** What its service calls it by now; its id where absent. */
  readonly address?: CalendarId;
  readonly name: string;
  readonly accountEmail: string;
  readonly timeZone: string | null;
  readonly access: Access;
  readonly source: boolean;
  readonly target: boolean;
  /** Whether this run's read of it succeeded; where not, its rows are the last known ones. */
  readonly readable: boolean;
  readonly writable: boolean;
  /** Whether no account lists it any more: its blocks stay as they are, and nothing new is made from it or there. */
  readonly gone?: boolean;
  /** Whether it was not read within two intervals, as was noted when that last changed. */
  readonly stale: boolean;
  /** What can be done there, as far as is known. */
  readonly capabilities: Capabilities;
  /** Whether marks of removals can be read there later; absent or null while that is not known. */
  readonly removalMarks?: RemovalMarks | null;
  /** When it came into use: events that ended more than a day before make no block. */
  readonly inUseSince: Instant;
  readonly busy: BusyPolicy;
}

/** Takes calendars of the mesh; returns what tells the zone of one: null where it has none, or is not known. */
export function zonesOf(
  calendars: ReadonlyMap<CalendarId, Pick<MeshCalendar, 'timeZone'>>,
): (id: CalendarId) => string | null {
  return (id) => calendars.get(id)?.timeZone ?? null;
}
