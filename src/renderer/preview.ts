import type { PlannedOperation, PlanView, Reason } from '../shared/dto.ts';
import type { CalendarId } from '../shared/ids.ts';
import type { EventTime } from '../shared/time.ts';

/** What an operation means for the person who looks at the calendar. */
export type Effect = 'add' | 'change' | 'remove';

/** Operations on one calendar that do the same for the same reason. */
export interface PreviewRow {
  readonly effect: Effect;
  readonly reason: Reason;
  readonly count: number;
  /** When they start, in the order of the plan. */
  readonly starts: readonly EventTime[];
}

export interface PreviewTarget {
  readonly targetId: CalendarId;
  readonly rows: readonly PreviewRow[];
}

export interface Preview {
  readonly counts: { readonly [Each in Effect]: number };
  readonly targets: readonly PreviewTarget[];
  /** What is left as it is: how many events by reason, most first. */
  readonly left: readonly { readonly reason: Reason; readonly count: number }[];
}

const effects: { readonly [Kind in PlannedOperation['kind']]: Effect } = {
  create: 'add',
  revive: 'add',
  update: 'change',
  'put-slot': 'change',
  'cancel-slot': 'change',
  delete: 'remove',
};

/** Takes a plan; returns it grouped as it is told: by calendar, then by effect and reason, with counts. */
export function groupPlan(plan: PlanView): Preview {
  const counts = { add: 0, change: 0, remove: 0 };
  const targets = new Map<CalendarId, Map<string, { row: Omit<PreviewRow, 'starts'>; starts: EventTime[] }>>();
  for (const operation of plan.operations) {
    const effect = effects[operation.kind];
    counts[effect] += 1;
    const rows = targets.get(operation.targetId) ?? new Map<string, never>();
    targets.set(operation.targetId, rows);
    const key = `${effect}:${operation.reason}`;
    const known = rows.get(key);
    rows.set(key, {
      row: { effect, reason: operation.reason, count: (known?.row.count ?? 0) + 1 },
      starts: [...(known?.starts ?? []), ...(operation.start ? [operation.start] : [])].slice(0, longestList),
    });
  }
  const left = new Map<Reason, number>();
  for (const skip of plan.skips) left.set(skip.reason, (left.get(skip.reason) ?? 0) + 1);
  return {
    counts,
    targets: [...targets].map(([targetId, rows]) => ({
      targetId,
      rows: [...rows.values()]
        .map(({ row, starts }) => ({ ...row, starts }))
        .sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect) || b.count - a.count),
    })),
    left: [...left].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
  };
}

const order: readonly Effect[] = ['add', 'change', 'remove'];
/** More than this many times under one line would be read by nobody. */
const longestList = 20;
