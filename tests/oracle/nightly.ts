import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { worldSpec } from './arbitraries.ts';
import { checkPlanner } from './check-planner.ts';
import { checkSimulator } from './check-simulator.ts';
import { Expander } from './expander.ts';
import { keepFixture, type Fixture } from './fixtures.ts';
import { householdSpec } from './happenings.ts';
import { checkHousehold } from './households.ts';

const { values: options } = parseArgs({
  options: {
    worlds: { type: 'string', default: '10000' },
    simulated: { type: 'string', default: '500' },
    households: { type: 'string', default: '500' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
  },
});

const seed = Number(options.seed ?? randomInt(2 ** 31));
const perBatch = { planner: 250, simulator: 25, household: 25 } as const;
/** Making a wrong world small is given up after this long: the smallest one that was found is kept. */
const shrinkMilliseconds = 180_000;
const mostFailures = 5;

interface Batch {
  readonly level: Fixture['level'];
  readonly number: number;
  readonly worlds: number;
}

function batches(): readonly Batch[] {
  const of = (level: Fixture['level'], worlds: number): Batch[] =>
    Array.from({ length: Math.ceil(worlds / perBatch[level]) }, (_, index) => ({
      level,
      number: index,
      worlds: Math.min(perBatch[level], worlds - index * perBatch[level]),
    }));
  return [
    ...of('planner', Number(options.worlds)),
    ...of('simulator', Number(options.simulated)),
    ...of('household', Number(options.households)),
  ];
}

async function check({ level, worlds }: Batch, batchSeed: number): Promise<Fixture | null> {
  const expander = new Expander();
  let failedAt = 0;
  const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  /** Looks at worlds of a kind; returns the smallest that was wrong, and how. */
  const search = async <World>(
    worldsOf: fc.Arbitrary<World>,
    look: (world: World) => void | Promise<void>,
  ): Promise<{ readonly world: World; readonly about: string } | null> => {
    // Stops making a world smaller when the time is up: what is left to try is taken for right.
    const details = await fc.check(
      fc.asyncProperty(worldsOf, async (world) => {
        if (failedAt > 0 && performance.now() - failedAt > shrinkMilliseconds) return;
        try {
          await look(world);
        } catch (error) {
          failedAt ||= performance.now();
          throw error;
        }
      }),
      { seed: batchSeed, numRuns: worlds },
    );
    const [world] = details.counterexample ?? [];
    return details.failed && world !== undefined ? { world, about: message(details.errorInstance) } : null;
  };
  if (level === 'household') {
    const wrong = await search(householdSpec, (household) => checkHousehold(household, expander));
    return wrong === null ? null : { level, ...wrong };
  }
  const wrong = await search(worldSpec, (world) =>
    level === 'planner' ? checkPlanner(world, expander) : checkSimulator(world, expander),
  );
  return wrong === null ? null : { level, ...wrong };
}

const began = performance.now();
const all = batches();
let done = 0;
let failures = 0;
console.log(
  `seed ${seed}: npm run test:oracle -- --seed ${seed} --worlds ${options.worlds} --simulated ${options.simulated} --households ${options.households}`,
);
for (const [index, batch] of all.entries()) {
  if (index < Number(options.from)) continue;
  const wrong = await check(batch, seed + index);
  done += batch.worlds;
  const spent = process.cpuUsage();
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const cpu = ((spent.user + spent.system) / 1e6).toFixed(0);
  console.log(`batch ${index + 1} of ${all.length} (${batch.level}): ${done} worlds, ${seconds} s, ${cpu} s CPU`);
  if (wrong === null) continue;
  failures += 1;
  const file = keepFixture(`${batch.level}-${seed + index}`, wrong);
  console.log(`WRONG: ${wrong.about}\nkept as ${file}; again from here: --seed ${seed} --from ${index}`);
  if (failures === mostFailures) break;
}
console.log(failures === 0 ? `${done} worlds, all right` : `${failures} of the batches were wrong`);
process.exitCode = failures === 0 ? 0 : 1;
