import type { CompensationBegun, StepBegun } from '../kernel/events.js';
import type { RunningCompensationContext, RunningStepContext } from './contexts.js';

/** A call that was under way, or had just settled, when its execution was taken over: it is gone on with. */
export interface AdoptedCall<Context> {
  /** What the method was called with. */
  readonly context: Context;
  /** Returns what the method returned, or throws what it threw, or returns a promise of that. */
  readonly outcome: () => unknown;
  /** How long it may still take, in milliseconds; `null`: it has no limit, or has settled. */
  readonly timeoutMs: number | null;
}

export type AdoptedStep = AdoptedCall<RunningStepContext> & { readonly begun: StepBegun };
export type AdoptedCompensation = AdoptedCall<RunningCompensationContext> & { readonly begun: CompensationBegun };
export type Adopted = AdoptedStep | AdoptedCompensation;

/** The outcome of a call that threw this. */
export function threw(error: unknown): () => never {
  return () => {
    throw error;
  };
}
