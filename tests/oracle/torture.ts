// Random people, computers and mishaps against the simulator, for as long as is asked: `npm run torture -- --seconds 600`.
// Ends with the totals; a household that is not right is made smaller, kept as a fixture, and fails the run. The seed that is
// printed plays exactly the same again.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { Expander } from './expander.ts';
import { keepFixture } from './fixtures.ts';
import { checkHousehold, newTally, tortureSpec, type HouseholdSpec } from './households.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    /** Computers of the first person: one, or two. The partner has one more. */
    installs: { type: 'string' },
    /** No more households than this, so that a fast machine tries the same ones as a slow one. */
    households: { type: 'string', default: 'Infinity' },
    /** The household to begin with, of those that the seed makes. */
    from: { type: 'string', default: '0' },
    /** How long a household that is wrong is made smaller. */
    shrink: { type: 'string', default: '180' },
  },
});

const seed = Number(options.seed ?? randomInt(2 ** 31));
const seconds = Number(options.seconds);
const installs = options.installs === undefined ? null : Number(options.installs);
if (!Number.isFinite(seed) || !(seconds > 0) || (installs !== null && ![2, 3].includes(installs))) {
  console.error('Usage: npm run torture -- [--seconds 60] [--seed N] [--installs 2|3] [--from N]');
  process.exit(2);
}
const shrinkMilliseconds = Number(options.shrink) * 1000;

const specs = tortureSpec.map((spec): HouseholdSpec => {
  if (installs === null) return spec;
  if (installs === 2) return { ...spec, second: 'none' };
  return spec.second === 'none' ? { ...spec, second: 'same' } : spec;
});

console.log(`seed ${seed}: npm run torture -- --seed ${seed}${installs === null ? '' : ` --installs ${installs}`}`);
const began = performance.now();
const tally = newTally();
const expander = new Expander();
let households = 0;
let failures = 0;
const told = (): string => {
  const spent = (performance.now() - began) / 1000;
  const { edits, syncs, kills, faults, databases } = tally;
  return (
    `${households} households, ${edits} edits, ${syncs} syncs, ${kills} kills, ${faults} faults, ` +
    `${databases} databases lost or older, ${spent.toFixed(0)} s (${(edits / spent).toFixed(1)} edits a second)`
  );
};
const isOver = (): boolean => performance.now() - began >= seconds * 1000 || households >= Number(options.households);
for (let index = Number(options.from); !isOver(); index += 1) {
  let failedAt = 0;
  const details = await fc.check(
    fc.asyncProperty(specs, async (spec) => {
      if (failedAt > 0 && performance.now() - failedAt > shrinkMilliseconds) return;
      try {
        await checkHousehold(spec, expander, failedAt > 0 ? newTally() : tally);
      } catch (error) {
        failedAt ||= performance.now();
        throw error;
      }
    }),
    { seed: seed + index, numRuns: 1 },
  );
  households += 1;
  if (households % 100 === 0) console.log(told());
  const [world] = details.counterexample ?? [];
  if (!details.failed || world === undefined) continue;
  failures += 1;
  const about = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  const file = keepFixture(`household-${String(seed + index)}`, { level: 'household', world, about });
  console.log(
    `WRONG: ${about}\nkept as ${file}; again: npm run torture -- --seed ${String(seed)} --from ${String(index)}`,
  );
  if (failures === 5) break;
}
console.log(`${told()}: ${failures === 0 ? '0 violations' : `${String(failures)} households were wrong`}`);
process.exitCode = failures === 0 ? 0 : 1;
