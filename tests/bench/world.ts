import type { World } from '../../src/simulator/index.ts';

/** What a benchmark world holds. */
export interface WorldSize {
  readonly accounts: number;
  readonly calendarsPerAccount: number;
  readonly events: number;
  /** Share of events that are series, 0 to 1. */
  readonly series: number;
}

const day = 86_400_000;
const rules = ['RRULE:FREQ=WEEKLY', 'RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=12'];
const zones = ['Europe/Berlin', 'America/New_York', 'UTC'];

/**
 * Takes a size and the first day (an instant at midnight UTC); returns a world with that many events, spread evenly
 * over the calendars and a year. Nothing in it is random, so that two runs compare.
 */
export function benchWorld(size: WorldSize, from: number): World {
  const accounts = Array.from({ length: size.accounts }, (_, account) => {
    const email = `person${account + 1}@bench.example`;
    return {
      email,
      name: `Account ${account + 1}`,
      calendars: Array.from({ length: size.calendarsPerAccount }, (_unused, index) => ({
        id: index === 0 ? email : `calendar${account + 1}-${index}@group.calendar.bench.example`,
        summary: `Calendar ${account + 1}.${index + 1}`,
        timeZone: zones[account % zones.length] ?? 'UTC',
        accessRole: 'owner' as const,
        ...(index === 0 ? { primary: true } : {}),
        events: [] as Record<string, unknown>[],
      })),
    };
  });
  const calendars = accounts.flatMap((account) => account.calendars);
  const seriesEach = size.series > 0 ? Math.round(1 / size.series) : Infinity;
  for (let index = 0; index < size.events; index += 1) {
    const calendar = calendars[index % calendars.length];
    const start = from + (index % 365) * day + (7 + (index % 11)) * 3_600_000;
    const isSeries = index % seriesEach === seriesEach - 1;
    const time = (instant: number) => ({
      dateTime: new Date(instant).toISOString().replace('.000Z', 'Z'),
      timeZone: 'Europe/Berlin',
    });
    calendar?.events.push({
      id: `bench${index.toString(32).padStart(8, '0')}`,
      summary: `Event ${index}`,
      start: time(start),
      end: time(start + 45 * 60_000),
      ...(isSeries ? { recurrence: [rules[index % rules.length] ?? 'RRULE:FREQ=WEEKLY'] } : {}),
    });
  }
  return { accounts };
}
