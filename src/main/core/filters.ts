import type { BusyPolicy, Reason } from '../../shared/dto.ts';
import { isDate, minute } from '../../shared/time.ts';
import { hoursTestOf, type HoursTest } from './hours.ts';
import { titleTestOf, type TitleTest } from './titles.ts';
import type { Span } from './times.ts';

/** The filters of one calendar, ready to be asked. */
export interface Filters {
  /** Null where all hours count. */
  readonly hours: HoursTest | null;
  readonly ignored: TitleTest;
  readonly minimumMinutes: number;
}

/** Takes a policy, returns its filters. */
export type FiltersOf = (policy: BusyPolicy) => Filters;

/** Returns what makes filters and keeps them for each policy, because windows of hours are slow to make. */
export function rememberedFilters(): FiltersOf {
  const made = new Map<BusyPolicy, Filters>();
  return (policy) => {
    const known = made.get(policy);
    if (known !== undefined) return known;
    const filters: Filters = {
      hours: policy.hours === null ? null : hoursTestOf(policy.hours),
      ignored: titleTestOf(policy.ignoreTitles),
      minimumMinutes: policy.minimumMinutes,
    };
    made.set(policy, filters);
    return filters;
  };
}

/**
 * Takes when something is, its title and the filters; returns the first rule by which it does not count, or null.
 * `everyDate` asks by the title and the length only, which are the same for all dates of a series.
 */
export function filteredOut(
  span: Span,
  title: string | null,
  filters: Filters,
  everyDate = false,
): Extract<Reason, 'outside-hours' | 'too-short' | 'title-ignored'> | null {
  if (!everyDate && filters.hours !== null && !filters.hours(span)) return 'outside-hours';
  if (!isDate(span.start) && span.endsAt - span.startsAt < filters.minimumMinutes * minute) return 'too-short';
  return filters.ignored(title) ? 'title-ignored' : null;
}
