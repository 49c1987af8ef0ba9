import type { CalendarId } from '../../shared/ids.ts';
import { cautiousNow } from '../core/clocks.ts';
import type { MeshCalendar, PlanContext } from '../core/model.ts';
import type { CalendarRecord, Settings } from '../ports/store.ts';
import { accountsById, capabilitiesOf, isWriter, reachableAccesses } from './access.ts';
import type { EngineDeps } from './deps.ts';
import type { Pulled } from './pull.ts';

/** Takes the deps and a plan's place in time; returns what the planner needs to know besides the groups. */
export function planContext(deps: EngineDeps, run: number, pulled: Pulled): PlanContext {
  const { store, clock } = deps;
  const accounts = accountsById(store);
  const settings = store.settings();
  const calendars = new Map<CalendarId, MeshCalendar>();
  for (const calendar of store.calendars()) {
    calendars.set(calendar.id, meshCalendar(deps, calendar, accounts, pulled));
  }
  return {
    now: cautiousNow(clock.now(), deps.provider.clockOffset()),
    run,
    calendars,
    blockPolicy: blockPolicyOf(settings),
    liveBlocksBySource: store.liveBlocksBySource(),
    liveBlocksByTarget: store.liveBlocksByTarget(),
    choices: store.holdChoices(),
    agreedRemovals: store.agreedRemovals(),
    orphans: store.orphanedMutes(),
    lostLately: store.lostLately(clock.now()),
    standing: (sourceId) => store.standingBlocks(sourceId),
  };
}

/** Takes the settings; returns what blocks show on a route: its own choice, else the common one. */
export function blockPolicyOf(settings: Settings): PlanContext['blockPolicy'] {
  const own = new Map(settings.routes.map((route) => [`${route.sourceId}|${route.targetId}`, route.block]));
  return (sourceId, targetId) => own.get(`${sourceId}|${targetId}`) ?? settings.block;
}

function meshCalendar(
  deps: EngineDeps,
  calendar: CalendarRecord,
  accounts: ReturnType<typeof accountsById>,
  pulled: Pulled,
): MeshCalendar {
  const accesses = reachableAccesses(calendar, accounts, deps.clock.now());
  const best = accesses[0];
  const gone = calendar.gone !== null;
  return {
    id: calendar.id,
    address: calendar.address,
    name: calendar.name,
    accountEmail: best?.email ?? '',
    timeZone: calendar.timeZone,
    access: best?.access ?? 'reads',
    source: calendar.source,
    target: calendar.target,
    // A calendar out of use is not read any more, and its last blocks can be removed all the same.
    // Of one that is gone, the person's word is all that can still come.
    readable: calendar.source || calendar.target ? pulled.read.has(calendar.id) : best !== undefined || gone,
    gone,
    capabilities: capabilitiesOf(calendar, accesses),
    writable: accesses.some(isWriter),
    stale: calendar.stale,
    inUseSince: calendar.inUseSince ?? deps.clock.now(),
    removalMarks: calendar.removalMarks ?? null,
    busy: calendar.busy,
  };
}
