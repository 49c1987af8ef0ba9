import { describe, expect, it } from 'vitest';
import { busyOf } from '../../src/main/core/busy.ts';
import { defaultBusyPolicy } from '../../src/main/core/policy.ts';
import type { BusyPolicy, Reason } from '../../src/shared/dto.ts';
import { on, row, type RowParts } from '../support/core-builders.ts';

const allDay = { start: on('2026-03-10'), end: on('2026-03-11') };
const workingLocation = { kind: 'workingLocation', transparent: true } as const;
const birthday = { kind: 'birthday', transparent: true, ...allDay } as const;

function verdict(parts: RowParts, policy: Partial<BusyPolicy> = {}): 'busy' | Reason {
  const busy = busyOf(row(parts), { ...defaultBusyPolicy, ...policy });
  return busy.busy ? 'busy' : busy.reason;
}

describe('what is busy', () => {
  // One row for each line of the list: what it says by default, and with its switch the other way.
  it.each<[string, RowParts, 'busy' | Reason, Partial<BusyPolicy>, 'busy' | Reason]>([
    ['working location', workingLocation, 'working-location', { workingLocation: true }, 'busy'],
    ['birthday', birthday, 'birthday', { birthday: true }, 'busy'],
    ['free', { transparent: true }, 'free', { free: true }, 'busy'],
    ['declined', { ownResponse: 'declined' }, 'declined', { declined: true }, 'busy'],
    ['unanswered', { ownResponse: 'needsAction' }, 'busy', { unanswered: false }, 'unanswered'],
    ['answered maybe', { ownResponse: 'tentative' }, 'busy', { tentative: false }, 'tentative'],
    ['tentative by its status', { status: 'tentative' }, 'busy', { tentative: false }, 'tentative'],
    ['all-day, marked busy', allDay, 'busy', { allDay: 'never' }, 'all-day'],
    ['all-day, marked free', { ...allDay, transparent: true }, 'free', { allDay: 'always' }, 'busy'],
    ['focus time', { kind: 'focusTime' }, 'busy', { focusTime: false }, 'focus-time'],
    ['a flight from mail, marked free', { kind: 'fromMail', transparent: true }, 'free', { fromMail: true }, 'busy'],
    ['a holiday', { ...allDay, transparent: true }, 'free', { holidays: true }, 'busy'],
    ['an optional guest', { optionalGuest: true }, 'busy', { optionalGuest: false }, 'optional-guest'],
    ['out of office', { kind: 'outOfOffice' }, 'busy', { outOfOffice: false }, 'out-of-office'],
  ])('%s', (_, parts, byDefault, policy, switched) => {
    expect(verdict(parts)).toBe(byDefault);
    expect(verdict(parts, policy)).toBe(switched);
  });

  it.each<[string, RowParts, 'busy' | Reason]>([
    ['an ordinary event', {}, 'busy'],
    ['one accepted', { ownResponse: 'accepted' }, 'busy'],
    ['one whose answer is not known', { ownResponse: 'unknown' }, 'busy'],
    ['one found in mail', { kind: 'fromMail' }, 'busy'],
    ['one of a kind not known yet', { kind: 'other' }, 'busy'],
    ['one without a title', { summary: null }, 'busy'],
    ['a private one', { visibility: 'private' }, 'busy'],
    ['a cancelled one', { status: 'cancelled' }, 'cancelled'],
    ['a copy of a block', { tagged: true }, 'copy-of-ours'],
    ['one without a start', { start: null }, 'no-times'],
    ['a cancelled copy', { status: 'cancelled', tagged: true }, 'cancelled'],
  ])('%s, whatever the switches', (_, parts, expected) => {
    const everything: BusyPolicy = {
      ...defaultBusyPolicy,
      allDay: 'always',
      free: true,
      declined: true,
      unanswered: true,
      tentative: true,
      workingLocation: true,
      birthday: true,
      focusTime: true,
      outOfOffice: true,
    };
    expect(verdict(parts)).toBe(expected);
    expect(verdict(parts, everything)).toBe(expected);
  });

  it('keeps the switch for all-day events apart from that for free ones', () => {
    expect(verdict({ ...allDay, transparent: true }, { free: true })).toBe('all-day');
    expect(verdict({ ...allDay, transparent: true }, { free: true, allDay: 'always' })).toBe('busy');
    expect(verdict({ transparent: true }, { allDay: 'always' })).toBe('free');
  });

  it('lets other switches decide on working locations and birthdays that count', () => {
    expect(verdict(birthday, { birthday: true, allDay: 'never' })).toBe('all-day');
    expect(verdict({ ...workingLocation, ownResponse: 'declined' }, { workingLocation: true })).toBe('declined');
  });
});
