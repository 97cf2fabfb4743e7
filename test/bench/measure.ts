// Durations of one run say little on a machine that does other things: what is told are medians, and ratios of what ran in the same round.

/** Something to measure. `run` does it `times` times and resolves when all is done. */
export interface Candidate {
  readonly name: string;
  readonly run: (times: number) => Promise<void>;
}

export interface Measured {
  readonly name: string;
  /** Median over the rounds, for doing it once, in microseconds. */
  readonly medianUs: number;
  /** Median over the rounds of this one's duration to that of the first candidate in the same round. */
  readonly ratio: number;
}

export interface Rounds {
  readonly rounds: number;
  /** How often each candidate runs in each round. */
  readonly times: readonly number[];
}

/** The first candidate is what the others are compared to. Each round lets all of them run, and another one first. */
export async function measure(candidates: readonly Candidate[], { rounds, times }: Rounds): Promise<readonly Measured[]> {
  const durationsUs: number[][] = candidates.map(() => []);
  for (const [index, { run }] of candidates.entries()) await run(times[index]!);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < candidates.length; turn++) {
      const index = (round + turn) % candidates.length;
      const beganAtMs = performance.now();
      await candidates[index]!.run(times[index]!);
      durationsUs[index]!.push(((performance.now() - beganAtMs) * 1_000) / times[index]!);
    }
  }
  const [baselineUs = []] = durationsUs;
  return candidates.map(({ name }, index) => ({
    name,
    medianUs: median(durationsUs[index]!),
    ratio: median(durationsUs[index]!.map((durationUs, round) => durationUs / baselineUs[round]!)),
  }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
