// Random people, computers and mishaps against the simulator, for as long as is asked: `npm run torture -- --seconds 600`.
// Ends with the totals; a household that is not right is made smaller, kept as a fixture, and fails the run. The seed that is
// printed plays exactly the same again.
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { Expander } from './expander.ts';
import { keepFixture } from './fixtures.ts';
import { tortureSpec, usedFaults, type HouseholdSpec } from './happenings.ts';
import { addTally, checkHousehold, newTally, type Tally } from './households.ts';
import { madeSmall } from './smaller.ts';
import { hasOlderBuild } from '../support/older-build.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    /** Computers of the first person: one, or two. The partner has one more. */
    installs: { type: 'string' },
    /** With an older laptop in every fourth household, whose earlier build does what it does. */
    older: { type: 'boolean', default: false },
    /** No more households than this, so that a fast machine tries the same ones as a slow one. */
    households: { type: 'string', default: 'Infinity' },
    /** The household to begin with, of those that the seed makes. */
    from: { type: 'string', default: '0' },
    /** How long a household that is wrong is made smaller. */
    shrink: { type: 'string', default: '180' },
    /** Processes side by side; each takes every so manieth household, so that their number changes none of them. */
    workers: { type: 'string', default: String(availableParallelism()) },
    /** A file that was kept: its household alone is played, and told step by step. */
    replay: { type: 'string' },
    /** Which of them this process is; nothing: the one that begins the others. */
    worker: { type: 'string' },
  },
});

const seed = Number(options.seed ?? randomInt(2 ** 31));
const seconds = Number(options.seconds);
const installs = options.installs === undefined ? null : Number(options.installs);
const workers = Number(options.workers);
if (!Number.isFinite(seed) || !(seconds > 0) || !(workers > 0) || (installs !== null && ![2, 3].includes(installs))) {
  console.error(
    'Usage: npm run torture -- [--seconds 60] [--seed N] [--installs 2|3] [--older] [--from N] [--workers N]',
  );
  process.exit(2);
}
const shrinkMilliseconds = Number(options.shrink) * 1000;
const mostFailures = 5;
const began = performance.now();

/** What a process tells the one that began it. */
type Report =
  | { readonly kind: 'tally'; readonly tally: Tally }
  | { readonly kind: 'wrong'; readonly about: string; readonly file: string; readonly index: number };

const withOlder = options.older && hasOlderBuild();
const specs = tortureSpec.map((drawn): HouseholdSpec => {
  const spec = withOlder ? drawn : { ...drawn, older: false };
  if (installs === null) return spec;
  if (installs === 2) return { ...spec, second: 'none' };
  return spec.second === 'none' ? { ...spec, second: 'same' } : spec;
});

/** Tries a household; returns what is wrong with it, or null. */
async function wrongOf(spec: HouseholdSpec, expander: Expander, tally: Tally): Promise<string | null> {
  try {
    await checkHousehold(spec, expander, tally);
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** Tries every so manieth household from one on, and reports as it goes. */
async function work(first: number, every: number, report: (one: Report) => void): Promise<void> {
  let failures = 0;
  let households = first;
  const isOver = (): boolean =>
    performance.now() - began >= seconds * 1000 || households >= Number(options.households) || failures >= mostFailures;
  for (; !isOver(); households += every) {
    const index = Number(options.from) + households;
    const [spec] = fc.sample(specs, { seed: seed + index, numRuns: 1 });
    if (spec === undefined) throw new RangeError('no household');
    // Each has its own, because what it has expanded is kept for ever.
    const expander = new Expander();
    const tally = newTally();
    const wrong = await wrongOf(spec, expander, tally);
    report({ kind: 'tally', tally });
    if (wrong === null) continue;
    failures += 1;
    const until = performance.now() + shrinkMilliseconds;
    const { world, about } = await madeSmall(
      spec,
      wrong,
      (smaller) => wrongOf(smaller, expander, newTally()),
      () => performance.now() > until,
    );
    const file = keepFixture(`household-${String(seed + index)}`, { level: 'household', world, about });
    report({ kind: 'wrong', about, file, index });
  }
}

const sum = newTally();
let failures = 0;

const inWords = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ');

function told(): string {
  const spent = (performance.now() - began) / 1000;
  const { households, edits, syncs } = sum;
  return (
    `${String(households)} households, ${String(edits)} edits, ${String(syncs)} syncs, ${spent.toFixed(0)} s ` +
    `(${(edits / spent).toFixed(1)} edits and ${(syncs / spent).toFixed(1)} syncs a second)`
  );
}

let toldAt = began;
function take(one: Report): void {
  if (one.kind === 'tally') {
    addTally(sum, one.tally);
    if (performance.now() - toldAt < 60_000) return;
    toldAt = performance.now();
    console.log(told());
    return;
  }
  failures += 1;
  const again = `npm run torture -- --seed ${String(seed)} --from ${String(one.index)} --households 1`;
  console.log(`WRONG: ${one.about}\nkept as ${one.file}; again: ${again}`);
}

async function begin(): Promise<void> {
  console.log(`seed ${String(seed)}: npm run torture -- --seed ${String(seed)}`);
  if (options.older && !withOlder) console.log('the earlier build is not in this clone: played without it');
  if (workers === 1) await work(0, 1, take);
  else {
    await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        const child = fork(import.meta.filename, [
          ...process.argv.slice(2),
          ...['--seed', String(seed), '--workers', String(workers), '--worker', String(worker)],
        ]);
        child.on('message', (one) => take(one as Report));
        const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
        if (code === 0) return;
        failures += 1;
        console.log(`WRONG: a process ended with ${String(code)}`);
      }),
    );
  }
  console.log(`mishaps: ${inWords(sum.mishaps)}`);
  console.log(`requests that a fault struck: ${inWords(sum.struck)}`);
  const unused = usedFaults.filter((kind) => sum.struck[kind] === undefined);
  if (unused.length > 0) console.log(`faults that never struck: ${unused.join(', ')}`);
  // Otherwise so many edits would be seen by nobody.
  if (sum.edits > 20 * sum.syncs) {
    failures += 1;
    console.log('WRONG: more than twenty edits for each sync');
  }
  console.log(`${told()}: ${failures === 0 ? '0 violations' : `${String(failures)} households were wrong`}`);
  process.exitCode = failures === 0 ? 0 : 1;
}

/** Takes the file of a household that was kept; plays it, and tells all that happens and what stands at the end. */
async function replay(file: string): Promise<void> {
  const { world } = JSON.parse(readFileSync(file, 'utf8')) as { readonly world: HouseholdSpec };
  try {
    await checkHousehold(world, new Expander(), newTally(), (line) => console.log(line));
    console.log('0 violations');
  } catch (error) {
    console.log(`WRONG: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 1;
  }
}

if (options.replay !== undefined) await replay(options.replay);
else if (options.worker === undefined) await begin();
else {
  await work(Number(options.worker), workers, (one) => process.send?.(one));
  process.disconnect();
}
