import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { CalSync } from '../../src/main/app/calsync.ts';
import { pauseAt } from '../../src/main/core/schedule.ts';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { isSeenLess } from '../../src/main/core/views.ts';
import { leaseTime } from '../../src/main/engine/lease.ts';
import type { CalendarRecord } from '../../src/main/ports/store.ts';
import { openStore } from '../../src/main/store/index.ts';
import type { RunView } from '../../src/shared/dto.ts';
import { toCalendarId, type CalendarId } from '../../src/shared/ids.ts';
import { PersonCannotError, type Person, type World } from '../../src/simulator/index.ts';
import type { StoredEvent } from '../../src/simulator/state/calendar.ts';
import { isCancelled } from '../../src/simulator/state/service.ts';
import { BadDisk } from '../support/bad-disk.ts';
import { CrashPoints } from '../support/crash-points.ts';
import { SkewedClock } from '../support/fake-clock.ts';
import { Interludes } from '../support/interludes.ts';
import { appOf } from '../support/laptop-app.ts';
import { openWorkplace, type Laptop, type LaptopOptions, type Workplace } from '../support/laptop.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import { openOlderLaptop, type OlderLaptop } from '../support/older-build.ts';
import { eventOf, type Resource } from './check-simulator.ts';
import { Expander } from './expander.ts';
import {
  calendars,
  emails,
  names,
  ownerOf,
  requestOf,
  zoneOf,
  type CalendarName,
  type CommandWork,
  type Happening,
  type HouseholdSpec,
  type Mishap,
} from './happenings.ts';
import {
  expected,
  OracleError,
  shownOn,
  spell,
  without,
  type Interval,
  type OracleCalendar,
  type Window,
} from './oracle.ts';

/** Where a flush costs nothing, because the files outlive processes here and no power cut. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const hour = 3_600_000;
const dayMilliseconds = 24 * hour;
/** How many bytes more a row has where rows are large: some dozen come to more than an answer may have here. */
const largeRow = 100_000;
/**
 * Limits of an answer, so that one without end costs little: its milliseconds pass for real. Answers of the same process are
 * there in a few of them.
 */
const limits = { silence: 400, total: 600, bytes: 2_000_000 };

/** `sha256` in base32hex, as the identity of blocks is defined (design.md, "Identity and ownership"); on its own, so that nothing is taken on trust. */
function base32hexOf(text: string): string {
  const bits = [...createHash('sha256').update(text).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const padded = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0');
  return (padded.match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2).toString(32)).join('');
}

type Row = Resource & { readonly updated?: string };

interface Made {
  readonly id: string;
  calendar: CalendarName;
  readonly weekly: boolean;
}

/** What an event has looked like in a round; now null where it is not there any more. */
interface Looks {
  readonly name: CalendarName;
  readonly id: string;
  readonly all: Set<string>;
  now: string | null;
  /** Whether it was not there when the round began. */
  readonly isNew: boolean;
}

/** What a block stands for. */
interface BlockedEvent {
  readonly source: CalendarName;
  readonly isThere: boolean;
  /** Whether it is a copy that a person has made of a block. */
  readonly isCopy: boolean;
  readonly block: Row;
}

/** The name that blocks have for an event (design.md, "Identity and ownership"). */
const refOf = (calendar: CalendarName, eventId: string): string =>
  base32hexOf(`calsync/1|source|${calendars[calendar]}|${eventId}`).slice(0, 26);

/** One computer: what is wrong with it, and what lies on its disk. */
interface Desk {
  readonly emails: readonly string[];
  /** Of a household without mishaps: in memory. */
  readonly file: string;
  readonly points: CrashPoints;
  readonly disk: BadDisk;
  readonly interludes: Interludes;
  readonly clock: SkewedClock;
  /** Titles that its accounts could ever read. */
  readonly titles: Set<string>;
  backup: Buffer | null;
}

/** What has come of many households. */
export interface Tally {
  households: number;
  /** What people did, where there was something to do it to. */
  edits: number;
  syncs: number;
  /** Mishaps by their kind; those that were armed and did not strike are not in it. */
  readonly mishaps: Record<string, number>;
  /** Requests that a fault of the simulator struck, by its kind. */
  readonly struck: Record<string, number>;
}

/** Returns a tally of nothing. */
export const newTally = (): Tally => ({ households: 0, edits: 0, syncs: 0, mishaps: {}, struck: {} });

const countIn = (counts: Record<string, number>, name: string, more = 1): void => {
  counts[name] = (counts[name] ?? 0) + more;
};

/** Takes a tally and one of other households; adds the second to the first. */
export function addTally(sum: Tally, more: Tally): void {
  for (const name of ['households', 'edits', 'syncs'] as const) sum[name] += more[name];
  for (const name of ['mishaps', 'struck'] as const) {
    for (const [kind, count] of Object.entries(more[name])) countIn(sum[name], kind, count);
  }
}

const mishaps: Readonly<Record<Mishap['kind'], true>> = {
  sync: true,
  kill: true,
  backup: true,
  'old-database': true,
  'lost-database': true,
  'corrupt-database': true,
  disk: true,
  clock: true,
  pause: true,
  resume: true,
  reset: true,
  undo: true,
  command: true,
  sleep: true,
  'older-sync': true,
  fault: true,
};
const isMishap = (one: Happening): one is Mishap => one.kind in mishaps;

/** An empty store with all its tables, because making them takes longer than most syncs here. */
let emptyStore: Buffer | null = null;

function makeEmptyStore(folder: string): Buffer {
  const file = join(folder, 'empty.db');
  const opened = openStore({ file, now: () => 0, logger: new MemoryLogger() });
  if (!opened.ok) throw new Error(opened.error.code);
  opened.value.store.close();
  return readFileSync(file);
}

class Household {
  readonly #place: Workplace;
  readonly #tally: Tally;
  readonly #tell: ((line: string) => void) | undefined;
  readonly #folder: string | null;
  readonly laptops: Laptop[] = [];
  readonly #desks: Desk[] = [];
  readonly #made: Made[] = [];
  readonly #off = new Set<number>();
  readonly #commanded = new Set<number>();
  #older: OlderLaptop | null = null;
  readonly #ofOlder = new Set<unknown>();
  /** Computers that may keep something by an undo. */
  readonly #keeps = new Set<number>();
  #lostDatabase = false;
  #choseOtherwise = false;
  /** Whether lists of calendars have changed in this round, or may have been missed. */
  #listsChanged = true;
  /** Blocks that a person deleted, by target and source ref: whether they are there is the person's own doing. */
  readonly deleted = new Set<string>();
  /** Source refs of the events that go on with one under new ids, by its own. Of several that are alike, any one may. */
  readonly #again = new Map<string, ReadonlySet<string>>();
  /** The events that were there in this round, by their calendars and ids. */
  readonly #looks = new Map<string, Looks>();
  readonly #undeleted = new Set<string>();
  readonly #monday: number;
  readonly #sorted = new Map<CalendarName, Sorted & { readonly version: string }>();
  readonly #proven = new Map<string, boolean>();

  /** Whether processes end and go on: then databases lie in a folder. */
  constructor(place: Workplace, tally: Tally, kept: boolean, tell?: (line: string) => void) {
    this.#place = place;
    this.#tell = tell;
    this.#tally = tally;
    this.#folder = kept ? mkdtempSync(join(memory, 'calsync-torture-')) : null;
    this.#monday = place.clock.now() - 8 * hour;
  }

  person(name: CalendarName): Person {
    return this.#place.simulator.person(ownerOf[name]);
  }

  zone(name: CalendarName): string {
    return this.#place.simulator.state.calendars.get(calendars[name])?.timeZone ?? zoneOf[name];
  }

