// Figures of one run say little on a machine that does other things: what is told are medians over rounds in which every contender runs,
// each time another one first, and ratios of what ran in the same round.
import type { ContenderProcess } from './contender.js';
import type { Counter, Counts, Reading } from './counters.js';
import { perSaga } from './counters.js';
import type { Done, Order } from './serve.js';

export interface Entrant {
  readonly contender: ContenderProcess;
  /** Of its database, where there is one. */
  readonly counter?: Counter;
  /** Done before each of its runs, and not measured. */
  readonly prepare?: () => Promise<unknown>;
}

export interface Measured {
  readonly name: string;
  readonly inFlight: number;
  /** By round: where so many are always in flight, it is their number over the mean latency. */
  readonly sagasPerSecond: readonly number[];
  /** Of all rounds, rising. */
  readonly latenciesMs: readonly number[];
  readonly counts: Counts | null;
}

export interface Rounds extends Order {
  readonly rounds: number;
}

export async function measure(entrants: readonly Entrant[], { rounds, ...order }: Rounds): Promise<readonly Measured[]> {
  const runs: { readonly done: Done; readonly reading: Reading | null }[][] = entrants.map(() => []);
  for (const { contender } of entrants) await contender.run(order);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < entrants.length; turn++) {
      const index = (round + turn) % entrants.length;
      const { contender, counter, prepare } = entrants[index]!;
      await prepare?.();
      const before = await counter?.read();
      const done = await contender.run(order);
      const after = await counter?.read();
      runs[index]!.push({ done, reading: before === undefined || after === undefined ? null : { before, after } });
    }
  }
  return entrants.map(({ contender: { name } }, index) => {
    const own = runs[index]!;
    const readings = own.flatMap(({ reading }) => (reading === null ? [] : [reading]));
    const latenciesMs = own.flatMap(({ done }) => done.latenciesMs);
    return {
      name,
      inFlight: order.inFlight,
      sagasPerSecond: own.map(({ done }) => (order.inFlight * 1_000) / mean(done.latenciesMs)),
      latenciesMs: latenciesMs.sort((a, b) => a - b),
      counts: readings.length === 0 ? null : perSaga(readings, latenciesMs.length),
    };
  });
}

/** Of what was measured in the same rounds: how much faster the first is than the other, by round. */
export function ratios(first: Measured, other: Measured): readonly number[] {
  return first.sagasPerSecond.map((rate, round) => rate / other.sagasPerSecond[round]!);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
