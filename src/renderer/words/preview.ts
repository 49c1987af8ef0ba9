import { listed } from '../../shared/phrases.ts';
import { counted, number } from './counts.ts';

/** What is said of a sync or a change before it writes anything. */
export const previewWords = {
  intro: 'What the next sync would write, and why. Looking at it writes nothing.',
  again: 'Look again',
  start: 'Start syncing',
  starting: 'Starting…',
  syncing: 'Syncing…',
  notStarted: 'Syncing has not started yet. Nothing is written before you start it.',
  between: (addresses: readonly string[]): string =>
    `The calendars of ${listed(addresses)} will be synced with each other.`,
  allDone: 'Every block is as it should be.',
  effectCount: {
    add: (count: number): string => `${number(count)} to add`,
    change: (count: number): string => `${number(count)} to change`,
    remove: (count: number): string => `${number(count)} to remove`,
  },
  series: (count: number, of: number): string =>
    count === 0 ? '' : of === 1 ? 'a series' : count === of ? 'all of them series' : `${number(count)} of them series`,
  oneByOne: (count: number, more: number): string =>
    more === 0 ? 'One by one' : `One by one: the first ${number(count)}`,
  andMore: (count: number): string => `and ${number(count)} more`,
  from: (calendar: string): string => `from ${calendar}`,
  agreed: (count: number): string =>
    `Look twice: this takes ${counted(count, 'block', 'blocks')} away at once. After this, nothing asks you again.`,
} as const;
