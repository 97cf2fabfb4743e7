/** About a hundred thousand years: a time of the clock and this much are still exact. */
const longestMs = 2 ** 52;

/** As a column takes it, rounded up: nothing is due before its time. */
export function wholeMs(durationMs: number): number {
  return Math.min(longestMs, Math.ceil(durationMs));
}