  /** Takes addresses; sets up a computer that is signed in to them. */
  async addLaptop(emails: readonly string[]): Promise<void> {
    const file = this.#folder === null ? ':memory:' : join(this.#folder, String(this.#desks.length), 'calsync.db');
    const desk: Desk = {
      emails,
      file,
      points: new CrashPoints(),
      disk: new BadDisk(),
      interludes: new Interludes(),
      clock: new SkewedClock(this.#place.clock, 0),
      titles: new Set(),
      backup: null,
    };
    desk.points.arm(null);
    if (this.#folder !== null) {
      mkdirSync(dirname(file));
      emptyStore ??= makeEmptyStore(this.#folder);
      writeFileSync(file, emptyStore);
    }
    this.#desks.push(desk);
    this.#learn(desk);
    const laptop = await this.#laptopOn(desk, {});
    // Its person has asked for the first sync.
    desk.points.aside(() => laptop.store.saveSettings({ ...laptop.store.settings(), started: true }));
    this.laptops.push(laptop);
  }

  #laptopOn({ emails, file, clock, points, disk, interludes }: Desk, more: LaptopOptions): Promise<Laptop> {
    return this.#place.laptop({
      ...{ emails, file, clock, limits, fetch: this.#place.simulator.fetch },
      wrap: (provider) => points.provider(interludes.provider(provider)),
      wrapStore: (store) => points.store(disk.store(store)),
      ...more,
    });
  }

  /** Begins a process of a computer anew, after what was done to its file meanwhile. */
  async #begin(index: number, meanwhile: (desk: Desk) => void, firstChoice = true): Promise<void> {
    const desk = this.#desks[index];
    if (desk === undefined || desk.file === ':memory:') return;
    desk.points.arm(null);
    desk.interludes.drop();
    this.laptops[index]?.close();
    meanwhile(desk);
    this.#listsChanged = true;
    const wasFull = desk.disk.hasFailed;
    // A program that cannot write does not begin; the person makes room first.
    desk.disk.mend();
    if (wasFull) this.#off.delete(index);
    this.laptops[index] = await this.#laptopOn(desk, { firstChoice });
    // The lease of a process that was killed runs out.
    await this.#place.clock.advance(leaseTime);
    // What the person has confirmed goes on by itself.
    if (this.#isResetting(index)) await this.#reset(index);
  }

