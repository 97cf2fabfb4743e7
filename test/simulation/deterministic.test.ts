import { describe, expect, it } from 'vitest';
import { simulate } from './simulation.js';

describe('a simulation', () => {
  it('does the same for the same seed, so that what it finds can be looked at', async () => {
    for (const seed of [3, 7, 31]) {
      const [one, other] = [await simulate(seed, { isTraced: true }), await simulate(seed, { isTraced: true })];
      expect(other.trace).toEqual(one.trace);
      expect(one.trace.length).toBeGreaterThan(10);
      const untraced = await simulate(seed);
      expect(untraced.counts).toEqual(one.counts);
      expect(untraced.virtualMs).toBe(one.virtualMs);
    }
  });

  it('does something else for another seed', async () => {
    const [one, other] = [await simulate(1, { isTraced: true }), await simulate(2, { isTraced: true })];
    expect(other.trace).not.toEqual(one.trace);
  });
});
