import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { ResetReceipt } from '../../src/shared/dto.ts';
import type { World } from '../../src/simulator/index.ts';
import { openTown, type Install, type Town } from '../support/installs.ts';

const couple = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/cases/couple-shared-calendar.json'), 'utf8'),
) as World;
const family = 'family0001@group.calendar.example';
const ada = { work: 'ada@northwind.example', home: 'ada@home.example' };
const bo = { work: 'bo@studio.example', home: 'bo@home.example' };

/** A receipt adds up when what was found is all accounted for. */
function sumOf({ removed, alreadyGone, leftAlone, others, still }: ResetReceipt): number {
  return removed + alreadyGone + leftAlone + [...others, ...still].reduce((sum, { count }) => sum + count, 0);
}

function valueOf<Value>(result: { ok: true; value: Value } | { ok: false; error: { code: string } }): Value {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

describe('couple-shared-calendar: two people, each with an install, share a calendar of the first', () => {
  let town: Town;
  let first: Install;
  let second: Install;
  let hers: readonly string[];

  beforeEach(async () => {
    town = await openTown({ world: couple });
    first = await town.install(ada.work, ada.home);
    second = await town.install(bo.work, bo.home);
    valueOf(second.app.useCalendar(toCalendarId(family), { source: true, target: true }));
    // In turn, until both have seen what the other made.
    for (let turn = 0; turn < 3; turn += 1) for (const each of [first, second]) valueOf(await each.sync());
    hers = town.blocks(family);
  });

  afterEach(() => town.close());

  /** Blocks on Family that the first one's events explain: those that a removal by the second may not touch. */
  const ofTheFirst = (): readonly string[] => {
    const before = new Set(hers);
    expect(town.simulator.violations).toEqual([]);
    return town.blocks(family).filter((id) => before.has(id));
  };

  it('the setting is as told: four blocks of the first and one of the second stand there', () => {
    expect(hers).toHaveLength(5);
  });

  it.each(['with its database', 'with an empty database'])(
    'a reset of the second, %s, leaves the blocks of the first, counts them and says why',
    async (state) => {
      const install = state === 'with its database' ? second : await town.install(bo.work, bo.home);
      const receipt = valueOf(await install.app.reset());
      expect(receipt.others).toEqual([{ calendarId: family, name: 'Family', count: 4, own: false }]);
      expect(receipt).toMatchObject({ still: [], unread: [], cameBack: 0, leftAlone: 0 });
      expect(receipt.found).toBe(sumOf(receipt));
      expect(ofTheFirst()).toHaveLength(4);
      for (const calendar of [bo.work, bo.home]) expect(town.blocks(calendar)).toEqual([]);
      // The first one neither loses a block nor is told that anybody deleted one.
      const run = valueOf(await first.sync());
      expect(run).toMatchObject({ added: 0, removed: 0, errors: [] });
      expect(first.app.mutes()).toEqual([]);
    },
  );

  it('the second removes the account that sees the shared calendar: the blocks of the first stay, and it is told', async () => {
    const id = second.accounts.get(bo.home);
    if (id === undefined) throw new Error('not signed in');
    const receipt = valueOf(await second.app.removeAccount(id, { revoke: true }));
    expect(receipt.others).toEqual([{ calendarId: family, name: 'Family', count: 4, own: false }]);
    expect(receipt.found).toBe(sumOf(receipt));
    expect(ofTheFirst()).toHaveLength(4);
    // Neither its own calendar nor the other one keeps a block of what was removed.
    for (const calendar of [bo.work, bo.home]) expect(town.blocks(calendar)).toEqual([]);
    const run = valueOf(await first.sync());
    expect(run).toMatchObject({ removed: 0, errors: [] });
    expect(first.app.mutes()).toEqual([]);
    expect(second.vault.entries.has(id)).toBe(false);
  });

  it('the second takes the shared calendar out of use: the blocks of the first stay', async () => {
    valueOf(second.app.useCalendar(toCalendarId(family), { source: false, target: false }));
    valueOf(await second.sync());
    expect(ofTheFirst()).toHaveLength(4);
    expect(valueOf(await second.sync())).toMatchObject({ writes: 0 });
    expect(valueOf(await first.sync())).toMatchObject({ removed: 0, errors: [] });
    expect(first.app.mutes()).toEqual([]);
  });

  it('the preview of that counts what stays there, and that of any other change says nothing of it', async () => {
    const out = { kind: 'use', calendarId: toCalendarId(family), source: false, target: false } as const;
    expect(valueOf(await second.app.previewPolicies(out)).others).toEqual([
      { calendarId: family, name: 'Family', count: 4, own: false },
    ]);
    expect(valueOf(await second.app.previewPolicies({ ...out, source: true })).others).toEqual([]);
    expect(valueOf(await second.app.previewPolicies({ ...out, calendarId: toCalendarId(bo.work) })).others).toEqual([]);
  });

  it('the second takes it out of use and says that theirs go, too', async () => {
    expect(second.app.otherBlocks(toCalendarId(family))).toBe(4);
    const receipt = valueOf(await second.app.clearCalendar(toCalendarId(family)));
    expect(receipt).toMatchObject({ found: 5, removed: 5, others: [], still: [] });
    expect(town.blocks(family)).toEqual([]);
    valueOf(await second.sync());
    expect(valueOf(await second.sync())).toMatchObject({ writes: 0, errors: [] });
  });

  it('what a removal would meet is counted first, and nothing is written', async () => {
    town.simulator.requests.reset();
    const found = valueOf(await second.app.findBlocks(null));
    expect(found.others).toEqual([{ calendarId: family, name: 'Family', count: 4, own: false }]);
    expect(found.blocks).toBe(town.blocks(bo.work).length + town.blocks(bo.home).length + 1);
    expect(
      Object.keys(town.simulator.requests.counts()).filter((kind) => /insert|delete|patch|batch/.test(kind)),
    ).toEqual([]);
  });

  it('the second says so: then the blocks of the first go, too', async () => {
    const receipt = valueOf(await second.app.reset({ othersOn: [toCalendarId(family)] }));
    expect(receipt.others).toEqual([]);
    expect(receipt.found).toBe(receipt.removed);
    expect(town.blocks(family)).toEqual([]);
  });

  it('the second may only read the shared calendar by now: its block there is named, with why', async () => {
    town.simulator.person(ada.home).shareCalendar(family, bo.home, 'reader');
    const receipt = valueOf(await second.app.reset());
    expect(receipt.still).toMatchObject([{ calendarId: family, count: 1, error: { code: 'calendar-read-only' } }]);
    expect(receipt.found).toBe(sumOf(receipt));
  });

  it('the first resets: its blocks go everywhere, the one of the second stays', async () => {
    const receipt = valueOf(await first.app.reset());
    expect(receipt.others).toEqual([{ calendarId: family, name: 'Family', count: 1, own: true }]);
    expect(receipt.found).toBe(sumOf(receipt));
    expect(town.blocks(family)).toHaveLength(1);
    for (const calendar of [ada.work, ada.home]) expect(town.blocks(calendar)).toEqual([]);
  });
});