  #isResetting(index: number): boolean {
    return this.laptops[index]?.store.undertakings().some(({ kind }) => kind === 'reset') === true;
  }

  isPaused(index: number): boolean {
    const laptop = this.laptops[index];
    if (laptop === undefined) return true;
    return this.#isResetting(index) || pauseAt(laptop.store.settings().pausedUntil, laptop.clock.now()) !== null;
  }

  /** Lets a computer sync; null where its process was killed on the way and has begun anew, or could not do it. */
  async sync(index: number): Promise<RunView | null> {
    const laptop = this.laptops[index];
    const desk = this.#desks[index];
    if (laptop === undefined || desk === undefined) return null;
    this.#tally.syncs += 1;
    this.#learn(desk);
    return this.#alive(index, async () => {
      // Roles change without a word; a list of calendars an hour old would know nothing of it.
      if (this.#listsChanged) {
        desk.points.aside(() => {
          for (const account of laptop.store.accounts()) laptop.store.saveAccount({ ...account, listedAt: null });
        });
      }
      const done = await laptop.tryToSync();
      this.#tell?.(`laptop ${String(index)} syncs: ${JSON.stringify(done)}`);
      if (done.ok) return done.value;
      if (done.error.code === 'busy-elsewhere') return null;
      throw new Error(done.error.code);
    });
  }

  /** Lets a computer do something; null where its process was killed on the way, and has begun anew, or its disk is full. */
  async #alive<Answer>(index: number, work: () => Promise<Answer>): Promise<Answer | null> {
    const desk = this.#desks[index];
    try {
      return await work();
    } catch (error) {
      if (desk?.points.isDead === true) {
        this.#count('kill');
        await this.#begin(index, () => undefined);
        return null;
      }
      if (desk?.disk.hasFailed === true && error instanceof Database.SqliteError) {
        this.#count('disk');
        this.#off.add(index);
        return null;
      }
      throw error;
    }
  }

  #count(mishap: Mishap['kind'] | 'hold'): void {
    countIn(this.#tally.mishaps, mishap);
  }

  #app(index: number): CalSync {
    const laptop = this.laptops[index];
    if (laptop === undefined) throw new RangeError(`no laptop ${String(index)}`);
    return appOf(laptop);
  }

  /** Does what a person does in the app, which is no part of a run: a disk may be full, but no process ends at it. */
  async #ask(index: number, work: (app: CalSync) => void): Promise<void> {
    await this.#alive(index, () => {
      this.#desks[index]?.points.aside(() => work(this.#app(index)));
      return Promise.resolve();
    });
  }

  async mishap(one: Mishap): Promise<void> {
    if (one.kind === 'sleep') {
      this.#count(one.kind);
      await this.#place.clock.advance(one.hours * hour);
      return;
    }
    if (one.kind === 'older-sync') {
      await this.#syncOlder();
      return;
    }
    if (one.kind === 'fault') {
      this.#listsChanged = true;
      this.#place.simulator.faults.add({
        kind: one.how,
        request: one.on ?? requestOf(one.how),
        times: one.times,
        ...(one.how === 'delayedVisibility' ? { delayMs: hour } : {}),
        ...(one.how === 'largeRows' ? { rowBytes: largeRow } : {}),
      });
      return;
    }
    const index = one.laptop % this.laptops.length;
    const desk = this.#desks[index];
    if (desk === undefined) return;
    switch (one.kind) {
      case 'sync':
        if (this.#off.has(index) || this.isPaused(index)) return;
        this.#count(one.kind);
        await this.sync(index);
        return;
      case 'kill':
        desk.points.arm(one.point);
        return;
      case 'disk':
        desk.disk.failAfter(one.point, one.how);
        return;
      case 'clock':
        this.#count(one.kind);
        desk.clock.off = one.minutes * 60_000;
        return;
      case 'pause':
        this.#count(one.kind);
        await this.#ask(index, (app) => app.pause('forever'));
        return;
      case 'resume':
        this.#count(one.kind);
        await this.#ask(index, (app) => app.resume());
        return;
      case 'reset':
        this.#count(one.kind);
        await this.#reset(index);
        return;
      case 'undo':
        if (!this.#off.has(index) && !this.isPaused(index)) await this.#undo(index, one.back);
        return;
      case 'command':
        if (desk.file !== ':memory:') {
          desk.interludes.before(one.request, () => this.#command(index, one.what));
        }
        return;
      case 'backup':
        this.#count(one.kind);
        await this.#begin(index, (of) => {
          of.backup = readFileSync(of.file);
        });
        return;
      case 'corrupt-database':
        await this.#changeDatabase(index, one);
        return;
      case 'old-database':
      case 'lost-database':
        await this.#changeDatabase(index, { kind: one.kind });
    }
  }

  async #changeDatabase(
    index: number,
    one: { readonly kind: 'old-database' | 'lost-database' } | Extract<Mishap, { kind: 'corrupt-database' }>,
  ): Promise<void> {
    const backup = this.#desks[index]?.backup ?? null;
    if (one.kind === 'old-database' && backup === null) return;
    this.#count(one.kind);
    this.#lostDatabase = true;
    await this.#begin(
      index,
      ({ file }) => {
        if (one.kind === 'corrupt-database') {
          spoil(file, one.how);
          return;
        }
        for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
        writeFileSync(file, one.kind === 'old-database' ? (backup ?? '') : (emptyStore ?? ''));
      },
      one.kind === 'old-database',
    );
  }

  /** Takes everything off that is this computer's; it stays paused until its person resumes. */
  async #reset(index: number): Promise<void> {
    const desk = this.#desks[index];
    const laptop = this.laptops[index];
    if (desk === undefined || laptop === undefined) return;
    this.#learn(desk);
    const quiet = this.#place.simulator.faults.list().length === 0;
    const done = await this.#alive(index, () => this.#app(index).reset());
    if (done === null || !done.ok || !quiet || done.value.still.length > 0) return;
    const records = laptop.store.calendars();
    const listed = names.filter((name) =>
      records.some(({ id, accesses }) => id === toCalendarId(calendars[name]) && accesses.length > 0),
    );
    const recordOf = (name: CalendarName) => records.find(({ id }) => id === toCalendarId(calendars[name]));
    const isOwn = (name: CalendarName): boolean =>
      recordOf(name)?.accesses.some(({ access }) => access === 'owns') === true;
    const isConnected = (name: CalendarName): boolean => {
      const record = recordOf(name);
      return (
        isOwn(name) || record?.source === true || record?.target === true || typeof record?.inUseSince === 'number'
      );
    };
    // On a calendar of others what is for events that this computer only sees may be of whoever shares them.
    const refsOn = (target: CalendarName): ReadonlySet<string> =>
      new Set(
        listed
          .filter((name) => isConnected(name) || isOwn(target))
          .flatMap((name) => this.sorted(name).events.map((row) => refOf(name, row.recurringEventId ?? row.id))),
      );
    const left = this.liveBlocks().filter(
      ({ target, row }) => listed.includes(target) && refsOn(target).has(tagOf(row) ?? ''),
    );
    const writable = left.filter(({ target }) =>
      records.some(({ id, accesses }) => id === toCalendarId(calendars[target]) && accesses.some(mayWrite)),
    );
    if (writable.length > 0) throw new OracleError(null, `a reset left blocks: ${JSON.stringify(writable)}`);
  }

  /** Sets up a laptop with an earlier build. */
  async addOlderLaptop(emails: readonly string[]): Promise<void> {
    this.#older = await openOlderLaptop(this.#place.simulator, this.#place.clock, emails);
  }

  /**
   * Lets the earlier build sync. What it does is a person's doing to the others: it knows no marks, and none of its promises is
   * tried here.
   */
  async #syncOlder(): Promise<void> {
    if (this.#older === null) return;
    this.#count('older-sync');
    const before = this.#rowsOfBlocks();
    const known = this.#place.simulator.violations.length;
    // Whatever it meets that it was not made for ends it.
    await this.#older.sync().catch(() => undefined);
    for (const one of this.#place.simulator.violations.slice(known)) this.#ofOlder.add(one);
    const after = this.#rowsOfBlocks();
    for (const [name, rows] of before) if (after.get(name) !== rows) this.deleted.add(name);
  }

  /** What stands of each block with its dates, by its target and source ref. */
  #rowsOfBlocks(): ReadonlyMap<string, string> {
    const rows = new Map<string, string>();
    for (const target of names) {
      const { blocks } = this.sorted(target);
      for (const row of blocks) {
        const master = blocks.find(({ id }) => id === (row.recurringEventId ?? row.id));
        const name = `${target}|${(master === undefined ? undefined : tagOf(master)) ?? ''}`;
        rows.set(name, `${rows.get(name) ?? ''}${JSON.stringify(row)}`);
      }
    }
    return rows;
  }

  /** Writes that were tried to what is not ours, by a build of today. */
  violations(): readonly unknown[] {
    return this.#place.simulator.violations.filter((one) => !this.#ofOlder.has(one));
  }

  /**
   * Undoes a sync. What it takes away, now or with the next sync, is muted as if a person had deleted it (design.md, "Undo"); also
   * where its event has got a new id that this computer has not read yet.
   */
  async #undo(index: number, back: number): Promise<void> {
    const laptop = this.laptops[index];
    const desk = this.#desks[index];
    const run = laptop?.store.undoableRuns()[back];
    if (laptop === undefined || run === undefined || desk === undefined) return;
    this.#learn(desk);
    const muted = (): readonly string[] =>
      (this.laptops[index]?.store.mutes() ?? []).map(({ targetId, sourceRef }) => `${nameOf(targetId)}|${sourceRef}`);
    const before = new Set(muted());
    // Choices that the run has carried out are restored with it.
    this.#choseOtherwise = true;
    this.#keeps.add(index);
    const done = await this.#alive(index, async () => {
      const app = this.#app(index);
      const preview = await app.previewUndo(run);
      return preview.ok ? app.undo(run, { version: preview.value.version }) : preview;
    });
    this.#tell?.(`laptop ${String(index)} undoes ${String(run)}: ${JSON.stringify(done)}`);
    if (done?.ok === true) {
      this.#count('undo');
      this.#tally.syncs += 1;
    }
    const away = muted().filter((one) => !before.has(one));
    for (const one of away) this.deleted.add(one);
    this.#goOn(away);
  }

  /** The person lets go of what an undo keeps. */
  async #letGo(index: number): Promise<void> {
    await this.#ask(index, (app) => {
      for (const { key } of app.kept()) app.letGo(key);
    });
  }

  /** What the command line does beside the app, with the same database. */
  async #command(index: number, what: CommandWork): Promise<void> {
    const desk = this.#desks[index];
    if (desk === undefined) return;
    this.#count('command');
    this.#commanded.add(index);
    const { emails, file, clock } = desk;
    const command = await this.#place.laptop({
      ...{ emails, file, clock, limits, fetch: this.#place.simulator.fetch },
      known: true,
    });
    try {
      const app = appOf(command);
      if (what === 'pause') app.pause('forever');
      else if (what === 'reset') await app.reset();
      else if (what === 'use') {
        const [first] = command.store.calendars();
        this.#choseOtherwise = true;
        if (first !== undefined) app.useCalendar(first.id, { source: !first.source, target: first.target });
      } else {
        if (what === 'late-sync') await this.#place.clock.advance(2 * leaseTime);
        this.#tally.syncs += 1;
        await app.sync('command', { start: true });
      }
    } finally {
      command.close();
    }
  }

  /** Notes what the accounts of a computer can read now: it may know these titles for ever. */
  #learn({ emails, titles }: Desk): void {
    const { accounts, calendars: all } = this.#place.simulator.state;
    for (const email of emails) {
      for (const { calendarId, accessRole, deleted } of accounts.get(email)?.entries.values() ?? []) {
        if (deleted || accessRole === 'freeBusyReader') continue;
        for (const { content } of all.get(calendarId)?.all() ?? []) {
          if (content.summary !== undefined) titles.add(content.summary);
        }
      }
    }
  }

  /** Takes nothing; returns what lies on a disk or in a log that should not: tokens, and titles that its accounts never saw. */
  secretsOnDisks(): readonly string[] {
    return this.#desks.flatMap(({ file, titles }, index) => {
      const found: string[] = [];
      const look = (text: string, where: string, known: ReadonlySet<string>): void => {
        if (/ya29\.|1\/\/0/.test(text)) found.push(`laptop ${String(index)}: a token in ${where}`);
        for (const [title] of text.matchAll(titlePattern)) {
          if (!known.has(title)) found.push(`laptop ${String(index)}: "${title}" in ${where}`);
        }
      };
      const logger = this.laptops[index]?.deps.logger;
      if (logger instanceof MemoryLogger) look(JSON.stringify(logger.lines), 'its log', new Set());
      if (file === ':memory:') return found;
      for (const name of readdirSync(dirname(file))) {
        look(readFileSync(join(dirname(file), name), 'latin1'), name, titles);
      }
      return found;
    });
  }

  /** Returns every row of every calendar, and what each computer has chosen and remembers, as lines. */
  described(): readonly string[] {
    const rows = names.flatMap((name) => this.#everOn(name).map((row) => `${name}: ${JSON.stringify(row)}`));
    const known = this.laptops.flatMap(({ store }, index) => [
      ...store.calendars().map((one) => `laptop ${String(index)} knows ${JSON.stringify(one)}`),
      ...store.mutes().map((one) => `laptop ${String(index)} mutes ${JSON.stringify(one)}`),
      ...store.holds().map((one) => `laptop ${String(index)} holds ${JSON.stringify(one)}`),
    ]);
    return [...rows, ...known];
  }

  /** Ends all of it. */
  close(): void {
    this.#older?.close();
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }

  /** All rows of a calendar: our blocks by proof of id, copies of them, and people's events. */
  sorted(name: CalendarName): Sorted {
    const calendar = this.#place.simulator.state.calendars.get(calendars[name]);
    const version = `${String(calendar?.change)}|${this.zone(name)}`;
    const known = this.#sorted.get(name);
    if (known?.version === version) return known;
    const dump = this.#place.simulator.dump().find((one) => one.id === calendars[name]);
    const all = (dump?.events ?? []) as unknown as readonly Row[];
    const series = new Set(all.filter((row) => this.#isBlock(name, row.id, tagOf(row))).map((row) => row.id));
    const ours = (row: Row): boolean => series.has(row.id) || series.has(row.recurringEventId ?? '');
    const sorted = {
      version,
      blocks: all.filter(ours),
      events: all.filter((row) => !ours(row) && tagOf(row) === undefined),
      copies: all.filter((row) => !ours(row) && tagOf(row) !== undefined),
    };
    this.#sorted.set(name, sorted);
    return sorted;
  }

  /** Whether a row with this id and ref is a block of a calendar, by proof of its id. */
  #isBlock(name: CalendarName, id: string, ref: string | undefined): boolean {
    if (ref === undefined) return false;
    const key = `${name}|${ref}|${id}`;
    const known = this.#proven.get(key);
    if (known !== undefined) return known;
    const generations = Array.from({ length: 12 }, (_, generation) => String(generation));
    const proven = generations.some(
      (generation) => id === `cs${base32hexOf(`calsync/1|block|${ref}|${calendars[name]}|${generation}`)}`,
    );
    this.#proven.set(key, proven);
    return proven;
  }

  liveBlocks(): readonly { readonly target: CalendarName; readonly row: Row }[] {
    return names.flatMap((target) =>
      this.sorted(target)
        .blocks.filter((row) => row.status !== 'cancelled' && row.recurringEventId === undefined)
        .map((row) => ({ target, row })),
    );
  }

  /** Does what a person does; counts it where there was something to do it to. */
  happen(one: Exclude<Happening, Mishap>): void {
    try {
      if (!this.#do(one)) return;
      this.#tally.edits += 1;
      this.#watch(true);
    } catch (error) {
      if (!(error instanceof PersonCannotError)) throw error;
    }
  }

  /**
   * Whether a person has taken a block out of the bin that nobody here would take away again: its calendar is in use nowhere and
   * so not read, or that of its event is, or its event is there. If that does not count any more, it looks like the block of a computer where it does,
   * and such a one is left (design.md, "Choices are deeds").
   */
  isTakenOut(target: CalendarName, row: Row): boolean {
    if (!this.#undeleted.has(`${target}|${row.recurringEventId ?? row.id}`)) return false;
    if (!this.isUsed(target)) return true;
    const event = this.#eventOf(target, row);
    return event !== null && (event.isThere || !this.isUsed(event.source));
  }

  /** Whether a calendar is as a computer has left it that has lost its database and does not use it any more, as nobody does. */
  isLeft(name: CalendarName): boolean {
    return this.#lostDatabase && !this.isUsed(name);
  }

  /** Whether a computer uses a calendar. */
  isUsed(name: CalendarName): boolean {
    return this.laptops.some(({ store }) =>
      store.calendars().some((one) => one.id === toCalendarId(calendars[name]) && (one.source || one.target)),
    );
  }

  /** Everything that was ever on a calendar. */
  #everOn(name: CalendarName): readonly StoredEvent[] {
    return [...(this.#place.simulator.state.calendars.get(calendars[name])?.all() ?? [])];
  }

  /**
   * Whether one computer reads both the calendar of the event of a block and the one that it is on, may write there, and gives blocks
   * there, or its event is gone.
   */
  isKept(target: CalendarName, row: Row): boolean {
    const event = this.#eventOf(target, row);
    if (event === null) return true;
    const { source, isThere, isCopy, block } = event;
    return this.laptops.some(({ store }) => {
      const recordOf = (name: CalendarName) => store.calendars().find(({ id }) => id === toCalendarId(calendars[name]));
      const isRead = (one: CalendarRecord | undefined): one is CalendarRecord =>
        one !== undefined &&
        (one.source || one.target) &&
        one.accesses.length > 0 &&
        // Out of use until the person says so.
        !isSeenLess(one.seenWith, one.accesses);
      const [from, to] = [recordOf(source), recordOf(target)];
      if (!isRead(from) || !isRead(to) || !to.accesses.some(mayWrite)) return false;
      // To whoever sees what it is, it is no event: its block is taken away once, and then left as it is to whoever cannot see that.
      if (isCopy && from.accesses.some(mayWrite)) return false;
      // Where it gives no blocks itself, and for what is no source of it, it takes away what stands for nothing and what it has made,
      // and leaves how the rest looks to others.
      return !isThere || (to.target && (from.source || isMadeBy(store, target, block)));
    });
  }

  /**
   * The calendar of the event of a block, whether that is there, and whether it is a copy that a person has made of a block; null where
   * nothing ever was that the block stands for. A date of a series has a block of its own at times, though it never had a row.
   */
  #eventOf(target: CalendarName, row: Row): BlockedEvent | null {
    const block = this.sorted(target).blocks.find(({ id }) => id === (row.recurringEventId ?? row.id));
    if (block === undefined) return null;
    const [ref, date] = [tagOf(block), dateOf(block)];
    for (const source of names) {
      const own = this.#everOn(source).find(({ id }) => refOf(source, id) === ref);
      const isCopy = this.sorted(source).copies.some(({ id }) => id === own?.id);
      if (own !== undefined) return { source, isThere: !isCancelled(own), isCopy, block };
    }
    const isDateOf = (name: CalendarName, { id }: { readonly id: string }): boolean =>
      refOf(name, `${id}_${date}`) === ref;
    const source =
      names.find((name) => this.#everOn(name).some((event) => isDateOf(name, event))) ??
      names.find((name) => this.#isOfSeries(name, ref));
    if (source === undefined) return null;
    const isThere =
      this.sorted(source).events.some((event) => isDateOf(source, event)) || this.#isOfSeries(source, ref);
    return { source, isThere, isCopy: false, block };
  }

  /** Whether a block stands for a date of a series of a calendar, wherever a person has put it. */
  #isOfSeries(name: CalendarName, ref: string | undefined): boolean {
    return this.sorted(name).events.some(
      (row) =>
        row.recurrence !== undefined && this.#slotsOf(row).some(({ key }) => refOf(name, `${row.id}_${key}`) === ref),
    );
  }

  /** Whether a computer may be unable to know what became of an event whose block stands. */
  get mayHaveForgotten(): boolean {
    return this.#lostDatabase && this.#choseOtherwise;
  }

  /** Whether a calendar that a computer uses cannot be read, or shows less than before. */
  hasTrouble(index: number): boolean {
    const records = this.laptops[index]?.store.calendars() ?? [];
    return records.some(({ source, target, trouble }) => (source || target) && trouble !== null);
  }

  /** Whether the command line has done something during the last sync of a computer. */
  isCommanded(index: number): boolean {
    return this.#commanded.delete(index);
  }

  isOff(index: number): boolean {
    return this.#off.has(index) || this.isPaused(index);
  }

  /** Whether something is off, out of reach or otherwise than it should be. */
  get isDisturbed(): boolean {
    const isAny = this.#desks.some(({ clock }) => clock.off !== 0);
    return (
      isAny ||
      this.laptops.some(({ store }) => store.kept().length > 0) ||
      this.#place.simulator.faults.list().length > 0 ||
      this.laptops.some((_, index) => this.isOff(index))
    );
  }

  /** The person decides about all that is held: deletions were meant; a wiped calendar gets its blocks back, or not. */
  decide(index: number, round: number): string {
    const { store } = this.laptops[index] ?? {};
    const holds = store?.holds() ?? [];
    for (const hold of holds) {
      this.#count('hold');
      const wiped = round % 2 === 0 ? 'put-back' : 'leave-away';
      store?.decideHold(hold, hold.kind === 'mass-deletion' ? 'proceed' : wiped);
    }
    return holds.map(({ kind, count }) => `${String(count)} ${kind}`).join(', ');
  }

  /** What was off or out of reach is back. */
  async endRound(): Promise<void> {
    for (const { points, disk, interludes, clock } of this.#desks) {
      points.arm(null);
      disk.mend();
      interludes.drop();
      clock.off = 0;
    }
    this.#off.clear();
    const { faults } = this.#place.simulator;
    for (const { kind, hits } of faults.list()) if (hits > 0) countIn(this.#tally.struck, kind, hits);
    faults.clear();
    this.#place.simulator.requests.reset();
    this.#listsChanged = true;
    for (const [index, laptop] of this.laptops.entries()) {
      if (this.isPaused(index)) await this.#ask(index, (app) => app.resume());
      if (this.#keeps.has(index)) await this.#letGo(index);
      for (const account of laptop.store.accounts()) {
        if (account.state !== 'connected')
          laptop.store.saveAccount({ ...account, state: 'connected', restingUntil: null });
      }
    }
  }

  /** A new round begins. */
  beginRound(): void {
    this.#looks.clear();
    this.#watch(false);
    this.#listsChanged = false;
  }

  #times(day: number, at: number, allDay = false): Record<'start' | 'end', Record<string, string>> {
    const text = (hours: number): Record<string, string> => {
      const iso = new Date(this.#monday + day * dayMilliseconds + hours * hour).toISOString();
      return allDay ? { date: iso.slice(0, 10) } : { dateTime: iso.slice(0, 19), timeZone: 'Europe/Berlin' };
    };
    return { start: text(at), end: text(at + (allDay ? 24 : 1)) };
  }

  /** Returns whether there was something to do it to. */
  #do(one: Exclude<Happening, Mishap>): boolean {
    switch (one.kind) {
      case 'add': {
        const made = this.person(one.calendar).createEvent(calendars[one.calendar], {
          summary: `Secret plans ${one.calendar}${String(this.#made.length % 3)}.`,
          location: 'Hall 2',
          ...this.#times(one.day, one.hour, one.allDay),
          transparency: one.free ? 'transparent' : 'opaque',
          ...(one.weekly ? { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] } : {}),
        });
        this.#made.push({ id: made.id, calendar: one.calendar, weekly: one.weekly });
        return true;
      }
      case 'use': {
        const index = one.laptop % this.laptops.length;
        const laptop = this.laptops[index];
        const record = laptop?.store.calendars().find(({ id }) => id === toCalendarId(calendars[one.calendar]));
        const best = record?.accesses[0];
        const desk = this.#desks[index];
        if (laptop === undefined || best === undefined || desk === undefined || desk.disk.hasFailed) return false;
        this.#choseOtherwise = true;
        const use = { source: one.source, target: one.target && mayWrite(best) };
        try {
          desk.points.aside(() => laptop.use(calendars[one.calendar], use));
        } catch (error) {
          if (!(error instanceof Database.SqliteError)) throw error;
          this.#off.add(index);
        }
        return true;
      }
      case 'off':
        this.#off.add(one.laptop % this.laptops.length);
        return false;
      case 'outage':
        this.#listsChanged = true;
        this.#place.simulator.faults.add({
          kind: one.how,
          request: 'events.list',
          calendar: calendars[one.calendar],
          times: null,
          ...(one.account === null ? {} : { account: one.account }),
        });
        return false;
      case 'cut':
        this.#place.simulator.faults.add({ kind: one.how, request: 'batch' });
        return false;
      case 'share':
        this.#listsChanged = true;
        this.person(one.calendar).shareCalendar(calendars[one.calendar], one.with, one.role);
        return true;
      case 'rename-calendar':
        this.#listsChanged = true;
        this.person(one.calendar).renameCalendar(calendars[one.calendar], `${one.calendar}, anew`);
        return true;
      case 'zone': {
        const calendar = this.#place.simulator.state.calendars.get(calendars[one.calendar]);
        this.#listsChanged = true;
        if (calendar !== undefined) calendar.timeZone = one.zone;
        return calendar !== undefined;
      }
      case 'recycle':
        return this.#recycle(one.calendar);
      case 'drift':
      case 'copy-block':
      case 'delete-block':
      case 'undelete-block':
      case 'move-block':
        return this.#onBlock(one);
      default:
        return this.#onEvent(one);
    }
  }

  #recycle(name: CalendarName): boolean {
    const id = calendars[name];
    const made = this.#made.filter(({ calendar }) => calendar === name);
    let isAny = false;
    for (const event of made) {
      const row = this.sorted(name).events.find((each) => each.id === event.id);
      if (row === undefined || row.status === 'cancelled') continue;
      const { start, end, summary, transparency, recurrence } = row;
      this.person(name).deleteEvent(id, event.id);
      const again = this.person(name).createEvent(id, {
        start,
        end,
        summary,
        transparency,
        ...(recurrence === undefined ? {} : { recurrence }),
      });
      this.#made[this.#made.indexOf(event)] = { ...event, id: again.id };
      isAny = true;
    }
    return isAny;
  }

  /**
   * Notes what the events of this round look like. One that is new in it goes on with what stays away for one that is gone in it and
   * looked the same on the same calendar, whichever of both came first and whatever made them so: a computer reads both at once,
   * and nothing tells an appointment made anew from another one (adr/0038).
   */
  #watch(isNew: boolean): void {
    for (const name of names) {
      for (const event of this.#everOn(name)) {
        if (event.content.extendedProperties?.private?.['calsync.ref'] !== undefined) continue;
        const key = `${name}|${event.id}`;
        const now = isCancelled(event) ? null : lookOf(name, event);
        const known = this.#looks.get(key);
        if (known !== undefined) known.now = now;
        else if (now !== null) this.#looks.set(key, { name, id: event.id, all: new Set(), now, isNew });
        if (now !== null) this.#looks.get(key)?.all.add(now);
      }
    }
    const looks = [...this.#looks.values()];
    const made = looks.filter((one) => one.isNew);
    for (const gone of made.length === 0 ? [] : looks.filter(({ now }) => now === null)) {
      const alike = made.filter((one) => one !== gone && [...one.all].some((look) => gone.all.has(look)));
      if (alike.length === 0) continue;
      this.#come(
        refOf(gone.name, gone.id),
        alike.map(({ name, id }) => refOf(name, id)),
      );
    }
  }

  /** An event has come again under another id, the copies of its guests included. */
  #cameAgain(before: string, again: string): void {
    for (const copy of names) this.#come(refOf(copy, before), [refOf(copy, again)]);
  }

  /** A meeting is deleted: while a copy of it cannot be read, what stays away for one that is gone stays away for that one. */
  #goesPieceByPiece(id: string): void {
    for (const copy of names) {
      const others = names.filter((name) => name !== copy);
      this.#come(
        refOf(copy, id),
        others.map((name) => refOf(name, id)),
      );
    }
  }

  #come(ref: string, again: readonly string[]): void {
    this.#again.set(ref, new Set([...(this.#again.get(ref) ?? []), ...again]));
    this.#goOn([...this.deleted].filter((away) => away.endsWith(`|${ref}`)));
  }

  /**
   * Takes blocks that stay away, by target and source ref: they do so under the new ids of their events, too (adr/0038); those
   * of a guest's copy as well, which has the id of the organiser's, because to its calendar it is the same as any other event
   * that is deleted and made anew.
   */
  #goOn(away: readonly string[]): void {
    const open = [...away];
    for (const one of open) {
      const [target = '', ref = ''] = one.split('|');
      const again = [...(this.#again.get(ref) ?? [])].map((other) => `${target}|${other}`);
      for (const other of again.filter((each) => !this.deleted.has(each))) {
        this.deleted.add(other);
        open.push(other);
      }
    }
  }

  /** Blocks as they are stored, live ones or deleted ones, in the order of their making. */
  #blocksThat(are: 'live' | 'deleted'): readonly { readonly target: CalendarName; readonly event: StoredEvent }[] {
    return names.flatMap((target) =>
      this.#everOn(target)
        .filter((event) => event.recurringEventId === undefined && isCancelled(event) === (are === 'deleted'))
        .filter((event) => this.#isBlock(target, event.id, event.content.extendedProperties?.private?.['calsync.ref']))
        .map((event) => ({ target, event })),
    );
  }

  #onBlock(one: Extract<Happening, { block: number }>): boolean {
    const blocks = this.#blocksThat(one.kind === 'undelete-block' ? 'deleted' : 'live');
    const found = blocks[one.block % Math.max(1, blocks.length)];
    if (found === undefined) return false;
    const { target, event } = found;
    const person = this.person(target);
    const id = calendars[target];
    const noteGone = (): void => {
      this.deleted.add(`${target}|${event.content.extendedProperties?.private?.['calsync.ref'] ?? ''}`);
    };
    switch (one.kind) {
      case 'delete-block':
        person.deleteEvent(id, event.id);
        noteGone();
        return true;
      case 'undelete-block':
        person.undelete(id, event.id);
        this.#undeleted.add(`${target}|${event.id}`);
        return true;
      case 'move-block':
        if (one.calendar === target || ownerOf[one.calendar] !== ownerOf[target]) return false;
        person.moveToCalendar(id, event.id, calendars[one.calendar]);
        noteGone();
        return true;
      case 'copy-block':
        person.duplicateEvent(id, event.id);
        return true;
      case 'drift':
        if (one.what === 'words') person.patchEvent(id, event.id, { summary: 'Dentist', description: 'at ten' });
        else if (one.what === 'free') person.patchEvent(id, event.id, { transparency: 'transparent' });
        else if (event.content.recurrence === undefined) person.moveTime(id, event.id, ...this.#pairOf(12, 18));
        else return false;
        return true;
    }
  }

  #pairOf(day: number, at: number): [Record<string, string>, Record<string, string>] {
    const { start, end } = this.#times(day, at);
    return [start, end];
  }

  #onEvent(one: Extract<Happening, { event: number }>): boolean {
    // What only a series has is done to one of them.
    const isOfSeries = one.kind === 'move-date' || one.kind === 'end-before-date' || one.kind === 'split';
    const candidates = isOfSeries ? this.#made.filter(({ weekly }) => weekly) : this.#made;
    const made = candidates[one.event % Math.max(1, candidates.length)];
    if (made === undefined) return false;
    const person = this.person(made.calendar);
    const id = calendars[made.calendar];
    const row = person.getEvent(id, made.id) as Row | undefined;
    const live = row !== undefined && row.status !== 'cancelled';
    switch (one.kind) {
      case 'move':
        if (!live) return false;
        person.editAll(id, made.id, { start: later(row.start, one.days), end: later(row.end, one.days) });
        return true;
      case 'invite': {
        if (!live || one.guest === made.calendar) return false;
        const organizer = { email: id, responseStatus: 'accepted' };
        const others = (row.attendees ?? []).filter(({ email }) => email !== id && email !== calendars[one.guest]);
        const guest = { email: calendars[one.guest], responseStatus: 'needsAction' };
        person.editAll(id, made.id, { attendees: [organizer, ...others, guest] });
        return true;
      }
      case 'answer':
        this.person(one.guest).respond(calendars[one.guest], made.id, one.answer);
        return true;
      case 'free':
      case 'busy':
        if (live) person.editAll(id, made.id, { transparency: one.kind === 'free' ? 'transparent' : 'opaque' });
        return live;
      case 'rename':
        if (live) person.editAll(id, made.id, { summary: `Secret wishes ${made.calendar}.` });
        return live;
      case 'delete':
        if (live) this.#goesPieceByPiece(made.id);
        if (live) person.deleteEvent(id, made.id);
        return live;
      case 'undelete':
        if (row === undefined || live) return false;
        person.undelete(id, made.id);
        return true;
      case 'cancel-date':
      case 'move-date':
      case 'end-before-date':
      case 'split': {
        if (!live || row.recurrence === undefined) return false;
        const slots = this.#slotsOf(row);
        const slot = slots[one.week % Math.max(1, slots.length)];
        if (slot === undefined) return false;
        this.#onDate(one, made, slot, row);
        return true;
      }
      case 'to-calendar':
        if (!live || one.calendar === made.calendar || ownerOf[one.calendar] !== ownerOf[made.calendar]) return false;
        person.moveToCalendar(id, made.id, calendars[one.calendar]);
        this.#come(refOf(made.calendar, made.id), [refOf(one.calendar, made.id)]);
        made.calendar = one.calendar;
        return true;
    }
  }

  #onDate(one: Extract<Happening, { week: number }>, { id, calendar }: Made, slot: Slot, row: Row): void {
    const person = this.person(calendar);
    const place = calendars[calendar];
    // Where the clocks change the slot keeps its hour: named by the date, as the page does.
    const timesOf = (days: number): Record<'start' | 'end', Record<string, string>> => {
      const date = (row.start?.date ?? row.start?.dateTime ?? '').slice(0, 10);
      const by = Math.round((Date.parse(slot.date) - Date.parse(date)) / dayMilliseconds) + days;
      return { start: later(row.start, by), end: later(row.end, by) };
    };
    switch (one.kind) {
      case 'cancel-date':
        person.deleteSlot(place, id, slot.key);
        return;
      case 'move-date':
        person.editSlot(place, id, slot.key, timesOf(one.days));
        return;
      case 'end-before-date':
        person.deleteThisAndFollowing(place, id, slot.key);
        return;
      case 'split': {
        const rest = person.splitThisAndFollowing(
          place,
          id,
          slot.key,
          one.days === 0 ? {} : timesOf(one.days),
          one.form,
        );
        this.#made.push({ id: rest.id, calendar, weekly: true });
        // At its first date that is the whole series under a new id, once what is left of the one before is gone.
        if (one.days === 0 && this.#slotsOf(row)[0]?.key === slot.key) this.#cameAgain(id, rest.id);
      }
    }
  }

  #slotsOf(row: Row): readonly Slot[] {
    const { start, recurrence } = eventOf(row, '');
    if (start === null) return [];
    return new Expander()
      .slots(start, recurrence, 'Europe/Berlin', this.#monday + 80 * dayMilliseconds)
      .map(({ key }) => ({ key, date: `${key.slice(0, 4)}-${key.slice(4, 6)}-${key.slice(6, 8)}` }));
  }
}

