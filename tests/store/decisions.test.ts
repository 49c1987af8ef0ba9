import { defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { describe, expect, it } from 'vitest';
import type { HeldBlock, Hold, Mute } from '../../src/main/core/model.ts';
import { defaultSettings } from '../../src/main/store/index.ts';
import type { RunRecord } from '../../src/main/ports/store.ts';
import type { ActivityView } from '../../src/shared/dto.ts';
import { appError } from '../../src/shared/errors.ts';
import type { CalendarId, EventId, SlotKey } from '../../src/shared/ids.ts';
import {
  account,
  at,
  block,
  club,
  event,
  folder,
  home,
  now,
  openMesh,
  openTestStore,
  peek,
  series,
  slotTombstone,
  tagFor,
  tombstone,
  work,
} from './support.ts';

const a: Mute = { sourceRef: tagFor(work, 'a').sourceRef, targetId: home, slot: null };
const uid = 'uid:a@google.com';
const daily = ['RRULE:FREQ=DAILY'];

describe('mutes', () => {
  const slot: Mute = { ...a, sourceRef: tagFor(work, 's').sourceRef, slot: '20260325T090000Z' as SlotKey };
  const unknown: Mute = { ...a, sourceRef: tagFor(work, 'unknown').sourceRef };

  it('are listed with the start of what they mute, and are part of its group', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a'), series('s')]);
    test.takeDirty();
    test.store.addMutes([a, slot], now);
    test.store.addMutes([a, unknown], now + 1);
    expect(test.store.mutes()).toHaveLength(3);
    expect(test.store.mutes()).toEqual(
      expect.arrayContaining([
        { ...a, since: now, start: at('2026-03-24T09:00:00Z') },
        { ...slot, since: now, start: at('2026-03-25T09:00:00+00:00', 'UTC') },
        { ...unknown, since: now + 1, start: null },
      ]),
    );
    expect(test.group(uid).mutes).toEqual([a]);
    expect(test.group('uid:s@google.com').mutes).toEqual([slot]);
    expect(test.takeDirty()).toEqual([]);
  });

  it('are lifted one by one, and what they muted is planned anew', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a'), series('s')]);
    test.store.addMutes([a, slot], now);
    test.takeDirty();
    expect(test.store.liftMute({ ...slot, slot: null })).toBe(false);
    expect(test.store.liftMute(a)).toBe(true);
    expect(test.store.liftMute(a)).toBe(false);
    expect(test.takeDirty()).toEqual([uid]);
    expect(test.store.liftMute(slot)).toBe(true);
    expect(test.store.mutes()).toEqual([]);
  });

  it('when lifted make the block count as removed by us, so that it is not muted again', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a'), series('s')]);
    const blocks = ['a', 's'].map((id) => block(home, tagFor(work, id), { recurrence: id === 's' ? daily : [] }));
    for (const row of blocks) test.wrote(home, row);
    const [single, repeated] = blocks.map((row) => row.id);
    test.read(home, 'changes', [
      tombstone(single ?? ''),
      slotTombstone(repeated ?? '', 25),
      slotTombstone(repeated ?? '', 26),
    ]);
    test.store.addMutes([a, slot], now);
    const absences = (key: string) =>
      test.group(key).blocks.map((one) => [one.absence?.by, ...one.slots.map((found) => found.absence?.by)]);
    test.store.liftMute(slot);
    expect(absences(uid)).toEqual([['unknown']]);
    expect(absences('uid:s@google.com')).toEqual([[undefined, 'us', 'unknown']]);
    test.store.liftMute(a);
    expect(absences(uid)).toEqual([['us']]);
  });

  it('are not made for a calendar that is gone', () => {
    const test = openMesh();
    test.store.addMutes([{ ...a, targetId: 'gone@example.com' as CalendarId }], now);
    expect(test.store.mutes()).toEqual([]);
  });
});

const heldBlock = (groupKey: string): HeldBlock => ({
  groupKey,
  targetId: home,
  blockId: `block-${groupKey}` as EventId,
  slot: null,
  stamp: '"1"',
});

