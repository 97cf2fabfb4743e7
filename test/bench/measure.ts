/** Something to measure. `run` does it `times` times and resolves when all is done. */
export interface Candidate {
  readonly name: string;
  readonly run: (times: number) => Promise<void>;
}

/** How long doing it once took in each round, in microseconds. */
export type Durations = readonly number[];

/** What one candidate runs for in one round, in milliseconds, or once where that takes longer. */
const turnMs = 60;
/** Before anything counts each candidate has this many turns: to be compiled, and to find out how often it must run to fill one. */
const warmUps = 6;

/** Of each candidate. Each round lets all of them run, and another one first. */
export async function measure(candidates: readonly Candidate[], rounds: number): Promise<readonly Durations[]> {
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
  return durationsUs;
}

/** Of doing it once, when it is done that many times. */
async function durationUs({ run }: Candidate, times: number): Promise<number> {
  const beganAtMs = performance.now();
  await run(times);
  return ((performance.now() - beganAtMs) * 1_000) / times;
}