interface Slot {
  readonly key: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

interface Sorted {
  readonly blocks: readonly Row[];
  readonly events: readonly Row[];
  /** What only has the properties of ours: copies that people made of blocks. Events like others to whoever cannot see those. */
  readonly copies: readonly Row[];
}

const tagOf = (row: Row): string | undefined => row.extendedProperties?.private?.['calsync.ref'];

const nameOf = (id: CalendarId): string => names.find((one) => calendars[one] === (id as string)) ?? '';

const mayWrite = ({ access, privateHidden }: CalendarRecord['accesses'][number]): boolean =>
  (access === 'owns' || access === 'writes') && !privateHidden;

/** What every title of an event in these households looks like. */
const titlePattern = /Secret (?:plans|wishes) [a-z]+\d?\./g;

/** Takes a time of a row; returns the same one so many days later. */
function later(time: Row['start'], days: number): Record<string, string> {
  const on = (text: string, length: number): string =>
    new Date(Date.parse(`${text.slice(0, 19)}Z`) + days * dayMilliseconds).toISOString().slice(0, length);
  if (time?.date !== undefined) return { date: on(`${time.date}T00:00:00`, 10) };
  return { dateTime: on(time?.dateTime ?? '', 19), timeZone: 'Europe/Berlin' };
}

/** Makes a database file one that cannot be read as a whole. */
function spoil(file: string, how: 'header' | 'half' | 'page'): void {
  const { size } = statSync(file);
  if (how === 'half') {
    truncateSync(file, Math.floor(size / 2));
    return;
  }
  const handle = openSync(file, 'r+');
  // The second page of a file is always a table or an index.
  if (how === 'header') writeSync(handle, Buffer.from('not a database any more'), 0, 23, 0);
  else writeSync(handle, Buffer.alloc(4096), 0, 4096, 4096);
  closeSync(handle);
}

/** What an install sees of the calendars, as the oracle wants them. */
function meshOf(household: Household, laptop: Laptop): readonly OracleCalendar[] {
  const records = laptop.store.calendars();
  return names.flatMap((name): OracleCalendar[] => {
    const record = records.find(({ id }) => id === toCalendarId(calendars[name]));
    if (record === undefined || record.accesses.length === 0) return [];
    // What cannot be read or written now is told, and its blocks are as they were.
    const { source, target, busy, trouble } = record;
    const [best] = record.accesses;
    const reader = laptop.store.accounts().find(({ id }) => id === best?.accountId);
    const events = household.sorted(name).events.map((row) => eventOf(row, calendars[name], reader?.email));
    const usable = trouble === null;
    return [
      {
        id: calendars[name],
        timeZone: household.zone(name),
        source: source && usable,
        target: target && usable,
        busy,
        events,
      },
    ];
  });
}

const listOf = (intervals: readonly Interval[], days: boolean): string =>
  intervals.map((one) => spell(days, one)).join(', ');

/**
 * Takes a household; lets its computers sync in turn after each round of what happens there, until they are at rest, and
 * then looks whether all that is promised is so: no computer has written to what was not its own; each target is busy
 * whenever a computer that uses it knows of something; each block stands for an event that is live and busy; none stands
 * twice; none says more than busy; and nothing is muted that nobody deleted. Throws {@link OracleError} where that is not so.
 * `tell` hears of each thing that happens and each sync.
 */
export async function checkHousehold(
  spec: HouseholdSpec,
  expander: Expander = new Expander(),
  tally: Tally = newTally(),
  tell?: (line: string) => void,
): Promise<void> {
  const own = (name: CalendarName, primary: boolean) => ({
    id: calendars[name],
    summary: name,
    timeZone: zoneOf[name],
    accessRole: 'owner' as const,
    ...(primary ? { primary: true } : {}),
  });
  const world: World = {
    accounts: [
      { email: emails.work, name: 'Work', calendars: [own('work', true), own('team', false)] },
      { email: emails.home, name: 'Home', calendars: [own('home', true), own('family', false)] },
      { email: emails.partner, name: 'Partner', calendars: [own('partner', true)] },
    ],
  };
  const kept = spec.rounds.some((round) => round.some(isMishap));
  const place: Workplace = await openWorkplace({
    world,
    sleep: (milliseconds) => place.clock.sleep(milliseconds),
    ...(spec.switches === undefined ? {} : { switches: spec.switches }),
  });
  const household = new Household(place, tally, kept, tell);
  try {
    household.person('family').shareCalendar(calendars.family, emails.partner, spec.family);
    household.person('partner').shareCalendar(calendars.partner, emails.home, spec.partner);
    await household.addLaptop([emails.work, emails.home]);
    if (spec.second !== 'none') {
      await household.addLaptop(spec.second === 'same' ? [emails.work, emails.home] : [emails.home]);
    }
    await household.addLaptop([emails.partner]);
    if (spec.older === true) await household.addOlderLaptop([emails.work, emails.home]);
    for (const [round, happenings] of spec.rounds.entries()) {
      household.beginRound();
      tell?.(`round ${String(round)}`);
      for (const one of happenings) {
        tell?.(JSON.stringify(one));
        if (isMishap(one)) await household.mishap(one);
        else household.happen(one);
        // As a person does one thing after the other, and no program in one moment.
        if (kept) await place.clock.advance(3_000);
      }
      await settle(household, round);
      checkAlways(household, round);
      // Where nothing was in the way, what has come to rest would only be asked the same once more.
      const disturbed = household.isDisturbed;
      await household.endRound();
      if (disturbed) await settle(household, round);
      check(place, household, round, expander);
    }
    const secrets = household.secretsOnDisks();
    if (secrets.length > 0) throw new OracleError(null, secrets.join('\n'));
    tally.households += 1;
  } catch (error) {
    if (tell !== undefined) for (const line of household.described()) tell(line);
    throw error;
  } finally {
    await place.close();
    household.close();
  }
}

/** How often each computer may sync before nothing is left to do: to see, to look again, and to answer each other. */
const mostTurns = 6;

async function settle(household: Household, round: number): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const writes: string[] = [];
    for (const index of household.laptops.keys()) {
      if (household.isOff(index)) continue;
      const run = await household.sync(index);
      if (run === null) {
        writes.push(`${String(index)}: killed, or in another's way`);
        continue;
      }
      // While a calendar cannot be read, what it would have to confirm goes on waiting.
      const waits = Object.entries(run.skipped).filter(([reason]) => reason === 'waiting-for-confirmation');
      const mayWait = run.errors.length > 0 || household.hasTrouble(index);
      if (run.writes > 0 || (waits.length > 0 && !mayWait)) writes.push(`${String(index)}: ${JSON.stringify(run)}`);
      if (household.isCommanded(index)) writes.push(`${String(index)}: the command line did something meanwhile`);
      if (run.held > 0) writes.push(`${String(index)} holds: ${household.decide(index, round)}`);
    }
    if (writes.length === 0) return;
    if (turn === mostTurns) throw new OracleError(round, `not at rest: ${writes.join('\n')}`);
  }
}

