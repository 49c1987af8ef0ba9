/** The frequencies of RFC 5545 §3.3.10, from the coarsest. */
export const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const;
export type Frequency = (typeof frequencies)[number];

/** A weekday, Monday is 0; 0 as place for each of them. */
export interface Weekday {
  readonly weekday: number;
  readonly place: number;
}

/** A rule (RFC 5545 §3.3.10), read. A part that is not given is null. */
export interface Rule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  /** As the rule spells it, because it means an instant, and which one depends on the series. */
  readonly until: string | null;
  readonly weekStart: number;
  readonly months: readonly number[] | null;
  readonly weeks: readonly number[] | null;
  readonly yearDays: readonly number[] | null;
  readonly monthDays: readonly number[] | null;
  readonly weekdays: readonly Weekday[] | null;
  readonly hours: readonly number[] | null;
  readonly minutes: readonly number[] | null;
  readonly seconds: readonly number[] | null;
  readonly positions: readonly number[] | null;
}
