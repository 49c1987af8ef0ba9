import { describe, expect, it } from 'vitest';
import { busyOf } from '../../../src/main/core/busy.ts';
import { defaultBusyPolicy } from '../../../src/main/core/policy.ts';
import type { BusyPolicy } from '../../../src/shared/dto.ts';
import { busyPolicySchema, type Reason } from '../../../src/shared/dto.ts';
import { calendar, on, row, type RowParts } from '../../support/core-builders.ts';
import { arrived, Scene, work } from './scene.ts';

const day = { start: on('2026-03-10'), end: on('2026-03-11') };
const free = { transparent: true } as const;
const mail = { kind: 'fromMail' } as const;
const optional = { optionalGuest: true, ownResponse: 'accepted' } as const;

type Chosen = Partial<BusyPolicy>;
const verdict = (parts: RowParts, policy: Chosen): 'busy' | Reason => {
  const busy = busyOf(row(parts), { ...defaultBusyPolicy, ...policy });
  return busy.busy ? 'busy' : busy.reason;
};

describe('flights and other events from mail count although Google marks them free', () => {
  it.each<[string, RowParts, Chosen, 'busy' | Reason]>([
    ['a flight, as Google marks it', { ...mail, ...free }, { fromMail: true }, 'busy'],
    ['a flight, not chosen', { ...mail, ...free }, {}, 'free'],
    ['a flight that was marked busy', mail, {}, 'busy'],
    ['a flight that was cancelled', { ...mail, ...free, status: 'cancelled' }, { fromMail: true }, 'cancelled'],
    ['another event that is free', free, { fromMail: true }, 'free'],
    ['a hotel, which lasts all day', { ...mail, ...free, ...day }, { fromMail: true }, 'free'],
    ['a hotel, where all days count', { ...mail, ...free, ...day }, { fromMail: true, allDay: 'always' }, 'busy'],
    ['a hotel, where no days count', { ...mail, ...free, ...day }, { fromMail: true, allDay: 'never' }, 'all-day'],
    ['a hotel that was marked busy', { ...mail, ...day }, { fromMail: true }, 'busy'],
  ])('%s', (_, parts, policy, expected) => {
    expect(verdict(parts, policy)).toBe(expected);
  });
});

describe('this is a holiday calendar: its days count', () => {
  it.each<[string, RowParts, Chosen, 'busy' | Reason]>([
    ['a day, as Google marks it', { ...day, ...free }, { holidays: true }, 'busy'],
    ['a day, not chosen', { ...day, ...free }, {}, 'free'],
    ['a day, where no days count otherwise', { ...day, ...free }, { holidays: true, allDay: 'never' }, 'busy'],
    ['a day marked busy, where no days count otherwise', day, { holidays: true, allDay: 'never' }, 'busy'],
    ['a day that was declined', { ...day, ...free, ownResponse: 'declined' }, { holidays: true }, 'declined'],
    ['a cancelled day', { ...day, ...free, status: 'cancelled' }, { holidays: true }, 'cancelled'],
    ['a birthday', { ...day, ...free, kind: 'birthday' }, { holidays: true }, 'birthday'],
    ['a free event with a time', free, { holidays: true }, 'free'],
    ['an event with a time', {}, { holidays: true }, 'busy'],
  ])('%s', (_, parts, policy, expected) => {
    expect(verdict(parts, policy)).toBe(expected);
  });
});

describe('events on which I am an optional guest', () => {
  it.each<[string, RowParts, Chosen, 'busy' | Reason]>([
    ['accepted, at first', optional, {}, 'busy'],
    ['accepted, and they do not count', optional, { optionalGuest: false }, 'optional-guest'],
    ['declined, which says more', { ...optional, ownResponse: 'declined' }, { optionalGuest: false }, 'declined'],
    ['maybe', { ...optional, ownResponse: 'tentative' }, { optionalGuest: false }, 'optional-guest'],
    ['as a needed guest', { ownResponse: 'accepted' }, { optionalGuest: false }, 'busy'],
    ['own event', {}, { optionalGuest: false }, 'busy'],
    ['own row cannot be seen', { ownResponse: 'unknown' }, { optionalGuest: false }, 'busy'],
  ])('%s', (_, parts, policy, expected) => {
    expect(verdict(parts, policy)).toBe(expected);
  });

  const team = calendar('team@group.calendar.example', { accountEmail: 'ada@example.com' });
  const guest = (email: string, more: object = {}): object => ({ email, responseStatus: 'accepted', ...more });
  const blocked = (guests: readonly object[], optionalGuest: boolean): boolean =>
    new Scene([arrived(team, { attendees: guests })])
      .on({ ...team, busy: { ...defaultBusyPolicy, optionalGuest } }, work)
      .sync()
      .includes('create work');

  it.each<[string, readonly object[], boolean]>([
    ['own row is optional', [guest('bob@example.com'), guest('ada@example.com', { optional: true })], false],
    ['own row by `self`', [guest('desk@example.com', { self: true, optional: true }), guest('ada@example.com')], false],
    ['another one is optional', [guest('bob@example.com', { optional: true }), guest('ada@example.com')], true],
    ['no guests at all', [], true],
  ])('as it arrives: %s', (_, guests, whenOff) => {
    expect(blocked(guests, true)).toBe(true);
    expect(blocked(guests, false)).toBe(whenOff);
  });
});

describe('choices that were stored before these three', () => {
  it('are still understood, and mean what they meant', () => {
    const { fromMail, holidays, optionalGuest, ...before } = { ...defaultBusyPolicy, tentative: false };
    expect({ fromMail, holidays, optionalGuest }).toEqual({ fromMail: false, holidays: false, optionalGuest: true });
    expect(busyPolicySchema.parse(before)).toEqual({ ...defaultBusyPolicy, tentative: false });
  });
});
