import { describe, expect, it } from 'vitest';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import type { BlockPolicy, BusyPolicy } from '../../src/shared/dto.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { Expander } from './expander.ts';
import { expected, shownOn, spell, type CalendarEvent, type Window } from './oracle.ts';

const week: Window = { from: Date.UTC(2026, 2, 26), to: Date.UTC(2026, 3, 2) };

const berlin = (dateTime: string): EventTime => ({ dateTime: `2026-${dateTime}:00`, timeZone: 'Europe/Berlin' });

/** An hour at ten on 27 March 2026 in Berlin, two days before the clocks change. */
const event = (special: Partial<CalendarEvent> = {}): CalendarEvent => ({
  id: 'e',
  status: 'confirmed',
  iCalUid: 'e@google.com',
  kind: 'default',
  start: berlin('03-27T10:00'),
  end: berlin('03-27T11:00'),
  recurrence: [],
  recurringEventId: null,
  originalStart: null,
  transparent: false,
  ownResponse: 'none',
  summary: 'Plan',
  ...special,
});

const daily: Partial<CalendarEvent> = { recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] };

const slot = (special: Partial<CalendarEvent>): CalendarEvent =>
  event({
    id: 'e_20260328T090000Z',
    recurringEventId: 'e',
    originalStart: berlin('03-28T10:00'),
    start: berlin('03-28T10:00'),
    end: berlin('03-28T11:00'),
    ...special,
  });

interface Choice {
  readonly busy?: Partial<BusyPolicy>;
  readonly block?: Partial<BlockPolicy>;
  readonly there?: readonly CalendarEvent[];
}

/** What a target should show of the events of one source, in days and hours of UTC. */
function told(events: readonly CalendarEvent[], { busy = {}, block = {}, there = [] }: Choice = {}): string[] {
  const calendar = (id: string, rows: readonly CalendarEvent[]) => ({
    id,
    timeZone: 'Europe/Berlin',
    source: true,
    target: true,
    busy: { ...defaultBusyPolicy, ...busy },
    events: rows,
  });
  const mesh = {
    calendars: [calendar('source', events), calendar('target', there)],
    blockPolicy: () => ({ ...defaultBlockPolicy, ...block }),
  };
  const picture = expected(mesh, week, new Expander()).get('target');
  return [
    ...(picture?.days ?? []).map((interval) => spell(true, interval)),
    ...(picture?.times ?? []).map((interval) => spell(false, interval)),
  ].map((text) => text.replaceAll('2026-', '').replaceAll(':00.000Z', ''));
}

const once = ['03-27T09:00 to 03-27T10:00'];

describe('the oracle', () => {
  it.each<[string, readonly CalendarEvent[], Choice, readonly string[]]>([
    ['an event', [event()], {}, once],
    ['a free one', [event({ transparent: true })], {}, []],
    ['a free one that counts', [event({ transparent: true })], { busy: { free: true } }, once],
    ['a declined one', [event({ ownResponse: 'declined' })], {}, []],
    ['one without a length', [event({ end: berlin('03-27T10:00') })], {}, ['03-27T09:00 to 03-27T09:01']],
    ['a day', [event({ start: { date: '2026-03-27' }, end: { date: '2026-03-28' } })], {}, ['03-27 to 03-28']],
    ['a birthday', [event({ kind: 'birthday' })], {}, []],
    ['one that the target holds', [event()], { there: [event()] }, []],
    ['one that the target declined', [event()], { there: [event({ ownResponse: 'declined' })] }, once],
    ['one too short', [event()], { busy: { minimumMinutes: 61 } }, []],
    ['one long enough', [event()], { busy: { minimumMinutes: 60 } }, once],
    ['a title', [event()], { busy: { ignoreTitles: 'lunch, PL?N' } }, []],
    ['another title', [event()], { busy: { ignoreTitles: 'pla\nplan b*' } }, once],
    ['minutes around', [event()], { block: { bufferBefore: 15, bufferAfter: 5 } }, ['03-27T08:45 to 03-27T10:05']],
  ])('says of %s', (_, events, choice, times) => {
    expect(told(events, choice)).toEqual(times);
  });

  it('follows a series through a clock change, and its slots wherever they are', () => {
    const rule = [
      '03-27T09:00 to 03-27T10:00',
      '03-28T09:00 to 03-28T10:00',
      '03-29T08:00 to 03-29T09:00',
      '03-30T08:00 to 03-30T09:00',
    ];
    expect(told([event(daily)])).toEqual(rule);
    expect(told([event(daily), slot({ status: 'cancelled' })])).toEqual(rule.toSpliced(1, 1));
    expect(told([event(daily), slot({ start: berlin('03-28T12:00'), end: berlin('03-28T12:30') })])).toEqual(
      rule.with(1, '03-28T11:00 to 03-28T11:30'),
    );
    expect(told([slot({})])).toEqual([rule[1]]);
    expect(told([event(daily)], { there: [slot({})] })).toEqual(rule.toSpliced(1, 1));
    expect(told([event({ ...daily, ownResponse: 'declined' }), slot({ ownResponse: 'accepted' })])).toEqual([rule[1]]);
  });

  it('knows hours, beyond midnight too', () => {
    const hours = (from: string, to: string, ...days: NonNullable<BusyPolicy['hours']>['days'][number][]) => ({
      busy: { hours: { timeZone: 'Europe/Berlin', days, from, to } },
    });
    expect(told([event()], hours('10:59', '12:00', 'FR'))).toEqual(once);
    expect(told([event()], hours('11:00', '12:00', 'FR'))).toEqual([]);
    expect(told([event()], hours('22:00', '10:01', 'TH'))).toEqual(once);
    expect(told([event()], hours('22:00', '10:01', 'FR'))).toEqual([]);
    expect(told([event(daily)], hours('00:00', '24:00', 'SU', 'MO'))).toHaveLength(2);
    const days = event({ start: { date: '2026-03-27' }, end: { date: '2026-03-29' } });
    expect(told([days], hours('00:00', '00:01', 'SA'))).toEqual(['03-27 to 03-29']);
    expect(told([days], hours('00:00', '24:00', 'SU'))).toEqual([]);
  });

  it('stops the minutes before a series at midnight, and takes them from the clock that its rule means', () => {
    const early = { ...daily, start: berlin('03-27T00:30'), end: berlin('03-27T01:00') };
    expect(told([event(early)], { block: { bufferBefore: 60 } })[0]).toBe('03-26T23:00 to 03-27T00:00');
    expect(told([event({ ...early, recurrence: [] })], { block: { bufferBefore: 60 } })[0]).toBe(
      '03-26T22:30 to 03-27T00:00',
    );
    const night = { ...daily, start: berlin('03-27T02:30'), end: berlin('03-27T03:00') };
    // On the 29th half past two is half past three; an hour before it was meant is half past one.
    expect(told([event(night)], { block: { bufferBefore: 60 } })[2]).toBe('03-29T00:30 to 03-29T02:00');
  });

  it('tells two blocks at one time from one', () => {
    const shown = shownOn([event(), event({ id: 'f' })], { id: 'target', timeZone: 'UTC' }, week, new Expander());
    expect(shown.times).toHaveLength(1);
    expect(shown.singly).toHaveLength(2);
  });
});
