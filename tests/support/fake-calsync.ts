import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import type { AddAccountRequest, CalSync, LongTask, RemovalOptions } from '../../src/main/app/calsync.ts';
import type {
  AccountView,
  ActivityView,
  CalendarView,
  ClientView,
  DoctorReport,
  HeldBlocks,
  HoldView,
  KeptView,
  MuteView,
  PlanCounts,
  PlanPreview,
  PlanView,
  PlannedOperation,
  PlannedSkip,
  Policies,
  PolicyChange,
  RemovalFindings,
  ResetReceipt,
  RunView,
  Status,
  Trouble,
  Trigger,
  UndoPreview,
  WhyAnswer,
  WhyBlock,
  WhyEvent,
  WhyTarget,
} from '../../src/shared/dto.ts';
import { mayWrite } from '../../src/shared/access.ts';
import { appError, type AppError, type ErrorCode } from '../../src/shared/errors.ts';
import { asTrouble } from '../../src/shared/health.ts';
import { toAccountId, toCalendarId, toEventId, type AccountId, type CalendarId } from '../../src/shared/ids.ts';
import type { Surface } from '../../src/shared/messages.ts';
import { err, ok, type Result } from '../../src/shared/result.ts';
import { day } from '../../src/shared/time.ts';

/** The moment at which the example world stands: a Monday morning in Berlin. */
export const exampleNow = '2026-03-23T08:30:00.000Z';

/** Takes what differs; returns an account of the example world. */
export function exampleAccount(over: Partial<Omit<AccountView, 'id'>> & { id?: string } = {}): AccountView {
  const { id = 'account-work', ...rest } = over;
  return {
    id: toAccountId(id),
    email: 'work@northwind.example',
    state: 'connected',
    kept: 'keychain',
    signInEndsAt: null,
    ...rest,
  };
}

/** Takes what differs; returns a calendar of the example world. */
export function exampleCalendar(
  over: Partial<Omit<CalendarView, 'id' | 'accountId'>> & { id?: string; accountId?: string } = {},
): CalendarView {
  const { id = 'work@northwind.example', accountId = 'account-work', ...rest } = over;
  return {
    id: toCalendarId(id),
    name: 'Work',
    accountId: toAccountId(accountId),
    colour: '#4986e7',
    timeZone: 'Europe/Berlin',
    access: 'owns',
    privateHidden: false,
    primary: true,
    source: true,
    target: true,
    outOfOffice: 'possible',
    firstChoice: 'main',
    offered: false,
    goneSince: null,
    address: toCalendarId(id),
    formerly: null,
    blocks: 41,
    lastReadAt: '2026-03-23T08:28:00.000Z',
    trouble: null,
    ...rest,
  };
}

/** Takes what differs; returns a finished run that changed nothing. */
export function exampleRun(over: Partial<RunView> = {}): RunView {
  return {
    id: 7,
    trigger: 'command',
    startedAt: exampleNow,
    finishedAt: '2026-03-23T08:30:01.200Z',
    outcome: 'ok',
    added: 0,
    changed: 0,
    removed: 0,
    held: 0,
    skipped: {},
    requests: { 'events.list': 4 },
    writes: 0,
    durationMs: 1200,
    errors: [],
    ...over,
  };
}

/** Takes what differs; returns a hold of the example world. */
export function exampleHold(over: Partial<Omit<HoldView, 'calendarId'>> & { calendarId?: string } = {}): HoldView {
  const { calendarId = 'work@northwind.example', ...rest } = over;
  return {
    key: `mass-deletion:${calendarId}`,
    kind: 'mass-deletion',
    calendarId: toCalendarId(calendarId),
    calendarName: 'Work',
    count: 38,
    since: exampleNow,
    version: 'v1',
    ...rest,
  };
}

/**
 * Takes a hold; returns as many blocks as it counts, an hour each day from the fixed time of the examples. What disappeared did
 * so from one calendar.
 */
