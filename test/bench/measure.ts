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
  /** This one's duration to that of the first candidate in the same round, over the rounds. */
  readonly ratio: Quartiles;
}

export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

const rounds = 15;
/** What one candidate runs for in one round, in milliseconds, or once where that takes longer. */
const turnMs = 60;
/** Before anything counts each candidate has this many turns: to be compiled, and to find out how often it must run to fill one. */
const warmUps = 6;

/** The first candidate is what the others are compared to. Each round lets all of them run, and another one first. */
export async function measure(candidates: readonly Candidate[]): Promise<readonly Measured[]> {
  const times = candidates.map(() => 1);
  const durationsUs: number[][] = candidates.map(() => []);
  for (let warmUp = 0; warmUp < warmUps; warmUp++) {
    for (const [index, candidate] of candidates.entries()) {
      const tookUs = await durationUs(candidate, times[index]!);
      times[index] = Math.max(1, Math.round((turnMs * 1_000) / tookUs));
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < candidates.length; turn++) {
      const index = (round + turn) % candidates.length;
      durationsUs[index]!.push(await durationUs(candidates[index]!, times[index]!));
    }
  }
  const [baselineUs = []] = durationsUs;
  return candidates.map(({ name }, index) => ({
    name,
    medianUs: quartilesOf(durationsUs[index]!).median,
    ratio: quartilesOf(durationsUs[index]!.map((tookUs, round) => tookUs / baselineUs[round]!)),
  }));
}

/** Of doing it once, when it is done that many times. */
async function durationUs({ run }: Candidate, times: number): Promise<number> {
  const beganAtMs = performance.now();
  await run(times);
  return ((performance.now() - beganAtMs) * 1_000) / times;
}

function quartilesOf(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)]!;
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}