/** Whether a computer has written a block itself, as its store says. */
function isMadeBy(store: Laptop['store'], target: CalendarName, { id }: Row): boolean {
  const groups = [...store.loadGroups('all')];
  return groups.some(({ blocks }) =>
    blocks.some((block) => block.targetId === calendars[target] && block.id === id && block.ownHash !== null),
  );
}

/** What is so at any time, whoever is off and whatever cannot be read. */
function checkAlways(household: Household, round: number): void {
  const wrong: string[] = [];
  const violations = household.violations();
  if (violations.length > 0) wrong.push(`violations: ${JSON.stringify(violations)}`);
  const seen = new Map<string, number>();
  for (const { target, row } of household.liveBlocks()) {
    // An earlier generation that a person has brought back, of an event that no computer here knows.
    if (household.isTakenOut(target, row) && !household.isKept(target, row)) continue;
    if (household.isLeft(target)) continue;
    const ref = row.extendedProperties?.private?.['calsync.ref'] ?? '';
    const place_ = `${target}|${ref}`;
    seen.set(place_, (seen.get(place_) ?? 0) + 1);
  }
  // The two ends of a replacement may stand until whoever began it goes on and the calendar can be read.
  const places = household.isDisturbed ? [] : [...seen];
  for (const [one, count] of places) if (count > 1) wrong.push(`${String(count)} blocks of one event: ${one}`);
  for (const [index, laptop] of household.laptops.entries()) {
    for (const mute of laptop.store.mutes()) {
      if (!household.deleted.has(`${nameOf(mute.targetId)}|${mute.sourceRef}`)) {
        wrong.push(`laptop ${String(index)} mutes what nobody deleted: ${JSON.stringify(mute)}`);
      }
    }
  }
  if (wrong.length > 0) throw new OracleError(round, wrong.join('\n'));
}

