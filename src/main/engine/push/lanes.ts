import type { AppError } from '../../../shared/errors.ts';
import type { AccountId, CalendarId, EventId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import { endsOf, type Operation, type PlainOperation } from '../../core/model.ts';
import type { ProviderFailure } from '../../ports/provider.ts';
import type { CalendarAccess, CalendarRecord } from '../../ports/store.ts';
import { accountsById, isWriter, reachableAccesses, type Failures } from '../access.ts';
import type { EngineDeps, RunScope } from '../deps.ts';

/** A write that was refused: why, of which meeting, and what tells exactly this write from another one for the meeting. */
export interface RefusedWrite {
  readonly error: AppError;
  readonly groupKey: string;
  readonly what: string;
}

/** What all lanes of one push share, and what has come of it so far. */
export interface Sender {
  readonly deps: EngineDeps;
  readonly scope: RunScope;
  readonly failures: Failures;
  readonly calendars: ReadonlyMap<CalendarId, CalendarRecord>;
  readonly done: PlainOperation[];
  readonly failed: PlainOperation[];
  readonly refused: RefusedWrite[];
  readonly renewed: Set<string>;
  readonly total: number;
  /** When this began: near is what comes within seven days of it. */
  readonly now: Instant;
  /** How many near writes are still to come, those that have failed among them. */
  nearLeft: number;
  /** Whether the plan knows all that is near: every calendar was read, and nothing waits. */
  readonly isWhole: boolean;
  writes: number;
  /** How many have been put off until the calendars are read again. */
  unsent: number;
}

/** Operations of one account, and what it has learnt while sending them. */
export interface Lane {
  readonly access: CalendarAccess & { readonly email: string };
  /** Blocks that came to be under another id than planned. */
  readonly renamed: Map<string, EventId>;
  /** Blocks that did not come to be: their slots cannot either. */
  readonly missing: Set<string>;
  /** Meetings that did not get all that they should on a target: there nothing gives way. */
  readonly wanting: Set<string>;
  /** Ids that the calendar gave for slots, by those that did not do. */
  readonly slotIds: Map<EventId, EventId>;
  /** Blocks that did not exist before this run. */
  readonly made: Set<EventId>;
  /** Etags of slots that were looked at right before their write, by id: they are the condition of that write. */
  readonly slotEtags: Map<EventId, string | null>;
  /** Calendars that turned out not to be writable. */
  readonly closed: Set<CalendarId>;
  /** Those of them that answered with something else than was asked for. */
  readonly strange: Set<CalendarId>;
  /** Calendars that turned out to take no out-of-office events. */
  readonly ordinary: Set<CalendarId>;
  stopped: ProviderFailure | null;
}

function newLane(access: Lane['access']): Lane {
  return {
    access,
    renamed: new Map(),
    missing: new Set(),
    wanting: new Set(),
    slotIds: new Map(),
    made: new Set(),
    slotEtags: new Map(),
    closed: new Set(),
    strange: new Set(),
    ordinary: new Set(),
    stopped: null,
  };
}

/** A lane, and what goes through it, in the order of the plan. */
export interface LoadedLane {
  readonly lane: Lane;
  readonly operations: Operation[];
  /** How many calls one request takes, for each calendar of the lane. */
  batchSize: number;
  /** Calendars on which a block with its slots is one write. */
  readonly resources: Set<CalendarId>;
}

/** Takes operations, and through which account each calendar was read; returns the lanes. What nobody can write has failed. */
export function lanesOf(
  sender: Sender,
  operations: readonly Operation[],
  through: ReadonlyMap<CalendarId, AccountId>,
): readonly LoadedLane[] {
  const { calendars, deps, failed } = sender;
  const accounts = accountsById(deps.store);
  const lanes = new Map<string, LoadedLane>();
  for (const operation of operations) {
    const calendar = calendars.get(operation.targetId);
    const writers =
      calendar === undefined ? [] : reachableAccesses(calendar, accounts, deps.clock.now()).filter(isWriter);
    // The account that has just read a calendar is known to work; another may be the one that failed.
    const access = writers.find((one) => one.accountId === through.get(operation.targetId)) ?? writers[0];
    if (access === undefined) {
      failed.push(...endsOf(operation));
      continue;
    }
    const known = lanes.get(access.accountId) ?? {
      lane: newLane(access),
      operations: [],
      batchSize: Infinity,
      resources: new Set(),
    };
    lanes.set(access.accountId, known);
    known.operations.push(operation);
    known.batchSize = Math.min(known.batchSize, access.capabilities.batchSize);
    if (access.capabilities.writes === 'resources') known.resources.add(operation.targetId);
  }
  return [...lanes.values()];
}

/** Names a meeting on one target. */
export const meetingOn = ({ targetId, groupKey }: Operation): string => `${targetId}|${groupKey}`;
