import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResetReceipt } from '../../src/shared/dto.ts';
import type { World } from '../../src/simulator/index.ts';
import { hour } from '../../src/shared/time.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { consentOver } from '../support/consent.ts';
import { openTown, type Install, type Town } from '../support/installs.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const studio = 'client@studio.example';
const secret = 'Secret plans';

const at = (date: string, clock: string) => ({ dateTime: `${date}T${clock}:00`, timeZone: 'Europe/Berlin' });
const world: World = {
  accounts: [work, home, studio].map((email, index) => ({
    email,
    name: email,
    calendars: [
      {
        id: email,
        summary: email.split('@')[0] ?? email,
        timeZone: 'Europe/Berlin',
        accessRole: 'owner',
        primary: true,
        events: [1, 2].map((number) => ({
          id: `event${index}0${number}`,
          summary: `${secret} ${index}${number}`,
          location: 'Hall 2',
          start: at('2026-03-25', `1${index * 2 + number}:00`),
          end: at('2026-03-25', `1${index * 2 + number}:30`),
        })),
      },
    ],
  })),
};

function valueOf<Value>(result: { ok: true; value: Value } | { ok: false; error: { code: string } }): Value {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

/** A receipt adds up when what was found is all accounted for. */
function sumOf({ removed, alreadyGone, leftAlone, others, still }: ResetReceipt): number {
  return removed + alreadyGone + leftAlone + [...others, ...still].reduce((sum, { count }) => sum + count, 0);
}

let town: Town;
let install: Install;

beforeEach(async () => {
  town = await openTown({ world });
  install = await town.install(work, home, studio);
  valueOf(await install.sync());
  valueOf(await install.sync());
});
afterEach(() => town.close());

const idOf = (email: string) => {
  const id = install.accounts.get(email);
  if (id === undefined) throw new Error(`${email} is not signed in`);
  return id;
};
/** Why a row of a calendar is gone, as its mark says. */
function markOn(calendarId: string, id: string): string | undefined {
  const row = town.simulator.person(calendarId).getEvent(calendarId, id) as
    { readonly extendedProperties?: { readonly private?: Readonly<Record<string, string>> } } | undefined;
  return row?.extendedProperties?.private?.['calsync.gone']?.split('.')[0];
}
const standing = (): number => [work, home, studio].reduce((sum, id) => sum + town.blocks(id).length, 0);
const codes = (): readonly string[] => install.app.status().troubles.map((trouble) => trouble.code);

/** All texts that the database holds about events of a calendar. */
function textsOf(calendarId: string): readonly unknown[] {
  const database = new Database(join(install.folder, 'calsync.db'), { readonly: true });
  try {
    return database
      .prepare('SELECT summary, place FROM events WHERE calendar_id = ? AND (summary IS NOT NULL OR place IS NOT NULL)')
      .all(calendarId);
  } finally {
    database.close();
  }
}

describe('a reset', () => {
  it('while an account rests names it, and adds up', async () => {
    expect(standing()).toBe(12);
    town.simulator.faults.add({ kind: 'quotaExceeded', account: home, times: null });
    const receipt = valueOf(await install.app.reset());
    expect(receipt).toMatchObject({ found: 12, removed: 8, others: [], cameBack: 0 });
    expect(receipt.still).toMatchObject([
      { calendarId: home, count: 4, later: false, error: { code: 'quota-exhausted', about: home } },
    ]);
    expect(receipt.found).toBe(sumOf(receipt));
    expect(standing()).toBe(4);
    // Asked for again after the rest, it takes what was left.
    town.simulator.faults.clear();
    town.clock.pass(4 * hour);
    expect(valueOf(await install.app.reset())).toMatchObject({ found: 4, removed: 4, still: [] });
    expect(standing()).toBe(0);
  });

  it('is final here: no run brings a block back before the person resumes', async () => {
    valueOf(await install.app.reset());
    expect(await install.sync()).toMatchObject({ ok: false, error: { code: 'paused' } });
    expect(standing()).toBe(0);
    install.app.resume();
    expect(valueOf(await install.sync()).added).toBe(12);
    expect(standing()).toBe(12);
    expect(valueOf(await install.sync())).toMatchObject({ writes: 0 });
  });

  it('ends a run that is under way before it writes the blocks back', async () => {
    valueOf(await install.app.reset());
    install.app.resume();
    // The run waits in its reads, and the reset is asked for meanwhile.
    const running = install.app.sync('command', { start: true });
    const receipt = valueOf(await install.app.reset());
    expect(valueOf(await running)).toMatchObject({ added: 0, writes: 0, errors: [{ code: 'paused' }] });
    expect(receipt).toMatchObject({ found: 0, removed: 0 });
    expect(standing()).toBe(0);
  });

  it('that meets another computer says that blocks came back, and counts each once', async () => {
    const stood = town.blocks(home);
    let revived: readonly string[] = [];
    const receipt = valueOf(
      await install.app.reset({
        onProgress: ({ phase, done, total }) => {
          if (phase !== 'removing' || done !== total || revived.length > 0) return;
          revived = stood.slice(0, 2);
          for (const id of revived) town.simulator.person(home).undelete(home, id);
        },
      }),
    );
    expect(revived).toHaveLength(2);
    expect(receipt).toMatchObject({ found: 12, removed: 12, cameBack: 2, still: [] });
    expect(standing()).toBe(0);
  });

  it.each([
    ['deletions', 2 * hour],
    ['the blocks themselves', 0],
  ])('is not misled by a list that lags behind and does not show %s', async (_, since) => {
    town.clock.pass(since);
    town.simulator.faults.add({ kind: 'delayedVisibility', delayMs: hour, times: null });
    const receipt = valueOf(await install.app.reset());
    expect(receipt).toMatchObject({ found: 12, removed: 12, alreadyGone: 0, cameBack: 0, still: [] });
    expect(standing()).toBe(0);
  });

  it('killed at any point goes on where it stopped, with one receipt for all of it', async () => {
    for (let kill = 1; kill <= 5; kill += 1) {
      const stop = new AbortController();
      let steps = 0;
      const cut = await install.app.reset({
        signal: stop.signal,
        onProgress: () => {
          steps += 1;
          if (steps === kill) stop.abort();
        },
      });
      expect(cut).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      // The process is gone; what it has begun is not forgotten, and no sync undoes it.
      install = await install.restart();
      expect(codes()).toContain('reset-unfinished');
      expect(await install.app.sync('manual')).toMatchObject({ ok: false, error: { code: 'reset-unfinished' } });
      const receipt = valueOf(await install.app.reset());
      expect(receipt, `killed at step ${kill}`).toMatchObject({ found: 12, removed: 12, others: [], still: [] });
      expect(standing()).toBe(0);
      expect(codes()).not.toContain('reset-unfinished');
      install.app.resume();
      valueOf(await install.sync());
      expect(standing()).toBe(12);
    }
  });

  it('cut off goes on by itself when the app starts', async () => {
    const stop = new AbortController();
    await install.app.reset({ signal: stop.signal, onProgress: () => stop.abort() });
    expect(standing()).toBeGreaterThan(0);
    install = await install.restart();
    const end = install.app.startSchedule();
    await expect.poll(() => codes().includes('reset-unfinished')).toBe(false);
    end();
    expect(standing()).toBe(0);
    expect(install.app.status().pausedUntil).toBe('forever');
  });

  it('cut off is given up by the person who resumes', async () => {
    const stop = new AbortController();
    await install.app.reset({ signal: stop.signal, onProgress: () => stop.abort() });
    install.app.resume();
    expect(codes()).not.toContain('reset-unfinished');
    valueOf(await install.sync());
    expect(standing()).toBe(12);
  });

  it.each([1, 2, 3, 4, 5, 6])('killed after step %d and given up: all blocks come back', async (kill) => {
    const stop = new AbortController();
    let steps = 0;
    await install.app.reset({
      signal: stop.signal,
      onProgress: () => {
        steps += 1;
        if (steps === kill) stop.abort();
      },
    });
    install = await install.restart();
    install.app.resume();
    valueOf(await install.sync());
    expect(standing()).toBe(12);
    expect(valueOf(await install.sync())).toMatchObject({ writes: 0, errors: [] });
  });

  it('with an empty database knows the blocks of deleted events, and those of series', async () => {
    const person = town.simulator.person(work);
    const weekly = { summary: secret, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] };
    person.createEvent(work, { ...weekly, start: at('2026-03-26', '09:00'), end: at('2026-03-26', '10:00') });
    valueOf(await install.sync());
    const standingBefore = standing();
    expect(standingBefore).toBe(14);
    // Nobody is there to take the blocks of a deleted event away any more.
    person.deleteEvent(work, 'event001');
    const other = await town.install(work, home, studio);
    const receipt = valueOf(await other.app.reset());
    expect(receipt).toMatchObject({ found: standingBefore, removed: standingBefore, others: [] });
    expect(standing()).toBe(0);
  });

  it.each(['with its own database', 'with an empty one'])(
    '%s takes the blocks of a series whose zone is refused, date by date',
    async (database) => {
      town.simulator.state.switches.refusedZones = ['Europe/Berlin'];
      const person = town.simulator.person(work);
      const weekly = { summary: secret, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] };
      person.createEvent(work, { ...weekly, start: at('2026-03-26', '09:00'), end: at('2026-03-26', '10:00') });
      valueOf(await install.sync());
      expect(standing()).toBe(24);
      const resetting = database === 'with an empty one' ? await town.install(work, home, studio) : install;
      expect(valueOf(await resetting.app.reset())).toMatchObject({ found: 24, removed: 24, others: [], still: [] });
      expect(standing()).toBe(0);
    },
  );
});

