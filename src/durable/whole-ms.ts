/** About a century: what is longer is for ever, to whoever stores it as a whole number. */
const longestMs = 3_200_000_000_000;

/** A duration as a store takes it: whole milliseconds, no shorter than it was. */
export function wholeMs(durationMs: number): number {
  return Math.min(longestMs, Math.ceil(durationMs));
}
