import { isDeepStrictEqual } from 'node:util';
import type { BusyPolicy, OtherBlocks, PlanPreview, Policies, PolicyChange } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import { datedNow } from '../core/clocks.ts';
import type { AgreedRemovals, MeshCalendar, Operation, Plan, PlanContext } from '../core/model.ts';
import { planSync } from '../core/plan/plan.ts';
import { refusedUse } from '../engine/access.ts';
import { blockPolicyOf, planContext } from '../engine/plan-context.ts';
import type { Pulled } from '../engine/pull.ts';
import type { Settings } from '../ports/store.ts';
import type { StoredParts } from './parts.ts';
import { planView } from './plan-view.ts';
import { previewOf } from './preview.ts';
import { otherBlocksOn } from './reset.ts';

/** Takes the parts, returns all that the person has chosen about syncing. */
export function policiesOf(parts: StoredParts): Policies {
  const { intervalMinutes, block, routes } = parts.store.settings();
  return {
    intervalMinutes,
    block: { ...block },
    routes: routes.map((route) => ({ ...route, block: { ...route.block } })),
    busy: parts.store.calendars().map(({ id, busy }) => ({
      calendarId: id,
      busy: busyView(busy),
    })),
  };
}

function busyView(busy: BusyPolicy): Policies['busy'][number]['busy'] {
  return { ...busy, hours: busy.hours === null ? null : { ...busy.hours, days: [...busy.hours.days] } };
}

/** Fails where a change names a calendar that is not there, or asks for blocks where none may be written. */
function refuse(parts: StoredParts, change: PolicyChange): AppError | null {
  const calendars = new Map(parts.store.calendars().map((calendar) => [calendar.id, calendar]));
  const ids =
    change.kind === 'route'
      ? [change.sourceId, change.targetId]
      : change.kind === 'busy' || change.kind === 'use'
        ? [change.calendarId]
        : [];
  for (const id of ids) if (!calendars.has(id)) return appError('calendar-unknown', id);
  if (change.kind === 'use') {
    const calendar = calendars.get(change.calendarId);
    if (calendar !== undefined) return refusedUse(parts.store, calendar, change);
  }
  return null;
}

function changedSettings(settings: Settings, change: PolicyChange): Settings {
  switch (change.kind) {
    case 'interval':
      return { ...settings, intervalMinutes: change.minutes };
    case 'block':
      return { ...settings, block: change.block };
    case 'route': {
      const { sourceId, targetId, block } = change;
      const others = settings.routes.filter((route) => route.sourceId !== sourceId || route.targetId !== targetId);
      return { ...settings, routes: block === null ? others : [...others, { sourceId, targetId, block }] };
    }
    case 'busy':
    case 'use':
      return settings;
    default:
      return assertNever(change);
  }
}

function isUse(change: PolicyChange, kind: 'busy' | 'use', id: CalendarId): boolean {
  return change.kind === kind && change.calendarId === id;
}

/** Takes a change; returns what is chosen now about the same, as the change that would lead back to it. */
export function currentOf({ store }: StoredParts, change: PolicyChange): PolicyChange {
  const settings = store.settings();
  const calendar = 'calendarId' in change ? store.calendars().find(({ id }) => id === change.calendarId) : undefined;
  switch (change.kind) {
    case 'interval':
      return { kind: 'interval', minutes: settings.intervalMinutes };
    case 'block':
      return { kind: 'block', block: { ...settings.block } };
    case 'route': {
      const { kind, sourceId, targetId } = change;
      const own = settings.routes.find((route) => route.sourceId === sourceId && route.targetId === targetId);
      return { kind, sourceId, targetId, block: own === undefined ? null : { ...own.block } };
    }
    case 'busy':
      return calendar === undefined ? change : { ...change, busy: busyView(calendar.busy) };
    case 'use':
      return calendar === undefined ? change : { ...change, source: calendar.source, target: calendar.target };
    default:
      return assertNever(change);
  }
}

/**
 * Takes changes and keeps in mind what was before them, so that undoing the sync that carries them out can restore it. Called
 * before they are kept.
 */
export function rememberChoice(parts: StoredParts, changes: readonly PolicyChange[]): void {
  const after = changes.filter((change) => change.kind !== 'interval');
  const before = after.map((change) => currentOf(parts, change));
  if (after.length === 0 || isDeepStrictEqual(before, after)) return;
  parts.store.addChoice({ before, after, mutes: [], kept: [], lifted: [], letGo: [] }, parts.clock.now());
}

