import type { Chance } from './chance.js';
import type { StoreTroubles } from './store.js';
import { noTroubles } from './store.js';

/** How much of what there is in one simulation. */
export interface Scale {
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly concurrency: number;
  readonly deaths: number;
  readonly history: 'all' | 'failures';
  readonly workers: number;
  readonly clients: number;
  readonly executions: number;
  /** For so long things go wrong. */
  readonly wildMs: number;
  /** At most so many times something happens to a process or a clock. */
  readonly incidents: number;
  /** How many processes die by themselves, from 0 to 1. */
  readonly deathWishes: number;
  /** At most so long it takes to reach the store, or its answer to come, while things go wrong. */
  readonly latencyMs: number;
  readonly troubles: StoreTroubles;
  /** Whether a later version of the saga comes. */
  readonly isDeployed: boolean;
}

export function scaleOf(chance: Chance): Scale {
  const leaseMs = chance.weighted([[4, 400], [4, 1_000], [2, 3_000], [0.5, 15_000]]);
  return {
    leaseMs,
    pollMs: Math.ceil(leaseMs / chance.pick([2, 5, 10])),
    concurrency: chance.weighted([[1, 1], [1, 2], [3, 200]]),
    deaths: chance.weighted([[4, 5], [1, 2], [1, 1]]),
    history: chance.hits(0.15) ? 'failures' : 'all',
    workers: chance.int(1, 4),
    clients: chance.hits(0.3) ? 1 : 0,
    executions: chance.int(1, 5),
    wildMs: leaseMs * chance.int(4, 20),
    incidents: chance.weighted([[1, 0], [2, 4], [2, 12]]),
    deathWishes: chance.pick([0, 0.3, 0.8]),
    latencyMs: chance.pick([4, 4, Math.ceil(leaseMs / 20), Math.ceil(leaseMs / 8)]),
    troubles: troublesOf(chance),
    isDeployed: chance.hits(0.35),
  };
}

function troublesOf(chance: Chance): StoreTroubles {
  const often = chance.pick([0, 0, 0.02, 0.08]);
  const some = (): number => (chance.hits(0.6) ? often * chance.random() : 0);
  return { ...noTroubles, refused: some(), answerLost: some(), silent: some(), dropped: some(), late: some(), slow: some() };
}