export function exampleHeldBlocks({ kind, count, version }: Pick<HoldView, 'kind' | 'count' | 'version'>): HeldBlocks {
  const isInClub = (index: number): boolean => kind !== 'external-wipe' && index % 3 === 2;
  return {
    version,
    blocks: Array.from({ length: count }, (_each, index) => ({
      targetId: toCalendarId(isInClub(index) ? 'club@example.com' : 'me@home.example'),
      targetName: isInClub(index) ? 'Club' : 'Personal',
      start: {
        dateTime: new Date(Date.parse(exampleNow) + (index + 1) * day).toISOString(),
        timeZone: 'Europe/Berlin',
      },
      series: index % 5 === 4,
    })),
  };
}

/** Takes what differs; returns a receipt whose `found` is the sum of the rest, as it must be. */
export function exampleReceipt(over: Partial<ResetReceipt> = {}): ResetReceipt {
  const rest: ResetReceipt = {
    found: 0,
    removed: 79,
    alreadyGone: 0,
    leftAlone: 0,
    formerAddress: 0,
    others: [],
    still: [],
    unread: [],
    cameBack: 0,
    notRevoked: null,
    ...over,
  };
  const counted = [...rest.others, ...rest.still].reduce((sum, { count }) => sum + count, 0);
  return { ...rest, found: rest.removed + rest.alreadyGone + rest.leftAlone + rest.formerAddress + counted };
}

/** Takes what differs; returns what a search for blocks has come to in the example world. */
export function exampleFindings(over: Partial<RemovalFindings> = {}): RemovalFindings {
  return { blocks: 79, calendars: 2, leftAlone: 0, others: [], still: [], unread: [], ...over };
}

/** Takes what differs; returns a mute of the example world. */
export function exampleMute(over: Partial<Omit<MuteView, 'targetId'>> & { targetId?: string } = {}): MuteView {
  const { targetId = 'me@home.example', ...rest } = over;
  return {
    key: 'mute-1',
    targetId: toCalendarId(targetId),
    targetName: 'Personal',
    start: { dateTime: '2026-03-24T14:00:00+01:00', timeZone: 'Europe/Berlin' },
    since: exampleNow,
    ...rest,
  };
}

/** Takes what differs; returns a block that is kept as it was before a sync that was undone. */
export function exampleKept(over: Partial<Omit<KeptView, 'targetId'>> = {}): KeptView {
  return {
    key: 'kept-1',
    sourceName: 'Work',
    targetId: toCalendarId('me@home.example'),
    targetName: 'Personal',
    start: { dateTime: '2026-03-24T14:00:00+01:00', timeZone: 'Europe/Berlin' },
    series: false,
    since: exampleNow,
    ...over,
  };
}

/** Takes what differs; returns what undoing a sync of the example world would do. */
export function exampleUndo(over: Partial<UndoPreview> = {}): UndoPreview {
  return { run: 1, preview: examplePreview(), left: [], choices: 0, version: 'v1', ...over };
}

/** Takes what differs; returns one thing that happened in the example world. */
export function exampleActivity(
  over: Partial<Omit<ActivityView, 'sourceId' | 'targetIds'>> & { sourceId?: string; targetIds?: string[] } = {},
): ActivityView {
  const { sourceId = 'work@northwind.example', targetIds = ['me@home.example'], ...rest } = over;
  return {
    at: '2026-03-23T08:28:00.000Z',
    mute: null,
    run: 1,
    kind: 'moved',
    reason: 'event-changed',
    sourceId: toCalendarId(sourceId),
    targetIds: targetIds.map(toCalendarId),
    start: { dateTime: '2026-03-24T15:00:00+01:00', timeZone: 'Europe/Berlin' },
    previousStart: { dateTime: '2026-03-24T14:00:00+01:00', timeZone: 'Europe/Berlin' },
    series: false,
    ...rest,
  };
}

