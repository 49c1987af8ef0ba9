// Reads that somebody tampers with on their way, mode by mode, and what goes for it: `npm run torture:reads -- --reads 100000`.
// Ends with a table. No block may go for an answer of which a client can know that it proves nothing; for the others, no more
// than the breaker lets through. The seed that is printed plays the same again.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { sourceRef } from '../../src/main/core/identity.ts';
import { isTooMany } from '../../src/main/core/holds.ts';
import { day, hour, minute } from '../../src/shared/time.ts';
import { toCalendarId, toEventId } from '../../src/shared/ids.ts';
import type { World } from '../../src/simulator/index.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { asJson, isSent, modes, type Body, type Mode, type Reach, type Sent } from './tampering.ts';

const { values: options } = parseArgs({
  options: {
    reads: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    /** A mode by a part of its name; otherwise all. */
    mode: { type: 'string', default: '' },
  },
});
const seed = Number(options.seed ?? randomInt(2 ** 31));
const reads = Number(options.reads);
if (!Number.isFinite(seed) || !(reads > 0)) {
  console.error('Usage: npm run torture:reads -- [--reads 100000] [--seed N] [--mode part-of-a-name]');
  process.exit(2);
}

/** What has come of a mode. */
interface Tally {
  /** Answers that were changed. */
  reads: number;
  syncs: number;
  /** Blocks that went although their event is there and busy. */
  removed: number;
  /** Blocks that would have gone, and were held. */
  held: number;
  /** Syncs that told of something wrong. */
  told: number;
  /** Most meetings of one calendar that lost blocks within 24 hours. */
  worst: number;
}

