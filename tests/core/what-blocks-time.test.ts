import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { busyOf } from '../../src/main/core/busy.ts';
import { filteredOut, rememberedFilters } from '../../src/main/core/filters.ts';
import type { EventRow } from '../../src/main/core/model.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { spanOf } from '../../src/main/core/times.ts';
import type { BusyPolicy, Reason } from '../../src/shared/dto.ts';
import { reasonText } from '../../src/shared/reasons.ts';
import { on, row } from '../support/core-builders.ts';

const page = readFileSync(new URL('../../docs/what-blocks-time.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, as their cells without code marks. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

const said: Readonly<Record<string, string>> = { true: 'yes', false: 'no', null: 'none', '': 'none' };
const spoken = (name: string, value: unknown): string =>
  name === 'hours' && value === null ? 'all hours' : (said[String(value)] ?? String(value));

/** For each row of the table, in its order: an event that fits it and no other, and the policy under which it has no block. */
const samples: readonly (readonly [string, Reason, Partial<EventRow>, Partial<BusyPolicy>])[] = [
  ['', 'cancelled', { status: 'cancelled' }, {}],
  ['', 'copy-of-ours', { tagged: true }, {}],
  ['', 'looks-like-block', { saysBlock: true }, {}],
  ['workingLocation', 'working-location', { kind: 'workingLocation' }, {}],
  ['birthday', 'birthday', { kind: 'birthday' }, {}],
  ['', 'no-times', { start: null }, {}],
  ['allDay', 'all-day', { start: on('2026-03-10'), end: on('2026-03-11') }, { allDay: 'never' }],
  ['free', 'free', { transparent: true }, {}],
  ['fromMail', 'free', { kind: 'fromMail', transparent: true }, {}],
  ['holidays', 'free', { transparent: true, start: on('2026-03-10'), end: on('2026-03-11') }, {}],
  ['declined', 'declined', { ownResponse: 'declined' }, {}],
  ['unanswered', 'unanswered', { ownResponse: 'needsAction' }, { unanswered: false }],
  ['tentative', 'tentative', { ownResponse: 'tentative' }, { tentative: false }],
  ['optionalGuest', 'optional-guest', { ownResponse: 'accepted', optionalGuest: true }, { optionalGuest: false }],
  ['focusTime', 'focus-time', { kind: 'focusTime' }, { focusTime: false }],
  ['outOfOffice', 'out-of-office', { kind: 'outOfOffice' }, { outOfOffice: false }],
  ['hours', 'outside-hours', {}, { hours: { timeZone: 'Europe/Berlin', days: ['SU'], from: '09:00', to: '17:00' } }],
  ['minimumMinutes', 'too-short', {}, { minimumMinutes: 90 }],
  ['ignoreTitles', 'title-ignored', { summary: 'Lunch' }, { ignoreTitles: 'lunch' }],
];

function reasonOf(parts: Partial<EventRow>, policy: BusyPolicy): Reason | null {
  const event = { ...row(), ...parts };
  const busy = busyOf(event, policy);
  if (!busy.busy) return busy.reason;
  const span = spanOf(event.start, event.end, null);
  return span === null ? 'no-times' : filteredOut(span, event.summary, rememberedFilters()(policy));
}

describe('the page on what blocks time', () => {
  const rows = tableUnder('Which events count');

  it('has a row for each rule, in the words of the code', () => {
    expect(rows.map(([, choice, , why]) => [choice, why])).toEqual(
      samples.map(([choice, reason]) => [choice, reasonText(reason)]),
    );
  });

  it.each(samples)('tells the truth about "%s" (%s)', (_, reason, parts, policy) => {
    expect(reasonOf(parts, { ...defaultBusyPolicy, ...policy })).toBe(reason);
  });

  it('names each choice of a calendar with what it is at first', () => {
    const named = rows.flatMap(([, choice, first]) => (choice === '' ? [] : [[choice, first]]));
    expect(Object.fromEntries(named)).toEqual(
      Object.fromEntries(Object.entries(defaultBusyPolicy).map(([name, value]) => [name, spoken(name, value)])),
    );
  });

  it('names the order in which the rules are asked', () => {
    // Of two rules that both fit, the row that comes first must be the one that is given.
    const compatible = samples.slice(2).filter(([choice]) => choice !== '' && choice !== 'birthday');
    for (const [index, [, first, parts, policy]] of compatible.entries()) {
      for (const [, , others, otherPolicy] of compatible.slice(index + 1)) {
        if (Object.keys(parts).some((name) => name in others)) continue;
        const both = reasonOf({ ...others, ...parts }, { ...defaultBusyPolicy, ...otherPolicy, ...policy });
        expect(both).toBe(first);
      }
    }
  });

  it('says why a busy event has no block in the words of the code', () => {
    const reasons: readonly Reason[] = [
      'same-meeting-on-target',
      'same-meeting-from-another-calendar',
      'muted',
      'past',
      'held',
      'source-gone',
      'target-unavailable',
    ];
    expect(tableUnder('Where a busy event has no block').map(([, why]) => why)).toEqual(reasons.map(reasonText));
  });

  it('names each choice of what a block shows with what it is at first', () => {
    expect(Object.fromEntries(tableUnder('What a block shows').map(([, choice, first]) => [choice, first]))).toEqual(
      Object.fromEntries(Object.entries(defaultBlockPolicy).map(([name, value]) => [name, spoken(name, value)])),
    );
  });
});