/** Takes what differs; returns one operation of a plan. */
export function exampleOperation(
  over: Partial<Omit<PlannedOperation, 'sourceId' | 'targetId'>> & { sourceId?: string; targetId?: string } = {},
): PlannedOperation {
  const { sourceId = 'work@northwind.example', targetId = 'me@home.example', ...rest } = over;
  return {
    kind: 'create',
    reason: 'new-event',
    sourceId: toCalendarId(sourceId),
    targetId: toCalendarId(targetId),
    start: { dateTime: '2026-03-24T14:00:00+01:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-03-24T15:00:00+01:00', timeZone: 'Europe/Berlin' },
    series: false,
    ...rest,
  };
}

/** Takes what differs; returns one thing that a plan leaves, with its reason. */
export function exampleSkip(over: Partial<Omit<PlannedSkip, 'sourceId'>> & { sourceId?: string } = {}): PlannedSkip {
  const { sourceId = 'work@northwind.example', ...rest } = over;
  return { reason: 'declined', sourceId: toCalendarId(sourceId), targetId: null, start: null, ...rest };
}

/** Takes what differs; returns what a change would write in the example world. */
export function examplePreview(over: Partial<PlanPreview> = {}): PlanPreview {
  return {
    add: 12,
    change: 40,
    remove: 3,
    calendars: 2,
    held: 0,
    agreed: 0,
    targets: [],
    items: [],
    more: 0,
    left: [],
    leftCount: 0,
    holds: [],
    others: [],
    ...over,
  };
}

/** Takes what differs; returns one target of an answer to "why?". */
export function exampleWhyTarget(
  over: Partial<Omit<WhyTarget, 'calendarId'>> & { calendarId?: string } = {},
): WhyTarget {
  const { calendarId = 'me@home.example', ...rest } = over;
  return {
    calendarId: toCalendarId(calendarId),
    calendarName: 'Personal',
    state: 'there',
    reason: null,
    blockId: toEventId('csblock'),
    ...rest,
  };
}

/** Takes what differs; returns an event of an answer to "why?". */
export function exampleWhyEvent(
  over: Partial<Omit<WhyEvent, 'calendarId' | 'eventId'>> & { calendarId?: string; eventId?: string } = {},
): WhyEvent {
  const { calendarId = 'work@northwind.example', eventId = 'dentist1', ...rest } = over;
  return {
    key: 'ab12cd34ab12cd34ab12cd34ab',
    eventId: toEventId(eventId),
    title: 'Dentist',
    calendarId: toCalendarId(calendarId),
    calendarName: 'Work',
    start: { dateTime: '2026-03-24T14:00:00+01:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-03-24T15:00:00+01:00', timeZone: 'Europe/Berlin' },
    series: false,
    date: false,
    copy: false,
    cancelled: false,
    ...rest,
  };
}

/** Takes what differs; returns a block of an answer to "why?". */
export function exampleWhyBlock(over: Partial<Omit<WhyBlock, 'calendarId'>> & { calendarId?: string } = {}): WhyBlock {
  const { calendarId = 'me@home.example', ...rest } = over;
  return {
    key: 'csblock',
    calendarId: toCalendarId(calendarId),
    calendarName: 'Personal',
    start: { dateTime: '2026-03-24T14:00:00+01:00', timeZone: 'Europe/Berlin' },
    series: false,
    there: true,
    ...rest,
  };
}

/** Takes what differs; returns an answer about one event. */
export function exampleWhy(over: Partial<Extract<WhyAnswer, { kind: 'event' }>> = {}): WhyAnswer {
  return {
    kind: 'event',
    event: exampleWhyEvent(),
    block: null,
    targets: [
      exampleWhyTarget(),
      exampleWhyTarget({
        calendarId: 'client@studio.example',
        calendarName: 'Studio',
        state: 'none',
        reason: 'same-meeting-on-target',
        blockId: null,
      }),
    ],
    dates: [],
    otherDates: 0,
    ...over,
  };
}