/** Chance with a seed (mulberry32): the same seed gives the same numbers, each from 0 up to 1, without it. */
function chanceOf(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const work = 'work@northwind.example';
const team = 'team@group.calendar.example';
const home = 'me@home.example';
/** Of each account one that is not in use and has events, and one that is empty. */
const others: Readonly<Record<string, { readonly full: string; readonly empty: string }>> = {
  [work]: { full: 'choir@group.calendar.example', empty: 'empty-1@group.calendar.example' },
  [home]: { full: 'garden@group.calendar.example', empty: 'empty-2@group.calendar.example' },
};
const calendars = [work, team, home];
const own = (id: string, primary: boolean) => ({
  ...{ id, summary: id, timeZone: 'Europe/Berlin', accessRole: 'owner' as const },
  ...(primary ? { primary } : {}),
});
const world: World = {
  accounts: [
    { email: work, name: 'Work', calendars: [own(work, true), own(team, false), ...othersOf(work)] },
    { email: home, name: 'Home', calendars: [own(home, true), ...othersOf(home)] },
  ],
};
function othersOf(email: string) {
  return Object.values(others[email] ?? {}).map((id) => own(id, false));
}
const ownerOf = (calendar: string): string => (calendar === home ? home : work);

/** Takes an instant; returns an hour from then on. */
function timesAt(start: number): Record<'start' | 'end', Record<string, string>> {
  const text = (instant: number): Record<string, string> => ({
    dateTime: new Date(instant).toISOString().slice(0, 19),
    timeZone: 'Europe/Berlin',
  });
  return { start: text(start), end: text(start + hour) };
}

interface Event {
  readonly id: string;
  readonly calendar: string;
}

/** A computer whose calendars are at rest, each with its events and the blocks of the others. */
class Bench {
  readonly #place: Workplace;
  readonly #chance: () => number;
  readonly #events: Event[] = [];
  /** The calendars of the events, by the names that blocks have for these. */
  readonly #sources = new Map<string, string>();
  readonly #earlier = new Map<string, Body>();
  readonly #later = new Map<string, Body>();
  /** Meetings that lost a block wrongly and have not got it back: when, and of which calendar. */
  #lost: { readonly at: number; readonly block: string; readonly meeting: string; readonly source: string }[] = [];
  #expected: ReadonlyMap<string, string> = new Map();
  #laptop: Laptop | null = null;
  #mode: Mode | null = null;
  #struck: readonly string[] = [];
  #tally: Tally | null = null;

  constructor(place: Workplace, chance: () => number) {
    this.#place = place;
    this.#chance = chance;
  }

  /** Takes how many events each calendar gets; makes them, and lets their blocks be made. */
  async begin(events: number): Promise<void> {
    const { simulator } = this.#place;
    this.#laptop = await this.#place.laptop({ fetch: (input, init) => this.#fetch(new Request(input, init)) });
    for (const [email, { full, empty }] of Object.entries(others)) {
      for (const id of [full, empty]) this.#laptop.use(id, { source: false, target: false });
      const start = this.#place.clock.now() + 40 * day;
      for (let index = 0; index < 3; index += 1) {
        simulator.person(email).createEvent(full, { summary: 'Singing', ...timesAt(start + index * day) });
      }
    }
    for (const calendar of calendars) {
      for (let index = 0; index < events; index += 1) {
        const start = this.#place.clock.now() + (30 + index) * day;
        const made = simulator.person(ownerOf(calendar)).createEvent(calendar, {
          summary: `Plan ${String(index)}`,
          ...timesAt(start),
          ...(index % 5 === 0 ? { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=9'] } : {}),
        });
        this.#events.push({ id: made.id, calendar });
        this.#sources.set(sourceRef(toCalendarId(calendar), toEventId(made.id)), calendar);
      }
    }
    for (let run = 0; run < 3; run += 1) await this.#sync();
    const expected = events * calendars.length * (calendars.length - 1);
    this.#expected = this.#standing();
    if (this.#expected.size !== expected) throw new Error(`${String(this.#expected.size)} blocks at first`);
  }

  /** Lets one sync read what a mode makes of the answers, then an honest one; adds to the tally what has come of it. */
  async read(mode: Mode, tally: Tally): Promise<string | null> {
    const laptop = this.#laptop;
    if (laptop === null) throw new Error('not begun');
    this.#tally = tally;
    const before = this.#standing();
    // A delta with something in it, one with nothing, or a full read.
    for (let moves = Math.floor(this.#chance() * 3); moves > 0; moves -= 1) this.#move();
    if (this.#chance() < 0.75) this.#place.simulator.faults.add({ kind: 'syncTokenExpired', times: calendars.length });
    this.#mode = mode;
    // All that is read, or one calendar alone: where all are empty at once, nothing is left to be removed.
    this.#struck = this.#chance() < 0.4 ? calendars : [calendars[Math.floor(this.#chance() * 3)] ?? work];
    const run = await this.#sync();
    this.#mode = null;
    this.#later.clear();
    this.#place.simulator.faults.clear();
    if (run.errors.length > 0) tally.told += 1;
    tally.held += run.held;
    tally.syncs += 1;
    const after = this.#standing();
    const now = this.#place.clock.now();
    for (const [block, source] of before) {
      if (after.has(block)) continue;
      tally.removed += 1;
      this.#lost.push({ at: now, block, meeting: block.slice(block.indexOf('|')), source });
    }
    this.#lost = this.#lost.filter(({ block }) => !after.has(block));
    for (const source of calendars) {
      const lately = this.#lost.filter((one) => one.source === source && one.at > now - day);
      const count = new Set(lately.map(({ meeting }) => meeting)).size;
      tally.worst = Math.max(tally.worst, count);
      const meetings = this.#events.filter(({ calendar }) => calendar === source).length;
      if (isTooMany(count, meetings)) return `${String(count)} of ${String(meetings)} meetings lost blocks in a day`;
    }
    const isGone = [...before.keys()].some((one) => !after.has(one));
    if (mode.known && isGone) return `a block went: ${JSON.stringify(run)}`;
    if (laptop.store.mutes().length > 0) return `a mute that nobody made: ${JSON.stringify(laptop.store.mutes())}`;
    if (this.#place.simulator.violations.length > 0) return JSON.stringify(this.#place.simulator.violations);
    await this.#place.clock.advance(2 * hour);
    // What nobody could know of is believed until the next read of everything, so that several come together.
    return mode.known || this.#chance() < 0.3 ? await this.#heal(mode) : null;
  }

  /** Lets honest reads follow, of everything where nobody could know better; returns what is still wrong, or null. */
  async #heal(mode: Mode): Promise<string | null> {
    if (!mode.known) this.#place.simulator.faults.add({ kind: 'syncTokenExpired', times: calendars.length });
    for (let honest = 0; honest < 4; honest += 1) {
      const again = await this.#sync();
      if (again.writes === 0 && again.held === 0) break;
    }
    this.#lost = [];
    const standing = this.#standing();
    const gone = [...this.#expected.keys()].filter((one) => !standing.has(one));
    return gone.length === 0 && standing.size === this.#expected.size
      ? null
      : `after honest reads ${String(standing.size)} blocks stand, not ${String(this.#expected.size)}: ${gone.join(', ')}`;
  }

  async #sync(): ReturnType<Laptop['sync']> {
    if (this.#laptop === null) throw new Error('not begun');
    await this.#place.clock.advance(10 * minute);
    return this.#laptop.sync();
  }

  #move(): void {
    const event = this.#events[Math.floor(this.#chance() * this.#events.length)];
    if (event === undefined) return;
    const start = this.#place.clock.now() + Math.ceil(30 + this.#chance() * 60) * day;
    const { start: from, end } = timesAt(start);
    this.#place.simulator.person(ownerOf(event.calendar)).moveTime(event.calendar, event.id, from, end);
  }

  /** Live blocks by their target and the ref of their event, with the calendar that this is on. */
  #standing(): ReadonlyMap<string, string> {
    const standing = new Map<string, string>();
    for (const target of calendars) {
      for (const block of this.#place.blocks(target)) {
        const ref = block.extendedProperties?.private?.['calsync.ref'] ?? '';
        standing.set(`${target}|${ref}`, this.#sources.get(ref) ?? '');
      }
    }
    return standing;
  }

  async #fetch(request: Request): Promise<Response> {
    const { simulator } = this.#place;
    const url = new URL(request.url);
    const calendar = /^\/calendar\/v3\/calendars\/([^/]+)\/events$/.exec(url.pathname)?.[1];
    if (request.method !== 'GET' || calendar === undefined) return simulator.fetch(request);
    const ask = async (change: (url: URL) => void): Promise<Body> => {
      const other = new URL(url);
      change(other);
      return (await (await simulator.fetch(new Request(other, { headers: request.headers }))).json()) as Body;
    };
    const answer = await simulator.fetch(request);
    if (answer.status !== 200) return answer;
    const body = (await answer.json()) as Body;
    const name = decodeURIComponent(calendar);
    const instead = this.#later.get(url.searchParams.get('pageToken') ?? '');
    const reach: Reach = {
      chance: this.#chance,
      ask,
      ...(others[ownerOf(name)] ?? { full: work, empty: work }),
      earlier: this.#earlier.get(name) ?? null,
      later: this.#later,
    };
    const mode = this.#struck.includes(name) ? this.#mode : null;
    const changed = instead ?? (mode === null ? body : await mode.tamper(body, reach));
    if (this.#mode === null && (body.items?.length ?? 0) > 0 && this.#chance() < 0.1) this.#earlier.set(name, body);
    const sent: Sent = isSent(changed) ? changed : { status: 200, text: JSON.stringify(changed), type: asJson };
    if (this.#tally !== null && (isSent(changed) || sent.text !== JSON.stringify(body))) this.#tally.reads += 1;
    const headers = new Headers(answer.headers);
    headers.delete('content-length');
    headers.set('content-type', sent.type);
    return new Response(sent.status === 204 ? null : sent.text, { status: sent.status, headers });
  }
}

const began = performance.now();
let toldAt = began;
const tallies = new Map(
  modes
    .filter(({ name }) => name.includes(options.mode))
    .map((mode) => [mode, { reads: 0, syncs: 0, removed: 0, held: 0, told: 0, worst: 0 }] as const),
);
/** How many syncs a bench lives through: a few days of its clock. */
const syncsOfBench = 40;
const done = (): number => [...tallies.values()].reduce((sum, tally) => sum + tally.reads, 0);
const wrong: string[] = [];
console.log(`seed ${String(seed)}: npm run torture:reads -- --seed ${String(seed)} --reads ${String(reads)}`);
for (let round = 0; done() < reads && wrong.length < 5; round += 1) {
  for (const [index, [mode, tally]] of [...tallies].entries()) {
    const chance = chanceOf(seed + round * modes.length + index);
    const place = await openWorkplace({
      world,
      switches: { maximumPageSize: mode.paged === true || chance() < 0.5 ? 5 : null },
    });
    try {
      const bench = new Bench(place, chance);
      await bench.begin(6 + Math.floor(chance() * 10));
      for (let sync = 0; sync < syncsOfBench; sync += 1) {
        const found = await bench.read(mode, tally);
        if (found === null) continue;
        wrong.push(`${mode.name}, round ${String(round)}, sync ${String(sync)}: ${found}`);
        console.log(`WRONG: ${wrong.at(-1) ?? ''}`);
        break;
      }
    } finally {
      await place.close();
    }
  }
  if (performance.now() - toldAt > 60_000) {
    toldAt = performance.now();
    console.log(`${String(done())} reads, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
}
const rows = [...tallies].map(([{ name, known }, tally]) =>
  [name, known ? 'yes' : 'no', tally.reads, tally.removed, tally.held, tally.told, tally.worst].map(String),
);
console.log(
  ['mode', 'can be known', 'reads', 'removed wrongly', 'held', 'syncs that said so', 'most in a day'].join(' | '),
);
for (const row of rows) console.log(row.join(' | '));
console.log(
  `${String(done())} tampered reads, ${((performance.now() - began) / 1000).toFixed(0)} s: ` +
    (wrong.length === 0 ? 'no block went that a client can know of' : `${String(wrong.length)} were wrong`),
);
process.exitCode = wrong.length === 0 ? 0 : 1;