/**
 * The context of a run that would begin now, with everything readable unless told what could be read; then the same with the
 * changes.
 */
export function contextsOf(
  parts: StoredParts,
  changes: readonly PolicyChange[],
  pulled: Pulled | null = null,
): { now: PlanContext; changed: PlanContext } {
  const { store, engine } = parts;
  const all: Pulled = pulled ?? {
    read: new Set(store.calendars().map((calendar) => calendar.id)),
    failed: new Set(),
    through: new Map(),
  };
  const now = planContext(engine, (store.lastRuns(1)[0]?.id ?? 0) + 1, all);
  const calendars = new Map<CalendarId, MeshCalendar>();
  for (const [id, calendar] of now.calendars) {
    const busy = changes.findLast((change) => isUse(change, 'busy', id));
    const use = changes.findLast((change) => isUse(change, 'use', id));
    calendars.set(id, {
      ...calendar,
      ...(busy?.kind === 'busy' ? { busy: busy.busy } : {}),
      ...(use?.kind === 'use' ? { source: use.source, target: use.target } : {}),
    });
  }
  const settings = changes.reduce(changedSettings, store.settings());
  return { now, changed: { ...now, calendars, blockPolicy: blockPolicyOf(settings) } };
}

/** What keeping changes would lead to. */
interface Consequence {
  readonly plan: Plan;
  /** Removals that follow from the changes and are so many that the breaker would ask about them. */
  readonly agreed: AgreedRemovals;
}

/**
 * Plans the changes from what is stored. Keeping them after having been shown what they remove is an agreement, so that
 * nobody is asked twice; but only to what follows from the changes. What a source has lost by itself, and waits for the
 * person or the next run, is not part of it.
 */
function consequenceOf(parts: StoredParts, changes: readonly PolicyChange[]): Consequence {
  const { store } = parts;
  const { now, changed } = contextsOf(parts, changes);
  const plan = planSync(store.loadGroups('all'), changed);
  const held = plan.holds.filter((hold) => hold.kind === 'mass-deletion');
  if (held.length === 0) return { plan, agreed: new Map() };
  const before = planSync(store.loadGroups([...new Set(held.flatMap((hold) => hold.groupKeys))]), {
    ...now,
    choices: new Map(),
  });
  const pending = new Set<string>();
  for (const { kind, sourceId, groupKey } of before.operations) {
    if (kind === 'delete' && sourceId !== null) pending.add(`${sourceId}|${groupKey}`);
  }
  for (const { reason, sourceId, groupKey } of before.skips) {
    if (reason === 'held' && sourceId !== null) pending.add(`${sourceId}|${groupKey}`);
  }
  const agreed = new Map<CalendarId, ReadonlySet<string>>();
  for (const { calendarId, groupKeys } of held) {
    const own = groupKeys.filter((key) => !pending.has(`${calendarId}|${key}`));
    if (own.length > 0) agreed.set(calendarId, new Set(own));
  }
  const together = joined(now.agreedRemovals ?? new Map(), agreed);
  return { plan: planSync(store.loadGroups('all'), { ...changed, agreedRemovals: together }), agreed };
}

function joined(one: AgreedRemovals, other: AgreedRemovals): AgreedRemovals {
  const all = new Map<CalendarId, ReadonlySet<string>>(one);
  for (const [id, keys] of other) all.set(id, new Set([...(all.get(id) ?? []), ...keys]));
  return all;
}

const isRemovalIn =
  (agreed: AgreedRemovals) =>
  (operation: Operation): boolean =>
    operation.kind === 'delete' &&
    operation.sourceId !== null &&
    agreed.get(operation.sourceId)?.has(operation.groupKey) === true;

function refusalOf(parts: StoredParts, changes: readonly PolicyChange[]): AppError | null {
  for (const change of changes) {
    const refused = refuse(parts, change);
    if (refused !== null) return refused;
  }
  return null;
}

/**
 * Takes changes; returns what they would write together, planned from what is stored by the same planner that a run uses.
 * Nothing is changed and nobody is asked, so a preview costs no request.
 */
export function previewPolicies(parts: StoredParts, changes: readonly PolicyChange[]): Result<PlanPreview, AppError> {
  const refused = refusalOf(parts, changes);
  if (refused !== null) return err(refused);
  const { plan, agreed } = consequenceOf(parts, changes);
  const removals = plan.operations.filter(isRemovalIn(agreed)).length;
  return ok(previewOf(planView(plan, parts), removals, othersLeft(parts, changes)));
}

