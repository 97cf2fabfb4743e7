import { expect, it } from 'vitest';
import { simulate } from './simulation.js';

/** In the environment variable SIMULATION_SEED: this one alone, with all that happens in it. */
const onlySeed = process.env.SIMULATION_SEED;

/** What so many seeds must come to, or they see less than they are there for. */
const reached = [
  'step-begun', 'step-succeeded', 'step-skipped', 'step-attempt-failed', 'step-failed', 'step-timed-out', 'step-interrupted',
  'step-landed', 'step-in-doubt', 'late-effect', 'compensation-begun', 'compensation-succeeded', 'compensation-attempt-failed',
  'compensation-failed', 'compensation-error-asked', 'compensation-error-answered', 'compensation-interrupted', 'fallback-begun',
  'fallback-succeeded', 'fallback-attempt-failed', 'fallback-failed', 'fallback-interrupted', 'wait-begun', 'wait-ended',
  'execution-begun', 'execution-cancelled', 'unwinding-begun', 'step-passed-over', 'forward-resumed', 'execution-halted',
  'execution-repaired', 'execution-ended', 'end: completed', 'end: compensated', 'end: abandoned', 'fenced', 'claimed', 'taken over',
  'upgraded', 'told in doubt', 'published', 'cancelled', 'repaired by retry', 'repaired by skip', 'repaired by resolve',
  'repaired by abandon', 'repair refused: SAGA_LOG_REPAIR_CONFLICT', 'repair refused: SAGA_LOG_NOT_STUCK', 'report: publish-failed',
  'fault: refused', 'fault: answer lost', 'fault: silent', 'fault: dropped', 'fault: late', 'incident: death', 'incident: pause',
  'incident: cut off', 'incident: outage', 'incident: store clock', 'incident: clock', 'incident: close', 'died when entered',
  'died when landed', 'died when returned', 'died when asked', 'died when applied', 'died when answered',
];

/** Simulates so many seeds, each of which must hold every law. */
export function itHoldsForSeeds(from: number, count: number): void {
  if (onlySeed !== undefined) return it(`holds for seed ${onlySeed}`, () => demandSeed(Number(onlySeed)));

  it(`holds for the seeds from ${from} to ${from + count - 1}, and they see all there is to see`, async () => {
    const counts = new Map<string, number>();
    for (let seed = from; seed < from + count; seed++) {
      const result = await simulate(seed);
      if (result.violation !== null) await demandSeed(seed);
      for (const [what, times] of result.counts) counts.set(what, (counts.get(what) ?? 0) + times);
    }
    expect(reached.filter((what) => !counts.has(what))).toEqual([]);
  }, 600_000);
}

async function demandSeed(seed: number): Promise<void> {
  const { violation, trace } = await simulate(seed, { isTraced: true });
  if (violation === null) return;
  throw new Error(`SIMULATION_SEED=${seed}: ${violation.message}\n${trace.join('\n')}`, { cause: violation });
}
