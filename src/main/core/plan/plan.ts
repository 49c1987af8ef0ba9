import type { BlockPolicy } from '../../../shared/dto.ts';
import type { CalendarId } from '../../../shared/ids.ts';
import { noCapabilities } from '../capabilities.ts';
import { settleAbsences, type RemovedByHand } from '../absent.ts';
import { rememberedFilters } from '../filters.ts';
import {
  zonesOf,
  type EventGroup,
  type ExplainedAbsence,
  type Kept,
  type Mute,
  type NamedDate,
  type Operation,
  type Plan,
  type PlanContext,
  type Skip,
  type WantedBlock,
} from '../model.ts';
import { joinMadeAnew } from '../replacement.ts';
import { breakDeletions } from './breaker.ts';
import { followMutes } from './followed-mutes.ts';
import { planGroup } from './group.ts';

/**
 * Takes groups and the context; returns what a sync would do about them: operations, skips with their reasons, and what
 * is held for the person. The groups may be all there are, or only those that changed: for those the plan is the same.
 */
export function planSync(groups: Iterable<EventGroup>, context: PlanContext): Plan {
  const operations: Operation[] = [];
  const skips: Skip[] = [];
  const removed: RemovedByHand[] = [];
  const explained: ExplainedAbsence[] = [];
  const waiting = new Set<string>();
  const lifted: Mute[] = [];
  const wanted: WantedBlock[] = [];
  const renewed: Mute[] = [];
  const named: NamedDate[] = [];
  const letGo: Kept[] = [];
  const remembering = { ...context, blockPolicy: askedOnce(context) };
  const filtersOf = rememberedFilters();
  for (const group of groups) {
    const planned = planGroup(group, remembering, { filtersOf });
    for (const operation of planned.operations) operations.push(operation);
    for (const skip of planned.skips) skips.push(skip);
    for (const one of planned.removedByHand) removed.push(one);
    for (const one of planned.explained) explained.push(one);
    for (const one of planned.lifted) lifted.push(one);
    for (const one of planned.wanted) wanted.push(one);
    for (const one of planned.renewed) renewed.push(one);
    for (const one of planned.named) named.push(one);
    for (const one of planned.letGo) letGo.push(one);
    if (planned.waits) waiting.add(group.key);
  }
  const joined = joinMadeAnew(operations, zonesOf(context.calendars));
  const followed = followMutes(joined, context.orphans ?? []);
  for (const mute of followed.mutes) renewed.push(mute);
  const breaker = breakDeletions(followed.operations, context);
  const absent = settleAbsences(removed, context);
  for (const { skips: more, waiting: again } of [followed, breaker, absent]) {
    for (const skip of more) skips.push(skip);
    for (const groupKey of again) waiting.add(groupKey);
  }
  return {
    operations: [...breaker.operations, ...absent.operations],
    skips,
    holds: [...breaker.holds, ...absent.holds],
    mutes: absent.mutes,
    lifted,
    renewed,
    explained,
    wanted,
    named,
    letGo,
    unexplained: absent.unexplained,
    waiting,
  };
}

/**
 * Takes the context; returns what answers for a route, asked once for each, and less what the target cannot show. Equal
 * answers become one object, so that what blocks show is made once for all targets that show the same.
 */
function askedOnce({ blockPolicy: ask, calendars }: PlanContext): PlanContext['blockPolicy'] {
  const byRoute = new Map<CalendarId, Map<CalendarId, BlockPolicy>>();
  const bySpelling = new Map<string, BlockPolicy>();
  return (source, target) => {
    let targets = byRoute.get(source);
    if (targets === undefined) byRoute.set(source, (targets = new Map<CalendarId, BlockPolicy>()));
    const known = targets.get(target);
    if (known !== undefined) return known;
    const chosen = ask(source, target);
    const { outOfOffice, colours } = calendars.get(target)?.capabilities ?? noCapabilities;
    const asked = {
      ...chosen,
      outOfOffice: chosen.outOfOffice && outOfOffice,
      colorId: colours ? chosen.colorId : null,
    };
    const spelling = JSON.stringify(Object.entries(asked).sort());
    const policy = bySpelling.get(spelling) ?? asked;
    bySpelling.set(spelling, policy);
    targets.set(target, policy);
    return policy;
  };
}