/** What is so as soon as everything can be read and every computer has looked. */
function check(place: Workplace, household: Household, round: number, expander: Expander): void {
  checkAlways(household, round);
  const wrong: string[] = [];
  for (const { target, row } of household.liveBlocks()) {
    const text = `${row.summary ?? ''}|${(row as { location?: string }).location ?? ''}`;
    // What a person has written on a block is theirs to say, where nobody keeps the block any more.
    const isNobodys = household.mayHaveForgotten || household.isTakenOut(target, row) || !household.isKept(target, row);
    const isOwnWord = text === 'Dentist|' && isNobodys;
    if (text !== '🔒 Busy|' && !isOwnWord) wrong.push(`more than busy on ${target}: ${JSON.stringify(row)}`);
  }
  const from = place.clock.now() + 36 * hour;
  const window: Window = { from, to: from + 70 * dayMilliseconds };
  for (const target of names) {
    const { blocks } = household.sorted(target);
    const rows = blocks.map((row) => eventOf(row, calendars[target]));
    const shown = shownOn(rows, { id: calendars[target], timeZone: household.zone(target) }, window, expander);
    // Whatever any event of any calendar takes: choices of computers that are others, or of earlier, are no matter here.
    const all = names
      .filter((name) => name !== target)
      .flatMap((name) => {
        const { events: own, copies } = household.sorted(name);
        const events = [...own, ...copies].map((row) => eventOf(row, calendars[name]));
        return shownOn(events, { id: calendars[name], timeZone: household.zone(name) }, window, expander).times;
      });
    const kept = blocks
      .filter((row) => !household.isTakenOut(target, row) && household.isKept(target, row))
      .map((row) => eventOf(row, calendars[target]));
    const nobodys = without(
      shownOn(kept, { id: calendars[target], timeZone: household.zone(target) }, window, expander).times,
      joined(all),
    );
    // A computer that has lost its database, and what it used, cannot know what became of the events of other calendars.
    if (nobodys.length > 0 && !household.mayHaveForgotten)
      wrong.push(`${target} is blocked for nothing: ${listOf(nobodys, false)}`);
    const forgiven = joined(mutedTimes(household, target, window, expander));
    for (const [index, laptop] of household.laptops.entries()) {
      const mesh = meshOf(household, laptop);
      const wanted = expected({ calendars: mesh, blockPolicy: () => defaultBlockPolicy }, window, expander).get(
        calendars[target],
      );
      const missing = without(without(wanted?.times ?? [], shown.times), forgiven);
      if (missing.length > 0) {
        wrong.push(`${target} is free, but laptop ${String(index)} knows of: ${listOf(missing, false)}`);
      }
    }
  }
  if (wrong.length > 0) throw new OracleError(round, wrong.join('\n'));
}

