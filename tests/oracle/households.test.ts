import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { Expander } from './expander.ts';
import { checkHousehold, householdSpec } from './households.ts';

// Because a machine that does other things at the same time is no reason to fail.
vi.setConfig({ testTimeout: 600_000 });

const runs = Number(process.env['CALSYNC_PROPERTY_RUNS'] ?? 300);

describe('several computers and people on the same calendars', () => {
  it('come to rest with what is promised', async () => {
    const expander = new Expander();
    await fc.assert(
      fc.asyncProperty(householdSpec, (household) => checkHousehold(household, expander)),
      { numRuns: Math.ceil(runs / 12) },
    );
  });
});
