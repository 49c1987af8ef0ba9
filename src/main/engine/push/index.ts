import type { AccountId, CalendarId } from '../../../shared/ids.ts';
import { endsOf, isMade, type Operation, type PlainOperation, type ReplaceOperation } from '../../core/model.ts';
import { isNear } from '../../core/nearest.ts';
import type { Failures } from '../access.ts';
import type { EngineDeps, RunScope } from '../deps.ts';
import { sendLane } from './chunk.ts';
import { lanesOf, type RefusedWrite, type Sender } from './lanes.ts';

export type { RefusedWrite } from './lanes.ts';

/** What has come of a plan. */
export interface Pushed {
  readonly done: readonly Operation[];
  readonly failed: readonly Operation[];
  /** Writes that the service has said no to, for good as far as anybody can tell. */
  readonly refused: readonly RefusedWrite[];
  /** Writes that were sent; look-ups are not counted. */
  readonly writes: number;
  /** Groups with a series that was taken away because it could not be mended: they are to be planned again at once. */
  readonly renewed: ReadonlySet<string>;
  /** How many of those that failed were not begun, because it was time to look again. */
  readonly unsent: number;
}

/** What a push is told besides what it writes. */
export interface PushOptions {
  /** Through which account each calendar was read. */
  readonly through: ReadonlyMap<CalendarId, AccountId>;
  /** Whether the plan knows all that is near: otherwise nobody is told that the coming week stands. */
  readonly isWhole: boolean;
}

/**
 * Carries operations out: accounts side by side, each one's calls in requests of at most a batch, in turns of its calendars and
 * meetings. Each request's outcomes are stored before the next one goes out, so that a killed process has lost nothing.
 */
export async function push(
  deps: EngineDeps,
  scope: RunScope,
  operations: readonly Operation[],
  failures: Failures,
  { through, isWhole }: PushOptions,
): Promise<Pushed> {
  const now = deps.clock.now();
  const writes = operations.flatMap(endsOf);
  const sender: Sender = {
    deps,
    scope,
    failures,
    calendars: new Map(deps.store.calendars().map((calendar) => [calendar.id, calendar])),
    done: [],
    failed: [],
    refused: [],
    renewed: new Set(),
    total: writes.length,
    now,
    nearLeft: writes.filter((one) => isNear(one, now)).length,
    isWhole,
    writes: 0,
    unsent: 0,
  };
  const lanes = lanesOf(sender, operations, through);
  await Promise.all(lanes.map((loaded) => sendLane(sender, loaded)));
  const { done, failed } = joined(operations, sender);
  return {
    ...{ done, failed },
    ...{ refused: sender.refused, writes: sender.writes, renewed: sender.renewed, unsent: sender.unsent },
  };
}

/** Names one end of a replacement, whatever generation it came to be in: of one source one block is made on a target. */
const endName = (operation: PlainOperation): string =>
  isMade(operation) ? `${operation.targetId}|${operation.tag.sourceRef}` : `${operation.targetId}|${operation.blockId}`;

/** Takes what was planned and what became of each write; returns the replacements whole: done once all their ends are. */
function joined(
  operations: readonly Operation[],
  sent: Pick<Sender, 'done' | 'failed'>,
): { readonly done: readonly Operation[]; readonly failed: readonly Operation[] } {
  const replacements = operations.flatMap((one) => (one.kind === 'replace' ? [one] : []));
  if (replacements.length === 0) return sent;
  const ends = new Set(replacements.flatMap((one) => endsOf(one).map(endName)));
  const failedEnds = new Set(sent.failed.map(endName));
  const other = (operation: PlainOperation): boolean =>
    (!isMade(operation) && operation.kind !== 'delete') || !ends.has(endName(operation));
  const isFailed = (one: ReplaceOperation): boolean => endsOf(one).some((end) => failedEnds.has(endName(end)));
  return {
    done: [...sent.done.filter(other), ...replacements.filter((one) => !isFailed(one))],
    failed: [...sent.failed.filter(other), ...replacements.filter(isFailed)],
  };
}
