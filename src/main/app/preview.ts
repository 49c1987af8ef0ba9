import type { OtherBlocks, PlanPreview, PlanView, PlannedOperation, Reason } from '../../shared/dto.ts';
import { effectOf, type Effect } from '../../shared/effects.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { instantOf } from '../core/times.ts';

/** More than this is a number, not a list. */
const mostItems = 50;
const mostStarts = 3;

/** What takes something away is seen first. */
const order: readonly Effect[] = ['remove', 'change', 'add'];

/**
 * Takes a plan, how many of its removals the person would agree to by going on, and what stays on calendars that go out of use;
 * returns it as a person is shown it:
 * counts for each target with their reasons, and a list of the first operations, removals first, then by their start.
 * Bounded, because a first sync may have a hundred thousand operations.
 */
export function previewOf(plan: PlanView, agreed = 0, others: readonly OtherBlocks[] = []): PlanPreview {
  const counts = { add: 0, change: 0, remove: 0 };
  const targets = new Map<CalendarId, PlanPreview['targets'][number]>();
  const rows = new Map<string, PlanPreview['targets'][number]['rows'][number]>();
  const first = new First<PlannedOperation>(mostItems);
  for (const operation of plan.operations) {
    const { targetId, reason, start } = operation;
    const effect = effectOf(operation);
    counts[effect] += 1;
    const target = targets.get(targetId) ?? { calendarId: targetId, add: 0, change: 0, remove: 0, rows: [] };
    targets.set(targetId, target);
    target[effect] += 1;
    const name = `${targetId}|${effect}|${reason}`;
    let row = rows.get(name);
    if (row === undefined) {
      rows.set(name, (row = { effect, reason, count: 0, series: 0, starts: [] }));
      target.rows.push(row);
    }
    row.count += 1;
    if (operation.series) row.series += 1;
    if (start !== null && row.starts.length < mostStarts) row.starts.push(start);
    first.offer(operation, order.indexOf(effect), start === null ? Infinity : (instantOf(start, 'UTC') ?? Infinity));
  }
  for (const target of targets.values()) {
    target.rows.sort(
      (one, other) => order.indexOf(one.effect) - order.indexOf(other.effect) || other.count - one.count,
    );
  }
  const left = new Map<Reason, number>();
  for (const { reason } of plan.skips) left.set(reason, (left.get(reason) ?? 0) + 1);
  return {
    ...counts,
    calendars: targets.size,
    held: plan.holds.reduce((sum, hold) => sum + hold.count, 0),
    agreed,
    targets: [...targets.values()],
    items: first.all().map((item) => ({ ...item })),
    more: plan.operations.length - Math.min(plan.operations.length, mostItems),
    left: [...left].map(([reason, count]) => ({ reason, count })).sort((one, other) => other.count - one.count),
    leftCount: plan.skips.length,
    holds: plan.holds.map((hold) => ({ ...hold })),
    others: others.map((each) => ({ ...each })),
  };
}

/** Keeps the first few of many, by rank and then by time, without sorting all of them. */
class First<Item> {
  readonly #most: number;
  readonly #kept: { readonly item: Item; readonly rank: number; readonly at: number }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  offer(item: Item, rank: number, at: number): void {
    const last = this.#kept.at(-1);
    const full = this.#kept.length === this.#most;
    if (full && last !== undefined && (rank > last.rank || (rank === last.rank && at >= last.at))) return;
    let place = this.#kept.length;
    for (; place > 0; place -= 1) {
      const before = this.#kept[place - 1];
      if (before === undefined || before.rank < rank || (before.rank === rank && before.at <= at)) break;
    }
    this.#kept.splice(place, 0, { item, rank, at });
    if (this.#kept.length > this.#most) this.#kept.pop();
  }

  all(): readonly Item[] {
    return this.#kept.map(({ item }) => item);
  }
}
