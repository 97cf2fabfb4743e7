import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/kernel/backoff.js';

const ms = fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true });
const repetition = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const sample = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait before a repetition (R13)', () => {
  it('is min(maxMs, baseMs · 2^(n−1)): the first wait is the base', () => {
    const waits = [1, 2, 3, 4, 5].map((n) => backoffMs({ baseMs: 100, maxMs: 1_000, jitter: false }, n, 0.5));
    expect(waits).toEqual([100, 200, 400, 800, 1_000]);
  });

  it('is none without a base', () => {
    expect(backoffMs({ baseMs: null, maxMs: 5_000, jitter: true }, 7, 0.9)).toBe(0);
    expect(backoffMs({ baseMs: 0, maxMs: 5_000, jitter: true }, 2_000, 0.9)).toBe(0);
  });

  it('is, with jitter, drawn from 0 to that', () => {
    const policy = { baseMs: 100, maxMs: 1_000, jitter: true };
    expect([0, 0.25, 0.75].map((drawn) => backoffMs(policy, 3, drawn))).toEqual([0, 100, 300]);
  });

  it('is a number from 0 to maxMs, whatever the policy, the repetition and the draw', () => {
    fc.assert(
      fc.property(fc.option(ms), ms, fc.boolean(), repetition, sample, (baseMs, maxMs, jitter, n, drawn) => {
        const wait = backoffMs({ baseMs, maxMs, jitter }, n, drawn);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(maxMs);
      }),
    );
  });

  it('doubles from one repetition to the next until it reaches maxMs', () => {
    fc.assert(
      fc.property(fc.nat(60_000), fc.nat(3_600_000), fc.integer({ min: 1, max: 100 }), (baseMs, maxMs, n) => {
        const policy = { baseMs, maxMs, jitter: false };
        expect(backoffMs(policy, n + 1, 0)).toBe(Math.min(maxMs, 2 * backoffMs(policy, n, 0)));
      }),
    );
  });
});
