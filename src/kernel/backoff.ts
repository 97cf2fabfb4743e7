import type { BackoffPolicy } from '../graph/saga-graph.js';

/**
 * The wait before repetition n = 1, 2, …, in milliseconds: `min(maxMs, baseMs · 2^(n−1))`, with jitter a part of that (R13).
 * "Full jitter": M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015.
 *
 * @param sample drawn uniformly from [0, 1)
 */
export function backoffMs(policy: BackoffPolicy, n: number, sample: number): number {
  if (policy.baseMs === null || policy.baseMs === 0) return 0; // 0 · 2^1024 would be NaN
  const longest = Math.min(policy.maxMs, policy.baseMs * 2 ** (n - 1));
  return policy.jitter ? longest * sample : longest;
}
