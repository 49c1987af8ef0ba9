import { describe, expect, it } from 'vitest';
import { createRests } from '../../src/main/app/rests.ts';

describe('what a sync waits for', () => {
  it('is told while it lasts, the wait that ends first where there are several', () => {
    const rests = createRests();
    const told: (number | null)[] = [];
    rests.follow(() => told.push(rests.until()));
    const [first, second] = [rests.begin(60_000), rests.begin(30_000)];
    second();
    second();
    first();
    expect(told).toEqual([60_000, 30_000, 60_000, 60_000, null]);
  });
});