/** The times of events whose block on a target a person has deleted. */
function mutedTimes(
  household: Household,
  target: CalendarName,
  window: Window,
  expander: Expander,
): readonly Interval[] {
  const isMuted = (name: CalendarName, row: Row): boolean => {
    return household.deleted.has(`${target}|${refOf(name, row.recurringEventId ?? row.id)}`);
  };
  // Every copy of a meeting, because its block stands for all of them.
  const meetings = new Set(
    names.flatMap((name) =>
      household
        .sorted(name)
        .events.filter((row) => isMuted(name, row))
        .map((row) => row.iCalUID),
    ),
  );
  const timesOf = (name: CalendarName, row: Row): readonly Interval[] =>
    shownOn([eventOf(row, calendars[name])], { id: calendars[name], timeZone: household.zone(name) }, window, expander)
      .times;
  const dates = mutedDates(household, target, window, expander);
  return names.flatMap((name) =>
    household.sorted(name).events.flatMap((row) => {
      const uid = row.iCalUID ?? '';
      if (isMuted(name, row) || (uid !== '' && meetings.has(uid))) return timesOf(name, row);
      if (row.recurringEventId !== undefined) return dates.has(`${uid}|${keyOf(row.id)}`) ? timesOf(name, row) : [];
      const { start, end } = eventOf(row, calendars[name]);
      if (start === null || end === null || row.recurrence === undefined) return [];
      const zone = household.zone(name);
      const length = expander.instantOf(end, zone) - expander.instantOf(start, zone);
      return datesOf(household, name, row, window, expander)
        .filter(({ key }) => dates.has(`${uid}|${key}`))
        .map(({ startsAt }): Interval => [startsAt, startsAt + length]);
    }),
  );
}