describe('holds', () => {
  const hold = (key: string, count = 12): Hold => ({
    key,
    kind: 'mass-deletion',
    calendarId: work,
    count,
    groupKeys: [uid, 'uid:b'],
    blocks: [heldBlock(uid), heldBlock('uid:b')],
  });

  it('are replaced as a whole, and keep since when they were there', () => {
    const test = openMesh();
    test.store.saveHolds([hold('x'), hold('y')], now);
    test.store.saveHolds([hold('y', 13), { ...hold('z'), kind: 'external-wipe' }], now + 5);
    expect(test.store.holds()).toEqual([
      { ...hold('y', 13), since: now },
      { ...hold('z'), kind: 'external-wipe', since: now + 5 },
    ]);
    test.store.saveHolds([], now + 6);
    expect(test.store.holds()).toEqual([]);
  });

  it('are planned again when the person has answered', () => {
    const test = openMesh();
    test.store.decideHold(hold('x'), 'put-back');
    expect(test.takeDirty()).toEqual([uid, 'uid:b']);
    const blocks = [heldBlock(uid), heldBlock('uid:b')];
    expect(test.store.holdChoices()).toEqual(new Map([['x', { choice: 'put-back', blocks }]]));
  });

  it('are decided about by their blocks: the same choice again adds some, and what is done is used up', () => {
    const test = openMesh();
    test.store.decideHold(hold('x'), 'put-back');
    // What is held later under this name is none of it.
    test.store.saveHolds([{ ...hold('x'), blocks: [heldBlock('uid:c')] }], now);
    test.store.keepDecision('x', [heldBlock('uid:b')]);
    expect(test.store.holdChoices().get('x')?.blocks).toEqual([heldBlock('uid:b')]);
    test.store.decideHold({ ...hold('x'), blocks: [heldBlock('uid:b'), heldBlock('uid:c')] }, 'put-back');
    expect(test.store.holdChoices().get('x')?.blocks).toEqual([heldBlock('uid:b'), heldBlock('uid:c')]);
    test.store.decideHold({ ...hold('x'), blocks: [heldBlock('uid:c')] }, 'leave-away');
    expect(test.store.holdChoices().get('x')).toEqual({ choice: 'leave-away', blocks: [heldBlock('uid:c')] });
    test.store.keepDecision('x', []);
    expect(test.store.holdChoices().size).toBe(0);
  });
});

