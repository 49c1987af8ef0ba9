import type { PlanCounts, Policies, PolicyChange } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { assertNever, err, ok, type Result } from '../../shared/result.ts';
import type { MeshCalendar, PlanContext } from '../core/model.ts';
import { planSync } from '../core/plan.ts';
import { mayWrite } from '../engine/access.ts';
import { blockPolicyOf, planContext } from '../engine/cycle.ts';
import type { Pulled } from '../engine/pull.ts';
import type { Settings } from '../ports/store.ts';
import type { Parts } from './parts.ts';

/** Takes the parts, returns all that the person has chosen about syncing. */
export function policiesOf(parts: Parts): Policies {
  const { intervalMinutes, block, routes } = parts.store.settings();
  return {
    intervalMinutes,
    block: { ...block },
    routes: routes.map((route) => ({ ...route, block: { ...route.block } })),
    busy: parts.store.calendars().map(({ id, busy }) => ({
      calendarId: id,
      busy: { ...busy, hours: busy.hours === null ? null : { ...busy.hours, days: [...busy.hours.days] } },
    })),
  };
}

/** Fails where a change names a calendar that is not there, or asks for blocks where none may be written. */
function refuse(parts: Parts, change: PolicyChange): AppError | null {
  const calendars = new Map(parts.store.calendars().map((calendar) => [calendar.id, calendar]));
  const ids =
    change.kind === 'route'
      ? [change.sourceId, change.targetId]
      : change.kind === 'busy' || change.kind === 'use'
        ? [change.calendarId]
        : [];
  for (const id of ids) if (!calendars.has(id)) return appError('calendar-unknown', id);
  if (change.kind === 'use' && change.target) {
    const calendar = calendars.get(change.calendarId);
    if (calendar?.accesses.some((access) => mayWrite(access.accessRole)) !== true) {
      return appError('calendar-read-only', calendar?.name ?? null);
    }
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

function changedContext(parts: Parts, change: PolicyChange): PlanContext {
  const { store, engine } = parts;
  const all: Pulled = {
    read: new Set(store.calendars().map((calendar) => calendar.id)),
    failed: new Set(),
    through: new Map(),
  };
  const context = planContext(engine, (store.lastRuns(1)[0]?.id ?? 0) + 1, all);
  const calendars = new Map<CalendarId, MeshCalendar>(context.calendars);
  if (change.kind === 'busy' || change.kind === 'use') {
    const calendar = calendars.get(change.calendarId);
    if (calendar !== undefined) {
      const next =
        change.kind === 'busy'
          ? { ...calendar, busy: change.busy }
          : { ...calendar, source: change.source, target: change.target };
      calendars.set(calendar.id, next);
    }
  }
  return { ...context, calendars, blockPolicy: blockPolicyOf(changedSettings(store.settings(), change)) };
}

/**
 * Takes a change; returns what it would write, planned from what is stored by the same planner that a run uses. Nothing is
 * changed and nobody is asked, so a preview costs no request.
 */
export function previewPolicies(parts: Parts, change: PolicyChange): Result<PlanCounts, AppError> {
  const refused = refuse(parts, change);
  if (refused !== null) return err(refused);
  const plan = planSync(parts.store.loadGroups('all'), changedContext(parts, change));
  const counts = { add: 0, change: 0, remove: 0 };
  for (const operation of plan.operations) {
    if (operation.kind === 'create' || operation.kind === 'revive') counts.add += 1;
    else if (operation.kind === 'delete') counts.remove += 1;
    else counts.change += 1;
  }
  return ok({
    ...counts,
    calendars: new Set(plan.operations.map((operation) => operation.targetId)).size,
    held: plan.holds.reduce((sum, hold) => sum + hold.count, 0),
  });
}

/**
 * The calendars on which this change turns out-of-office blocks on. One that has refused them is asked again then and not
 * at each later choice, because each asking makes its blocks anew.
 */
function askedAnew({ store }: Parts, change: PolicyChange): readonly CalendarId[] {
  const { block, routes } = store.settings();
  if (change.kind === 'block') {
    return change.block.outOfOffice && !block.outOfOffice ? store.calendars().map((calendar) => calendar.id) : [];
  }
  if (change.kind !== 'route' || change.block?.outOfOffice !== true) return [];
  const { sourceId, targetId } = change;
  const before = routes.find((route) => route.sourceId === sourceId && route.targetId === targetId)?.block ?? block;
  return before.outOfOffice ? [] : [targetId];
}

/** Takes a change and keeps it; returns all choices. The blocks follow with the next run. */
export function savePolicies(parts: Parts, change: PolicyChange): Result<Policies, AppError> {
  const refused = refuse(parts, change);
  if (refused !== null) return err(refused);
  const { store, clock } = parts;
  const asked = askedAnew(parts, change);
  if (change.kind === 'busy') store.setBusy(change.calendarId, change.busy);
  else if (change.kind === 'use') {
    store.setUse(change.calendarId, { source: change.source, target: change.target }, clock.now());
  } else store.saveSettings(changedSettings(store.settings(), change));
  // An account may have got more rights since; asking once more costs one refused request.
  for (const id of asked) store.setOutOfOfficeRefused(id, false);
  return ok(policiesOf(parts));
}
