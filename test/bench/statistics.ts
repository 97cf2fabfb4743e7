// Durations of one run say little on a machine that does other things: what is told are medians, and ratios of what ran in the same round.
import type { Durations } from './measure.js';

export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

export function medianOf(values: readonly number[]): number {
  return quartilesOf(values).median;
}

/** Round by round. */
export function ratiosTo(baseline: Durations, durations: Durations): Quartiles {
  return quartilesOf(durations.map((us, round) => us / baseline[round]!));
}

export function quartilesOf(values: readonly number[]): Quartiles {
  const rising = values.toSorted((a, b) => a - b);
  return { lower: quantile(rising, 0.25), median: quantile(rising, 0.5), upper: quantile(rising, 0.75) };
}

/** @param rising sorted, at least one @param share from 0 to 1 */
export function quantile(rising: readonly number[], share: number): number {
  return rising[Math.round((rising.length - 1) * share)]!;
}