describe('runs', () => {
  const finished = (id: number): RunRecord => ({
    id,
    trigger: 'manual',
    startedAt: now,
    finishedAt: now + 1,
    outcome: 'partial',
    added: 1,
    changed: 2,
    removed: 3,
    held: 4,
    skipped: { past: 5 },
    requests: { 'events.list': 6 },
    writes: 7,
    errors: [appError('offline')],
  });

  it('are remembered, newest first', () => {
    const test = openTestStore();
    const first = test.store.startRun('interval', now);
    test.store.finishRun(finished(first));
    const second = test.store.startRun('start', now + 5);
    expect(second).toBeGreaterThan(first);
    expect(test.store.lastRuns(2)).toEqual([
      {
        ...finished(second),
        trigger: 'start',
        startedAt: now + 5,
        finishedAt: null,
        outcome: 'running',
        added: 0,
        changed: 0,
        removed: 0,
        held: 0,
        skipped: {},
        requests: {},
        writes: 0,
        errors: [],
      },
      finished(first),
    ]);
    expect(test.store.lastRuns(1).map((run) => run.id)).toEqual([second]);
    const third = test.store.startRun('manual', now + 10);
    expect(test.store.lastRuns(1, [first, third]).map((run) => run.id)).toEqual([third, first]);
  });

  it('that a dead process left running were interrupted', () => {
    const test = openTestStore();
    test.store.startRun('interval', now);
    test.store.startRun('interval', now + 1);
    expect(test.store.lastRuns(9).map((run) => run.outcome)).toEqual(['running', 'interrupted']);
  });

  it('that could read something is remembered, however many could not since', () => {
    const test = openTestStore();
    expect(test.store.lastSyncedAt()).toBeNull();
    test.store.finishRun({
      ...finished(test.store.startRun('interval', now)),
      finishedAt: now + 7,
      outcome: 'partial',
    });
    for (let count = 1; count <= 1100; count += 1) {
      test.store.finishRun({ ...finished(test.store.startRun('interval', now)), outcome: 'offline' });
    }
    expect(test.store.lastSyncedAt()).toBe(now + 7);
  });

  it('and what happened are forgotten after a thousand, and never numbered twice', () => {
    const test = openTestStore();
    for (let count = 1; count <= 1005; count += 1) {
      test.store.startRun('interval', now);
      test.store.addActivity([activity(count)], count);
    }
    expect(
      test.store
        .lastRuns(5000)
        .map((run) => run.id)
        .at(-1),
    ).toBe(6);
    expect(test.store.lastRuns(5000)).toHaveLength(1000);
    expect(test.store.recentActivity(5000)).toHaveLength(1000);
    expect(test.store.recentActivity(2)).toEqual([activity(1005), activity(1004)]);
  });

  const activity = (count: number): ActivityView => ({
    at: new Date(now + count).toISOString(),
    kind: 'moved',
    reason: 'event-changed',
    sourceId: work,
    targetIds: [home],
    start: at('2026-03-24T09:00:00Z'),
    previousStart: { date: '2026-03-24' },
    series: true,
    mute: null,
    run: count,
  });

  it('that make no sense do not keep the others from being shown', () => {
    const file = `${folder()}/calsync.db`;
    const test = openTestStore({ file });
    test.store.finishRun(finished(test.store.startRun('manual', now)));
    test.store.addActivity([activity(1), activity(2)], 1);
    const other = peek(file);
    other.exec(`UPDATE runs SET trigger = 'whim', skipped = '[]', errors = '7'`);
    other.exec(`UPDATE activity SET item = '{"title":"secret"}' WHERE id = 2`);
    expect(test.store.lastRuns(1)).toEqual([{ ...finished(1), skipped: {}, errors: [] }]);
    expect(test.store.recentActivity(9)).toEqual([activity(1)]);
  });
});

describe('settings', () => {
  const chosen = {
    started: true,
    pausedUntil: now,
    pausedSince: 1_774_000_000_000,
    pausedByReset: true,
    intervalMinutes: 15,
    block: { ...defaultSettings.block, summary: '{title}', visibility: 'default' as const, colorId: '11' },
    routes: [
      {
        sourceId: work,
        targetId: home,
        block: { ...defaultSettings.block, summary: '{calendar}' },
      },
    ],
  };

  it('are the defaults until the person has chosen', () => {
    const test = openTestStore();
    expect(test.store.settings()).toEqual(defaultSettings);
    test.store.saveSettings(chosen);
    expect(test.store.settings()).toEqual(chosen);
    test.store.saveSettings({ ...chosen, pausedUntil: 'forever' });
    expect(test.store.settings()).toMatchObject({ pausedUntil: 'forever' });
    const own = openTestStore({ defaults: { ...defaultSettings, intervalMinutes: 1 } });
    expect(own.store.settings().intervalMinutes).toBe(1);
  });

  it('say of a database in which there was a run that syncing has started', () => {
    const test = openTestStore();
    expect(test.store.settings().started).toBe(false);
    test.store.startRun('start', now);
    expect(test.store.settings().started).toBe(true);
    test.store.saveSettings({ ...test.store.settings(), started: false });
    expect(test.store.settings().started).toBe(false);
  });

  it('of how blocks look have everything planned anew, the others nothing', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.takeDirty();
    test.store.saveSettings({ ...defaultSettings, pausedUntil: 'forever', intervalMinutes: 6 });
    expect(test.takeDirty()).toEqual([]);
    test.store.saveSettings({ ...defaultSettings, block: { ...defaultSettings.block, colorId: '3' } });
    expect(test.takeDirty()).toEqual([uid]);
    test.store.saveSettings({ ...test.store.settings(), routes: chosen.routes });
    expect(test.takeDirty()).toEqual([uid]);
  });

  it('of what is busy on a calendar have everything planned anew', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.takeDirty();
    const before = test.store.calendars().find((calendar) => calendar.id === work)?.busy ?? defaultBusyPolicy;
    test.store.setBusy(work, { ...before, tentative: false });
    expect(test.takeDirty()).toEqual([uid]);
    expect(test.store.calendars().find((calendar) => calendar.id === work)?.busy.tentative).toBe(false);
  });

  it.each([
    ['started', '"yes"', defaultSettings.started],
    ['pausedUntil', '"soon"', defaultSettings.pausedUntil],
    ['pausedSince', '"then"', defaultSettings.pausedSince],
    ['pausedByReset', '1', defaultSettings.pausedByReset],
    ['intervalMinutes', '0', defaultSettings.intervalMinutes],
    ['block', '{"summary":""}', defaultSettings.block],
    ['routes', '[{"sourceId":"a"}]', defaultSettings.routes],
  ] as const)('%s falls back where it makes no sense, and the others stay', (name, nonsense, fallback) => {
    const file = `${folder()}/calsync.db`;
    const test = openTestStore({ file });
    test.store.saveSettings(chosen);
    peek(file).prepare('UPDATE settings SET value = ? WHERE name = ?').run(nonsense, name);
    expect(test.store.settings()).toEqual({ ...chosen, [name]: fallback });
    expect(test.logger.lines).toContainEqual({ level: 'warn', event: 'stored-value-ignored', fields: { name } });
  });
});