/** Takes a failure and what differs; returns it as a trouble that stands. */
export function exampleTrouble(code: ErrorCode, about: string | null = null, over: Partial<Trouble> = {}): Trouble {
  return { ...asTrouble(appError(code, about)), ...over };
}

/** Takes what differs; returns the status of a healthy mesh of two accounts and three calendars. */
export function exampleStatus(over: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    demo: false,
    progress: null,
    started: true,
    runningSince: null,
    awakeSince: '2026-03-23T07:00:00.000Z',
    intervalMinutes: 5,
    lastSyncAt: '2026-03-23T08:28:00.000Z',
    nextSyncAt: '2026-03-23T08:33:00.000Z',
    pausedUntil: null,
    pausedSince: null,
    pausedByReset: false,
    signIn: null,
    restsUntil: null,
    accounts: [exampleAccount(), exampleAccount({ id: 'account-home', email: 'me@home.example' })],
    calendars: [
      exampleCalendar(),
      exampleCalendar({
        id: 'holidays@group.calendar.google.com',
        name: 'Team holidays',
        colour: '#16a765',
        access: 'reads',
        primary: false,
        target: false,
        blocks: 0,
      }),
      exampleCalendar({
        id: 'me@home.example',
        name: 'Personal',
        accountId: 'account-home',
        colour: '#f83a22',
        timeZone: 'America/New_York',
        blocks: 38,
      }),
    ],
    holds: [],
    activity: [exampleActivity()],
    lastRun: exampleRun({ trigger: 'interval', added: 2, writes: 2 }),
    newestRun: { startedAt: exampleNow, outcome: 'ok' },
    waiting: 0,
    settling: null,
    couldNotStart: null,
    waitsFor: { disk: null, keychain: null, engine: null },
    undoable: [],
    troubles: [],
    ...over,
  };
}

/** Returns the status of an install that has met no account yet. */
export function emptyStatus(over: Partial<Status> = {}): Status {
  return exampleStatus({
    started: false,
    lastSyncAt: null,
    nextSyncAt: null,
    accounts: [],
    calendars: [],
    activity: [],
    lastRun: null,
    newestRun: null,
    undoable: [],
    ...over,
  });
}

/** Returns the choices of an install in which nothing was chosen yet. */
export function examplePolicies(over: Partial<Policies> = {}): Policies {
  return {
    intervalMinutes: 5,
    block: defaultBlockPolicy,
    routes: [],
    busy: [],
    ...over,
  };
}

/** Takes choices and a change of them; returns the choices after it (a change of use is none of them). */
function changedPolicies(policies: Policies, change: PolicyChange): Policies {
  switch (change.kind) {
    case 'interval':
      return { ...policies, intervalMinutes: change.minutes };
    case 'block':
      return { ...policies, block: change.block };
    case 'route': {
      const { sourceId, targetId, block } = change;
      const others = policies.routes.filter((each) => each.sourceId !== sourceId || each.targetId !== targetId);
      return { ...policies, routes: block === null ? others : [...others, { sourceId, targetId, block }] };
    }
    case 'busy': {
      const others = policies.busy.filter((each) => each.calendarId !== change.calendarId);
      return { ...policies, busy: [...others, { calendarId: change.calendarId, busy: change.busy }] };
    }
    case 'use':
      return policies;
  }
}

/** One call that the fake received, in order; `input` is what identifies it (listeners and signals left out). */
export interface FakeCall {
  readonly name: keyof CalSync;
  readonly input: unknown;
}

