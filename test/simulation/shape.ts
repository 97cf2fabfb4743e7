import type { Chance } from './chance.js';

// The shape of a random saga, as plain data, and how its next version differs.

export interface RetryShape {
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  readonly jitter: boolean;
}
export interface CompensationShape {
  readonly requiresEffect: boolean;
  readonly needs: readonly string[];
  readonly retry: RetryShape | null;
  readonly timeoutMs: number | null;
}
export interface StepShape {
  readonly name: string;
  readonly async: boolean;
  readonly needs: readonly string[];
  readonly retry: RetryShape | null;
  readonly timeoutMs: number | null;
  readonly graceMs: number;
  readonly delivery: 'at-least-once' | 'at-most-once';
  /**
   * What the outside does with a key that it knows: `idempotent`: the same effect, for as long as that stands; `fresh`: one more; `closed`:
   * as `idempotent`, but once it was undone, nothing is done under it any more.
   */
  readonly provider: 'idempotent' | 'fresh' | 'closed';
  readonly compensation: CompensationShape | null;
  readonly fallback: { readonly retry: RetryShape | null } | null;
  /** The steps of the sub-saga that it opens; `null`: it opens none. */
  readonly opens: readonly StepShape[] | null;
}
export interface SagaShape {
  readonly version: string;
  readonly steps: readonly StepShape[];
}

export function sagaShape(chance: Chance, leaseMs: number): SagaShape {
  return { version: '1', steps: stepShapes(chance, leaseMs, chance.int(1, 5), 's', true) };
}

/** A later version of it, that may go on with what the earlier one began, or not. */
export function nextVersion(chance: Chance, leaseMs: number, { steps }: SagaShape): SagaShape {
  const at = chance.int(0, steps.length);
  const [added] = stepShapes(chance, leaseMs, 1, 'n', false) as [StepShape];
  const kept = chance.hits(0.5) ? steps.slice(0, at) : steps;
  if (chance.hits(0.2)) return { version: '2', steps };
  return { version: '2', steps: [...kept, added, ...(chance.hits(0.2) ? [] : steps.slice(at).filter((step) => !kept.includes(step)))] };
}

function stepShapes(chance: Chance, leaseMs: number, count: number, prefix: string, mayOpen: boolean): StepShape[] {
  const steps: StepShape[] = [];
  const isConcurrent = chance.hits(0.4);
  for (let index = 0; index < count; index++) {
    const opens = mayOpen && chance.hits(0.08) ? stepShapes(chance, leaseMs, chance.int(1, 2), 'c', false) : null;
    const async = opens === null && isConcurrent && chance.hits(0.7);
    const needs = steps.filter(() => chance.hits(0.3)).map(({ name }) => name);
    // A sibling runs beside it, so that nobody knows whether that is done by then.
    let stage = steps.length;
    while (async && stage > 0 && steps[stage - 1]!.async) stage -= 1;
    const before = steps.slice(0, stage).map(({ name }) => name);
    const compensation = opens === null && chance.hits(0.85) ? compensationShape(chance, leaseMs, before) : null;
    steps.push({
      name: `${prefix}${index}`,
      async,
      needs,
      retry: opens === null && chance.hits(0.4) ? retryShape(chance, leaseMs) : null,
      timeoutMs: opens === null && chance.hits(0.3) ? chance.pick([5, 20, 50, 200]) : null,
      graceMs: chance.pick([0, 5, 50, 1_000]),
      delivery: opens === null && chance.hits(0.2) ? 'at-most-once' : 'at-least-once',
      provider: chance.weighted([[5, 'idempotent'], [3, 'fresh'], [2, 'closed']]),
      compensation,
      fallback: opens === null && chance.hits(0.12) ? { retry: chance.hits(0.5) ? retryShape(chance, leaseMs) : null } : null,
      opens,
    });
  }
  return steps;
}

function compensationShape(chance: Chance, leaseMs: number, before: readonly string[]): CompensationShape {
  return {
    requiresEffect: chance.hits(0.2),
    needs: before.filter(() => chance.hits(0.2)),
    retry: chance.hits(0.5) ? retryShape(chance, leaseMs) : null,
    timeoutMs: chance.hits(0.2) ? chance.pick([5, 20, 100]) : null,
  };
}

/** With waits that are shorter, and such that are longer, than a worker waits for itself. */
function retryShape(chance: Chance, leaseMs: number): RetryShape {
  const baseMs = chance.pick([0, 3, 40, Math.ceil(leaseMs / 2), 2 * leaseMs]);
  return { attempts: chance.int(2, 4), baseMs, maxMs: 4 * leaseMs, jitter: chance.hits(0.5) };
}