describe('removing an account', () => {
  it('takes the dates of its series, too, where these stand one by one', async () => {
    town.simulator.state.switches.refusedZones = ['Europe/Berlin'];
    const weekly = { summary: secret, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] };
    const times = { start: at('2026-03-26', '09:00'), end: at('2026-03-26', '10:00') };
    town.simulator.person(work).createEvent(work, { ...weekly, ...times });
    valueOf(await install.sync());
    expect(town.blocks(home)).toHaveLength(10);
    valueOf(await install.app.removeAccount(idOf(work), { revoke: false }));
    // What is left is of the two other accounts.
    expect([town.blocks(work).length, town.blocks(home).length, town.blocks(studio).length]).toEqual([0, 2, 2]);
    expect(valueOf(await install.sync())).toMatchObject({ writes: 0, errors: [] });
  });

  it('while another account rests finishes later, says so, and keeps no title meanwhile', async () => {
    town.simulator.faults.add({ kind: 'quotaExceeded', account: work, times: null });
    expect(textsOf(home)).toHaveLength(2);
    const receipt = valueOf(await install.app.removeAccount(idOf(home), { revoke: true }));
    expect(receipt.found).toBe(sumOf(receipt));
    expect(receipt.still).toMatchObject([
      { calendarId: work, count: 2, later: true, error: { code: 'quota-exhausted', about: work } },
    ]);
    expect(receipt.removed).toBe(6);
    expect(install.vault.entries.has(idOf(home))).toBe(false);
    expect(
      install.app
        .status()
        .accounts.map(({ email }) => email)
        .sort(),
    ).toEqual([studio, work]);
    expect(textsOf(home)).toEqual([]);
    expect(codes()).toContain('removals-left');
    const stood = town.blocks(work);
    expect(stood).toHaveLength(4);
    // Killed meanwhile, and the rest is over.
    install = await install.restart();
    town.simulator.faults.clear();
    town.clock.pass(4 * hour);
    expect(valueOf(await install.sync())).toMatchObject({ removed: 2, writes: 2, errors: [] });
    expect(town.blocks(work)).toHaveLength(2);
    // Another computer of the person reads why they went, and does not take it for a deletion by hand.
    expect(stood.flatMap((id) => markOn(work, id) ?? [])).toEqual(['account', 'account']);
    expect(install.app.status().activity[0]).toMatchObject({ kind: 'removed', targetIds: [work] });
    expect(codes()).not.toContain('removals-left');
    expect(valueOf(await install.sync())).toMatchObject({ writes: 0, errors: [] });
    expect(install.app.mutes()).toEqual([]);
  });

  it('that is connected again before its last blocks went keeps them', async () => {
    town.simulator.faults.add({ kind: 'quotaExceeded', account: work, times: null });
    valueOf(await install.app.removeAccount(idOf(home), { revoke: false }));
    town.simulator.faults.clear();
    town.clock.pass(4 * hour);
    valueOf(await install.app.addAccount({ show: consentOver(home) }));
    // It came after the start, so that its calendar is only offered.
    valueOf(install.app.useCalendar(toCalendarId(home), { source: true, target: true }));
    const run = valueOf(await install.sync());
    expect(run).toMatchObject({ errors: [] });
    expect(standing()).toBe(12);
    expect(codes()).not.toContain('removals-left');
    expect(valueOf(await install.sync())).toMatchObject({ writes: 0 });
  });

  it('killed at any point goes on where it stopped, and no title is left from its beginning on', async () => {
    for (let kill = 1; kill <= 4; kill += 1) {
      const stop = new AbortController();
      let steps = 0;
      const cut = await install.app.removeAccount(idOf(home), {
        revoke: false,
        signal: stop.signal,
        onProgress: () => {
          steps += 1;
          if (steps === kill) stop.abort();
        },
      });
      expect(cut).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      expect(textsOf(home)).toEqual([]);
      install = await install.restart();
      expect(codes()).toContain('account-removal-unfinished');
      const receipt = valueOf(await install.app.removeAccount(idOf(home), { revoke: false }));
      expect(receipt, `killed at step ${kill}`).toMatchObject({ found: 8, removed: 8, others: [], still: [] });
      expect(codes()).toEqual([]);
      valueOf(await install.app.addAccount({ show: consentOver(home) }));
      // It came after the start, so that its calendar is only offered.
      valueOf(install.app.useCalendar(toCalendarId(home), { source: true, target: true }));
      valueOf(await install.sync());
      expect(standing()).toBe(12);
    }
  });

  it('cut off goes on by itself when the app starts', async () => {
    const stop = new AbortController();
    await install.app.removeAccount(idOf(home), { revoke: true, signal: stop.signal, onProgress: () => stop.abort() });
    install = await install.restart();
    const end = install.app.startSchedule();
    await expect.poll(() => install.app.status().accounts.length).toBe(2);
    end();
    expect(town.blocks(home)).toEqual([]);
    expect(install.vault.entries.has(idOf(home))).toBe(false);
  });

  it('says when its permission could not be given back', async () => {
    town.simulator.faults.add({ kind: 'status503', path: '/revoke', times: null });
    const receipt = valueOf(await install.app.removeAccount(idOf(home), { revoke: true }));
    expect(receipt.notRevoked).not.toBeNull();
    expect(install.app.status().accounts).toHaveLength(2);
  });

  it('whose own sign-in has ended names the blocks that stay in its calendars, and takes the others', async () => {
    town.simulator.person(home).revokeAccess();
    town.simulator.grants.expireAccessTokens(home);
    const receipt = valueOf(await install.app.removeAccount(idOf(home), { revoke: true }));
    expect(receipt.still).toMatchObject([
      { calendarId: home, count: 4, later: false, error: { code: 'needs-sign-in' } },
    ]);
    expect(receipt.removed).toBe(4);
    expect(receipt.found).toBe(sumOf(receipt));
    expect(town.blocks(work)).toHaveLength(2);
  });
});