/** A CalSync without calendars behind it: state that tests set, answers that they may replace, calls that they read. */
export interface FakeCalSync extends CalSync {
  readonly calls: readonly FakeCall[];
  /** Takes what changes in the status and tells every listener. */
  set(change: Partial<Status>): void;
  /** Replaces the plan, run, receipt, report or mutes that the default answers give. */
  give(change: {
    readonly plan?: PlanView;
    readonly run?: RunView;
    readonly receipt?: ResetReceipt;
    readonly findings?: RemovalFindings;
    readonly report?: DoctorReport;
    readonly mutes?: readonly MuteView[];
    readonly kept?: readonly KeptView[];
    readonly undo?: UndoPreview;
    readonly address?: string;
    readonly policies?: Policies;
    readonly preview?: PlanPreview;
    /** The same in numbers alone. */
    readonly counts?: PlanCounts;
    readonly client?: ClientView;
    readonly why?: WhyAnswer;
    readonly runs?: readonly RunView[];
  }): void;
  /** Replaces single use cases altogether, for failures and for long work. */
  replace(change: Partial<Omit<CalSync, 'status' | 'onStatus' | 'close'>>): void;
  /** Whether `close` was called. */
  readonly closed: boolean;
  /** How many status listeners and schedules are alive. */
  readonly alive: { readonly listeners: number; readonly schedules: number };
}