/** What stays, because it is not known to be from a connected calendar, on calendars in use that these changes end. */
function othersLeft(parts: StoredParts, changes: readonly PolicyChange[]): readonly OtherBlocks[] {
  const ended = new Set(
    changes.flatMap((one) => (one.kind === 'use' && !one.source && !one.target ? [one.calendarId] : [])),
  );
  return parts.store.calendars().flatMap((calendar) => {
    const { id: calendarId, name } = calendar;
    if (!ended.has(calendarId) || !(calendar.source || calendar.target)) return [];
    const count = otherBlocksOn(parts, calendarId);
    const own = calendar.accesses.some(({ access }) => access === 'owns');
    return count === 0 ? [] : [{ calendarId, name, count, own }];
  });
}

/**
 * The calendars on which this change turns out-of-office blocks on. One that has refused them is asked again then and not
 * at each later choice, because each asking makes its blocks anew.
 */
function askedAnew({ store }: StoredParts, change: PolicyChange): readonly CalendarId[] {
  const { block, routes } = store.settings();
  if (change.kind === 'block') {
    return change.block.outOfOffice && !block.outOfOffice ? store.calendars().map((calendar) => calendar.id) : [];
  }
  if (change.kind !== 'route' || change.block?.outOfOffice !== true) return [];
  const { sourceId, targetId } = change;
  const before = routes.find((route) => route.sourceId === sourceId && route.targetId === targetId)?.block ?? block;
  return before.outOfOffice ? [] : [targetId];
}

/** Takes changes; returns the calendars that they put in use and that no sync reads today. Unknown ones are left out. */
export function newlyUsed(parts: StoredParts, changes: readonly PolicyChange[]): ReadonlySet<CalendarId> {
  const unused = parts.store.calendars().filter((calendar) => !calendar.source && !calendar.target);
  const wanted = new Set(
    changes.flatMap((change) => (change.kind === 'use' && (change.source || change.target) ? [change.calendarId] : [])),
  );
  return new Set(unused.flatMap(({ id }) => (wanted.has(id) ? [id] : [])));
}

/**
 * Takes changes and keeps them, all or none; returns all choices. The blocks follow with the next run. They are remembered as a
 * choice that can be undone.
 */
export function savePolicies(parts: StoredParts, changes: readonly PolicyChange[]): Result<Policies, AppError> {
  const saving = preparePolicies(parts, changes);
  if (!saving.ok) return saving;
  parts.store.asOne(() => {
    rememberChoice(parts, changes);
    saving.value();
  });
  return ok(policiesOf(parts));
}

/**
 * Takes changes; returns what keeps them, so that it can be one transaction with something else. Fails as `savePolicies`; decided
 * before anything is written, because planning what follows may take long, and a transaction holds others up.
 */
export function preparePolicies(parts: StoredParts, changes: readonly PolicyChange[]): Result<() => void, AppError> {
  const refused = refusalOf(parts, changes);
  if (refused !== null) return err(refused);
  const { store, clock } = parts;
  // What blocks show takes none away, and planning everything for it would be felt.
  const takes = changes.some((change) => change.kind === 'busy' || change.kind === 'use');
  const consequence = takes ? consequenceOf(parts, changes) : null;
  return ok(() => {
    if (consequence !== null) {
      const { plan, agreed } = consequence;
      // What was agreed to before and follows no longer is forgotten.
      const kept = joined(store.agreedRemovals(), agreed);
      const removals = plan.operations.filter(isRemovalIn(kept));
      const bySource = Map.groupBy(removals, ({ sourceId }) => sourceId);
      const next = [...bySource].flatMap(([id, list]): [CalendarId, ReadonlySet<string>][] =>
        id === null ? [] : [[id, new Set(list.map(({ groupKey }) => groupKey))]],
      );
      store.setAgreedRemovals(new Map(next));
    }
    const dated = datedNow(clock.now(), parts.engine.provider.clockOffset());
    for (const change of changes) {
      const asked = askedAnew(parts, change);
      if (change.kind === 'busy') store.setBusy(change.calendarId, change.busy);
      else if (change.kind === 'use') {
        store.setUse(change.calendarId, { source: change.source, target: change.target }, dated);
      } else store.saveSettings(changedSettings(store.settings(), change));
      // An account may have got more rights since; asking once more costs one refused request.
      for (const id of asked) store.setOutOfOfficeRefused(id, false);
    }
  });
}
