import type { CompensationNode, FallbackNode, RetryPolicy, SagaGraph, StepNode } from '../../src/graph/saga-graph.js';

// Graphs as the compiler would make them, said in a line.

export interface Said {
  readonly needs?: readonly string[];
  readonly timeoutMs?: number;
  /** A number: so many runs, without a wait. */
  readonly retry?: number | Partial<RetryPolicy>;
  /** `false`: the step has no compensation. */
  readonly undo?: false | (Partial<Omit<CompensationNode, 'retry'>> & { readonly retry?: number | Partial<RetryPolicy> });
  readonly fallback?: true | { readonly retry?: number | Partial<RetryPolicy> };
}

interface SaidStep extends Said {
  readonly name: string;
  readonly async: boolean;
}

export function plain(name: string, said: Said = {}): SaidStep {
  return { name, async: false, ...said };
}

export function async(name: string, said: Said = {}): SaidStep {
  return { name, async: true, ...said };
}

/** The time limit of compensations and fallbacks. */
const limit = { timeoutMs: 30_000, graceMs: 1_000 };

export function sagaOf(...steps: readonly SaidStep[]): SagaGraph {
  const stages: string[][] = [];
  const nodes = steps.map((step, index): StepNode => {
    if (step.async && steps[index - 1]?.async === true) stages.at(-1)!.push(step.name);
    else stages.push([step.name]);
    return nodeOf(step, stages.length - 1);
  });
  return { saga: 'BookTrip', version: null, steps: nodes, stages, finally: [] };
}

/** Rates, then the card, then hotel, car and flight beside each other, the flight after the hotel; then the confirmation. */
export const trip = sagaOf(
  plain('rates', { undo: false }),
  plain('card', { needs: ['rates'], undo: { needs: ['rates'] } }),
  async('hotel'),
  async('car', { timeoutMs: 5_000 }),
  async('flight', { needs: ['hotel'], retry: { attempts: 2, baseMs: 100, jitter: false } }),
  plain('confirmation', { needs: ['hotel', 'flight'] }),
);

export function retryPolicy(said: number | Partial<RetryPolicy>): RetryPolicy {
  const policy = typeof said === 'number' ? { attempts: said } : said;
  return { attempts: 1, baseMs: null, maxMs: 5_000, jitter: true, conditional: false, ...policy };
}

function nodeOf({ name, async, needs = [], timeoutMs, retry, undo = {}, fallback }: SaidStep, stage: number): StepNode {
  return {
    name,
    method: name,
    stage,
    async,
    needs,
    timeoutMs: timeoutMs ?? null,
    graceMs: 1_000,
    retry: retry === undefined ? null : retryPolicy(retry),
    compensation: undo === false ? null : compensationNode(name, undo),
    fallback: fallback === undefined ? null : fallbackNode(name, fallback),
  };
}

function compensationNode(name: string, said: Exclude<Said['undo'], undefined | false>): CompensationNode {
  return { method: `undo ${name}`, requiresEffect: false, needs: [], ...limit, ...said, retry: orNull(said.retry) };
}

function fallbackNode(name: string, said: Exclude<Said['fallback'], undefined>): FallbackNode {
  return { method: `instead of ${name}`, ...limit, retry: said === true ? null : orNull(said.retry) };
}

function orNull(said: number | Partial<RetryPolicy> | undefined): RetryPolicy | null {
  return said === undefined ? null : retryPolicy(said);
}