/** Takes a first status; returns the fake. Its answers behave as the interface says: a choice shows in the status. */
export function createFakeCalSync(first: Status = exampleStatus()): FakeCalSync {
  let status = first;
  let plan: PlanView = {
    operations: [
      exampleOperation(),
      exampleOperation({ series: true }),
      exampleOperation({ kind: 'delete', reason: 'event-deleted', end: null }),
    ],
    skips: [exampleSkip(), exampleSkip({ reason: 'free' })],
    holds: [],
  };
  let run = exampleRun();
  let receipt = exampleReceipt();
  let findings = exampleFindings();
  let report: DoctorReport = {
    checks: [
      { name: 'Data folder', state: 'ok', finding: 'It can be written.', action: null },
      { name: 'Keychain', state: 'ok', finding: 'It answers.', action: null },
    ],
  };
  let mutes: readonly MuteView[] = [];
  let kept: readonly KeptView[] = [];
  let undo = exampleUndo();
  let address = 'https://accounts.google.com/o/oauth2/v2/auth?client_id=example';
  let policies = examplePolicies();
  let preview = examplePreview();
  let client: ClientView = { present: true, idEnding: 'ample' };
  let why: WhyAnswer = exampleWhy();
  let runs: readonly RunView[] | null = null;
  let replaced: Partial<CalSync> = {};
  let closed = false;
  let schedules = 0;
  const calls: FakeCall[] = [];
  const listeners = new Set<(status: Status) => void>();

  const note = (name: keyof CalSync, input: unknown = null): void => {
    calls.push({ name, input });
  };
  const set = (change: Partial<Status>): void => {
    status = { ...status, ...change };
    for (const listener of listeners) listener(status);
  };
  const withoutBlocks = (): readonly CalendarView[] => status.calendars.map((each) => ({ ...each, blocks: 0 }));
  const stopped = (options: LongTask | undefined): Result<never, AppError> | null =>
    options?.signal?.aborted === true ? err(appError('cancelled')) : null;

  return {
    calls,
    set,
    give(change) {
      plan = change.plan ?? plan;
      run = change.run ?? run;
      receipt = change.receipt ?? receipt;
      findings = change.findings ?? findings;
      report = change.report ?? report;
      mutes = change.mutes ?? mutes;
      kept = change.kept ?? kept;
      undo = change.undo ?? undo;
      address = change.address ?? address;
      policies = change.policies ?? policies;
      preview = change.preview ?? (change.counts === undefined ? preview : examplePreview(change.counts));
      client = change.client ?? client;
      why = change.why ?? why;
      runs = change.runs ?? runs;
    },
    replace(change) {
      replaced = { ...replaced, ...change };
    },
    get closed() {
      return closed;
    },
    get alive() {
      return { listeners: listeners.size, schedules };
    },

    status: () => status,
    onStatus(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async addAccount(request: AddAccountRequest) {
      note('addAccount', { loginHint: request.loginHint ?? null, shows: request.show !== undefined });
      if (replaced.addAccount) return replaced.addAccount(request);
      if (request.show) {
        const shown = await request.show(address);
        if (!shown.ok) return shown;
      }
      if (request.signal?.aborted) return err(appError('sign-in-interrupted'));
      const email = request.loginHint ?? 'client@studio.example';
      const account =
        status.accounts.find((each) => each.email === email) ?? exampleAccount({ id: `account-${email}`, email });
      const connected: AccountView = { ...account, state: 'connected' };
      const others = status.accounts.filter((each) => each.id !== account.id);
      const known = status.calendars.some((each) => each.accountId === account.id);
      const calendar = exampleCalendar({
        id: email,
        name: email,
        accountId: account.id,
        source: false,
        target: false,
        blocks: 0,
      });
      set({
        accounts: [...others, connected],
        calendars: known ? status.calendars : [...status.calendars, calendar],
      });
      return ok(connected);
    },
    async removeAccount(id: AccountId, options) {
      note('removeAccount', { id, revoke: options.revoke, othersOn: options.othersOn ?? [] });
      if (replaced.removeAccount) return replaced.removeAccount(id, options);
      await Promise.resolve();
      if (!status.accounts.some((each) => each.id === id)) return err(appError('account-unknown', id));
      set({
        accounts: status.accounts.filter((each) => each.id !== id),
        calendars: status.calendars.filter((each) => each.accountId !== id),
      });
      return ok(receipt);
    },
    useCalendar(id: CalendarId, use) {
      note('useCalendar', { id, ...use });
      if (replaced.useCalendar) return replaced.useCalendar(id, use);
      const calendar = status.calendars.find((each) => each.id === id);
      if (!calendar) return err(appError('calendar-unknown', id));
      if (use.target && !mayWrite(calendar.access)) return err(appError('calendar-read-only', calendar.name));
      set({
        calendars: status.calendars.map((each) =>
          each.id === id ? { ...each, source: use.source, target: use.target } : each,
        ),
      });
      return ok(status);
    },
    answerRenaming(id: CalendarId, same) {
      note('answerRenaming', { id, same });
      if (replaced.answerRenaming) return replaced.answerRenaming(id, same);
      const calendar = status.calendars.find((each) => each.id === id);
      if (!calendar) return err(appError('calendar-unknown', id));
      if (calendar.formerly === null) return err(appError('option-invalid', `nothing is asked about ${calendar.name}`));
      set({
        calendars: status.calendars.map((each) =>
          each.id === id
            ? { ...each, formerly: null, trouble: null, source: same, target: same, offered: !same }
            : each,
        ),
      });
      return ok(status);
    },
    async plan(options?: LongTask) {
      note('plan');
      if (replaced.plan) return replaced.plan(options);
      await Promise.resolve();
      return stopped(options) ?? ok(plan);
    },
    why(query) {
      note('why', query);
      return replaced.why ? replaced.why(query) : why;
    },
    async sync(trigger: Trigger, options?: LongTask & { readonly start?: boolean }) {
      note('sync', trigger);
      if (replaced.sync) return replaced.sync(trigger, options);
      await Promise.resolve();
      const stop = stopped(options);
      if (stop) return stop;
      if (status.pausedUntil !== null && trigger !== 'manual') {
        return err(appError('paused', status.pausedUntil === 'forever' ? null : status.pausedUntil));
      }
      if (!status.started && trigger !== 'manual' && options?.start !== true) return err(appError('not-started'));
      const done: RunView = { ...run, trigger };
      const newestRun = { startedAt: done.startedAt, outcome: done.outcome };
      set({ started: true, lastRun: done, newestRun, lastSyncAt: done.finishedAt });
      return ok(done);
    },
    runs() {
      if (replaced.runs) return replaced.runs();
      return runs ?? (status.lastRun === null ? [] : [status.lastRun]);
    },
    pause(until) {
      note('pause', until);
      if (replaced.pause) return replaced.pause(until);
      const ends = { forever: 'forever', hour: '2026-03-23T09:30:00.000Z', tomorrow: '2026-03-24T00:00:00.000Z' };
      set({ pausedUntil: ends[until], pausedSince: exampleNow, nextSyncAt: null });
      return status;
    },
    resume() {
      note('resume');
      if (replaced.resume) return replaced.resume();
      set({ pausedUntil: null, pausedSince: null, pausedByReset: false, nextSyncAt: '2026-03-23T08:35:00.000Z' });
      return status;
    },
    holds() {
      return replaced.holds ? replaced.holds() : status.holds;
    },
    heldBlocks(key) {
      note('heldBlocks', key);
      if (replaced.heldBlocks) return replaced.heldBlocks(key);
      const hold = status.holds.find((each) => each.key === key);
      return hold === undefined ? err(appError('hold-unknown', key)) : ok(exampleHeldBlocks(hold));
    },
    copies() {
      return replaced.copies ? replaced.copies() : ok([]);
    },
    removeCopies() {
      note('removeCopies');
      return replaced.removeCopies ? replaced.removeCopies() : ok([]);
    },
    openInBrowser(address) {
      note('openInBrowser', address);
      return replaced.openInBrowser ? replaced.openInBrowser(address) : Promise.resolve(ok(undefined));
    },
    async openSignInAgain() {
      note('openSignInAgain');
      await Promise.resolve();
      return replaced.openSignInAgain ? replaced.openSignInAgain() : ok(null);
    },
    resolveHold(key, choice, version) {
      note('resolveHold', { key, choice, version });
      if (replaced.resolveHold) return replaced.resolveHold(key, choice, version);
      if (!status.holds.some((each) => each.key === key)) return err(appError('hold-unknown', key));
      set({ holds: status.holds.filter((each) => each.key !== key) });
      return ok(status);
    },
    async previewUndo(run: number, options?: LongTask) {
      note('previewUndo', run);
      if (replaced.previewUndo) return replaced.previewUndo(run, options);
      await Promise.resolve();
      if (!status.undoable.includes(run)) return err(appError('undo-unknown', String(run)));
      return stopped(options) ?? ok(undo);
    },
    async undo(run: number, options?: LongTask & { readonly version?: string }) {
      note('undo', { run, version: options?.version });
      if (replaced.undo) return replaced.undo(run, options);
      await Promise.resolve();
      if (!status.undoable.includes(run)) return err(appError('undo-unknown', String(run)));
      set({ undoable: status.undoable.filter((each) => each !== run) });
      return ok({ run: exampleRun({ id: run + 1, trigger: 'undo' }), left: undo.left });
    },
    kept() {
      return replaced.kept ? replaced.kept() : kept;
    },
    letGo(key) {
      note('letGo', key);
      if (replaced.letGo) return replaced.letGo(key);
      if (!kept.some((each) => each.key === key)) return err(appError('kept-unknown', key));
      kept = kept.filter((each) => each.key !== key);
      return ok(kept);
    },
    acknowledge(known) {
      note('acknowledge', known);
      if (replaced.acknowledge) return replaced.acknowledge(known);
      const isKnown = (one: Trouble): boolean =>
        known.some(({ code, about, what }) => code === one.code && about === one.about && what === one.what);
      set({ troubles: status.troubles.map((one) => (isKnown(one) ? { ...one, known: true } : one)) });
      return status;
    },
    mutes() {
      return replaced.mutes ? replaced.mutes() : mutes;
    },
    liftMute(key) {
      note('liftMute', key);
      if (replaced.liftMute) return replaced.liftMute(key);
      if (!mutes.some((each) => each.key === key)) return err(appError('mute-unknown', key));
      mutes = mutes.filter((each) => each.key !== key);
      return ok(mutes);
    },
    otherBlocks: (id) =>
      replaced.otherBlocks?.(id) ?? findings.others.find((each) => each.calendarId === id)?.count ?? 0,
    async clearCalendar(id: CalendarId, options?: LongTask) {
      note('clearCalendar', id);
      if (replaced.clearCalendar) return replaced.clearCalendar(id, options);
      await Promise.resolve();
      return stopped(options) ?? ok(receipt);
    },
    async findBlocks(of: AccountId | null, options?: LongTask) {
      note('findBlocks', of);
      if (replaced.findBlocks) return replaced.findBlocks(of, options);
      await Promise.resolve();
      return stopped(options) ?? ok(findings);
    },
    async reset(options?: RemovalOptions) {
      note('reset', { othersOn: options?.othersOn ?? [] });
      if (replaced.reset) return replaced.reset(options);
      options?.onProgress?.({ phase: 'searching', done: 0, total: null });
      await Promise.resolve();
      const stop = stopped(options);
      if (stop) return stop;
      options?.onProgress?.({ phase: 'removing', done: receipt.removed, total: receipt.removed });
      set({
        calendars: [...withoutBlocks()],
        pausedUntil: 'forever',
        pausedSince: exampleNow,
        pausedByReset: true,
        nextSyncAt: null,
      });
      return ok(receipt);
    },
    async doctor(surface: Surface) {
      note('doctor', surface);
      await Promise.resolve();
      return replaced.doctor ? replaced.doctor(surface) : report;
    },
    async reconnectAccount(id: AccountId, request?: AddAccountRequest) {
      note('reconnectAccount', { id });
      if (replaced.reconnectAccount) return replaced.reconnectAccount(id, request);
      await Promise.resolve();
      const account = status.accounts.find((each) => each.id === id);
      if (!account) return err(appError('account-unknown', id));
      if (request?.signal?.aborted) return err(appError('sign-in-interrupted'));
      const connected: AccountView = { ...account, state: 'connected' };
      set({ accounts: status.accounts.map((each) => (each.id === id ? connected : each)) });
      return ok(connected);
    },
    cancelSignIn() {
      note('cancelSignIn');
      replaced.cancelSignIn?.();
    },
    policies: () => (replaced.policies ? replaced.policies() : policies),
    async previewPolicies(...changes) {
      await Promise.resolve();
      for (const change of changes) note('previewPolicies', change);
      return replaced.previewPolicies ? replaced.previewPolicies(...changes) : ok(preview);
    },
    savePolicies(...changes) {
      for (const change of changes) note('savePolicies', change);
      if (replaced.savePolicies) return replaced.savePolicies(...changes);
      for (const change of changes) {
        if (change.kind === 'use') {
          const used = this.useCalendar(change.calendarId, { source: change.source, target: change.target });
          if (!used.ok) return used;
        } else policies = changedPolicies(policies, change);
      }
      return ok(policies);
    },
    async oauthClient() {
      note('oauthClient');
      await Promise.resolve();
      return replaced.oauthClient ? replaced.oauthClient() : ok(client);
    },
    async saveOAuthClient(text, fileName) {
      note('saveOAuthClient', { fileName });
      if (replaced.saveOAuthClient) return replaced.saveOAuthClient(text, fileName);
      await Promise.resolve();
      if (!text.includes('"installed"')) return err(appError('client-file-not-json', fileName));
      client = { present: true, idEnding: 'ample' };
      return ok(client);
    },
    async supportReport() {
      note('supportReport');
      await Promise.resolve();
      return replaced.supportReport ? replaced.supportReport() : `CalSync ${status.version}\nhealth in-sync\n`;
    },
    requestSync(trigger) {
      note('requestSync', trigger);
      replaced.requestSync?.(trigger);
    },
    startSchedule() {
      note('startSchedule');
      schedules += 1;
      let running = true;
      return () => {
        if (running) schedules -= 1;
        running = false;
      };
    },
    async close() {
      note('close');
      await Promise.resolve();
      closed = true;
    },
  };
}