/**
 * What an event looks like to whoever has to tell whether it is the one before. Not where its rule ends: what a mute goes on with is told
 * by its times and title alone (adr/0038), because a series that was split at its first date and made anew is two that begin
 * alike, and nothing tells which of them is the one before.
 */
function lookOf(name: CalendarName, { content: { start, end, summary, recurrence } }: StoredEvent): string {
  const rule = recurrence?.map((line) => line.replaceAll(/;(?:UNTIL|COUNT)=[^;]*/g, ''));
  return JSON.stringify([name, start, end, summary, rule]);
}

/** The name of the date at which an event is. */
function dateOf({ start }: Row): string {
  if (start?.date !== undefined) return start.date.replaceAll('-', '');
  return new Date(start?.dateTime ?? 0).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

/** The name of a date in the id of its row. */
const keyOf = (id: string): string => id.slice(id.lastIndexOf('_') + 1);

function datesOf(household: Household, name: CalendarName, row: Row, window: Window, expander: Expander) {
  const { start, recurrence } = eventOf(row, calendars[name]);
  return start === null || row.recurrence === undefined
    ? []
    : expander.slots(start, recurrence, household.zone(name), window.to);
}

/** Dates of series, by the meeting and the name of the date, that had a block of their own which a person deleted. */
function mutedDates(
  household: Household,
  target: CalendarName,
  window: Window,
  expander: Expander,
): ReadonlySet<string> {
  const isDeleted = (name: CalendarName, id: string): boolean => household.deleted.has(`${target}|${refOf(name, id)}`);
  const dates = names.flatMap((name) =>
    household.sorted(name).events.flatMap((row) => {
      const keys =
        row.recurringEventId === undefined
          ? datesOf(household, name, row, window, expander).map(({ key }) => key)
          : [keyOf(row.id)];
      const series = row.recurringEventId ?? row.id;
      return keys.filter((key) => isDeleted(name, `${series}_${key}`)).map((key) => `${row.iCalUID ?? ''}|${key}`);
    }),
  );
  return new Set(dates);
}

function joined(list: readonly Interval[]): Interval[] {
  const out: [number, number][] = [];
  for (const [low, high] of list.toSorted((one, other) => one[0] - other[0])) {
    const last = out.at(-1);
    if (last !== undefined && low <= last[1]) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out;
}