describe('the lease', () => {
  it('is held by one at a time, renewed by its holder, and expires', () => {
    const { store } = openTestStore();
    expect(store.takeLease('app', 1000, 500).ok).toBe(true);
    expect(store.takeLease('cli', 1499, 500)).toEqual({
      ok: false,
      error: { code: 'busy-elsewhere', about: 'app', detail: null },
    });
    expect(store.takeLease('app', 1400, 500).ok).toBe(true);
    expect(store.takeLease('cli', 1899, 500).ok).toBe(false);
    expect(store.takeLease('cli', 1900, 500).ok).toBe(true);
    expect(store.takeLease('app', 1901, 500).ok).toBe(false);
    store.dropLease('app');
    expect(store.takeLease('app', 1902, 500).ok).toBe(false);
    store.dropLease('cli');
    expect(store.takeLease('app', 1903, 500).ok).toBe(true);
  });
});

describe('groups to be planned', () => {
  it('are marked and cleared by key', () => {
    const { store } = openTestStore();
    store.markDirty(['b', 'a', 'b']);
    const marks = store.dirtyGroups();
    expect([...marks.keys()]).toEqual(['a', 'b']);
    expect(store.clearDirty([...marks, ['unknown', 1]].filter(([key]) => key !== 'b') as [string, number][])).toEqual([
      'a',
    ]);
    expect([...store.dirtyGroups().keys()]).toEqual(['b']);
  });

  it('are cleared only at the mark that was planned, which never comes again', () => {
    const { store } = openTestStore();
    store.markDirty(['a', 'b']);
    const planned = store.dirtyGroups();
    store.markDirty(['a']);
    expect(store.clearDirty(planned)).toEqual(['b']);
    expect([...store.dirtyGroups().keys()]).toEqual(['a']);
    expect(store.clearDirty(store.dirtyGroups())).toEqual(['a']);
    // Another process has done it, and it has changed again since.
    store.markDirty(['a', 'b']);
    expect(store.clearDirty(planned)).toEqual([]);
    expect(store.dirtyGroups().size).toBe(2);
  });
});

describe('removals that were agreed to', () => {
  it('are kept by calendar and group, replaced as a whole, dropped by group, and go with their calendar', () => {
    const test = openMesh();
    const agreed = new Map([
      [work, new Set(['uid:a', 'uid:b'])],
      [home, new Set(['uid:a'])],
    ]);
    expect(test.store.agreedRemovals()).toEqual(new Map());
    test.store.setAgreedRemovals(new Map([[club, new Set(['uid:z'])]]));
    test.store.setAgreedRemovals(agreed);
    expect(test.store.agreedRemovals()).toEqual(agreed);
    test.store.dropAgreedRemovals(['uid:a', 'uid:none']);
    expect(test.store.agreedRemovals()).toEqual(new Map([[work, new Set(['uid:b'])]]));
    test.store.removeAccount(account);
    expect(test.store.agreedRemovals()).toEqual(new Map());
  });
});
