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

function quartilesOf(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)]!;
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}
