import { describe, expect, it } from 'vitest';
import { toAccountId } from '../../src/shared/ids.ts';
import type { StandingNow } from '../../src/main/ports/store.ts';
import { accountRecord, folder, openTestStore, peek } from './support.ts';

const second = toAccountId('account-2');
const now = Date.UTC(2026, 2, 23, 8, 30);
const trouble = (over: Partial<StandingNow> = {}): StandingNow => ({
  code: 'provider-trouble',
  about: null,
  meetings: 0,
  what: '',
  ...over,
});
const refused = trouble({ code: 'time-zone-refused', meetings: 1, what: 'a' });

describe('what is not as it should be', () => {
  it('stands since it was first told, and no more once it is not', () => {
    const { store } = openTestStore();
    store.saveStanding([trouble(), trouble({ about: 'Work' })], now, true);
    store.saveStanding([trouble()], now + 5, true);
    expect(store.standing()).toEqual([{ ...trouble(), since: now, known: false }]);
    store.saveStanding([], now + 10, false);
    store.saveStanding([trouble()], now + 15, true);
    expect(store.standing()).toMatchObject([{ since: now + 15 }]);
  });

  it('is written only where it has changed', () => {
    const file = `${folder()}/calsync.db`;
    const { store } = openTestStore({ file });
    const other = peek(file);
    // Another connection sees by it whether anything was written at all.
    const version = (): unknown => other.pragma('data_version', { simple: true });
    store.saveStanding([trouble(), refused], now, true);
    const before = version();
    for (let run = 1; run < 5; run += 1) store.saveStanding([trouble(), refused], now + run, true);
    expect(version()).toBe(before);
    store.saveStanding([refused], now + 9, true);
    expect(version()).not.toBe(before);
  });

  it('is known for as long as it is the same', () => {
    const { store } = openTestStore();
    store.saveStanding([refused], now, true);
    expect(store.acknowledge({ ...refused, what: 'b' })).toBe(false);
    expect(store.standing()).toMatchObject([{ known: false }]);
    expect(store.acknowledge(refused)).toBe(true);
    store.saveStanding([refused], now + 5, true);
    expect(store.standing()).toMatchObject([{ since: now, known: true }]);
    store.saveStanding([{ ...refused, meetings: 2, what: 'b' }], now + 10, true);
    expect(store.standing()).toMatchObject([{ since: now, meetings: 2, known: false }]);
  });

  it('stays known through a run that could not read everything, and not through one that could', () => {
    const { store } = openTestStore();
    store.saveStanding([refused], now, true);
    store.acknowledge(refused);
    store.saveStanding([], now + 5, false);
    expect(store.standing()).toMatchObject([{ known: true }]);
    store.saveStanding([], now + 10, true);
    expect(store.standing()).toEqual([]);
    store.saveStanding([refused], now + 15, true);
    expect(store.standing()).toMatchObject([{ known: false }]);
  });

  it('about an account goes with it', () => {
    const { store } = openTestStore();
    const stranger = trouble({ code: 'needs-sign-in', about: 'gone@x.example' });
    store.saveAccount({ ...accountRecord(second), email: 'gone@x.example' });
    store.saveStanding([stranger, trouble()], now, true);
    store.removeAccount(second);
    expect(store.standing()).toMatchObject([{ code: 'provider-trouble' }]);
  });

  it('is left out where a newer CalSync has told of it', () => {
    const { store } = openTestStore();
    store.saveStanding([trouble({ code: 'no-such-code' as 'offline' }), trouble()], now, true);
    expect(store.standing()).toMatchObject([{ code: 'provider-trouble' }]);
  });
});
