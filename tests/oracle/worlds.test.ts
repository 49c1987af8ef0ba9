import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { worldSpec } from './arbitraries.ts';
import { checkPlanner } from './check-planner.ts';
import { checkSimulator, checkUndo } from './check-simulator.ts';
import { Expander } from './expander.ts';
import { householdSpec } from './happenings.ts';
import { checkHousehold } from './households.ts';
import { readFixtures, type Fixture } from './fixtures.ts';
import { OracleError } from './oracle.ts';

// Because a machine that does other things at the same time is no reason to fail.
vi.setConfig({ testTimeout: 300_000 });

const runs = Number(process.env['CALSYNC_PROPERTY_RUNS'] ?? 300);

describe('targets are busy exactly when some source says so', () => {
  it('by the planner alone, through rounds of edits', () => {
    const expander = new Expander();
    fc.assert(
      fc.property(worldSpec, (world) => checkPlanner(world, expander)),
      { numRuns: runs },
    );
  });

  it('by the whole of CalSync with the simulator', async () => {
    const expander = new Expander();
    await fc.assert(
      fc.asyncProperty(worldSpec, (world) => checkSimulator(world, expander)),
      { numRuns: Math.ceil(runs / 12) },
    );
  });
});

describe('a sync that is undone', () => {
  it('leaves every minute as it was, and its own undo as it came to be', async () => {
    const expander = new Expander();
    await fc.assert(
      fc.asyncProperty(worldSpec, (world) => checkUndo(world, expander)),
      { numRuns: Math.ceil(runs / 12) },
    );
  });
});

describe('several computers and people on the same calendars', () => {
  it('come to rest with all that is promised', async () => {
    const expander = new Expander();
    await fc.assert(
      fc.asyncProperty(householdSpec, (household) => checkHousehold(household, expander)),
      { numRuns: Math.ceil(runs / 12) },
    );
  });
});

async function check(fixture: Fixture): Promise<void> {
  if (fixture.level === 'household') await checkHousehold(fixture.world);
  else if (fixture.level === 'planner') checkPlanner(fixture.world);
  else await checkSimulator(fixture.world);
}

describe('worlds that were wrong once', () => {
  it.each(readFixtures('right'))('stay right: $name', (fixture) => check(fixture));

  // One that is right all of a sudden belongs among the others.
  it.each(readFixtures('open'))('are still open: $name', async (fixture) => {
    await expect(check(fixture)).rejects.toThrow(OracleError);
  });
});
