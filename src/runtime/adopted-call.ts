import type { CompensationBegun, StepBegun } from '../kernel/events.js';
import type { RunningCompensationContext, RunningStepContext } from './contexts.js';
import type { Settling } from './invoke.js';

/** A call that was under way, or had just settled, when its execution was taken over: it is gone on with. */
export interface AdoptedCall<Context> {
  /** What the method was called with. */
  readonly context: Context;
  readonly settling: Settling;
  /** How long it may still take, in milliseconds; `passed`: its time is up; `null`: it has no limit, or has settled in time. */
  readonly timeoutMs: number | null | 'passed';
}

export type AdoptedStep = AdoptedCall<RunningStepContext> & { readonly begun: StepBegun };
export type AdoptedCompensation = AdoptedCall<RunningCompensationContext> & { readonly begun: CompensationBegun };

/** All that is under way. */
export interface AdoptedCalls {
  readonly steps: readonly AdoptedStep[];
  readonly compensation: AdoptedCompensation | null;
}

/** Of a call that has returned this. */
export function hasReturned(value: unknown): Settling {
  return (onReturn) => onReturn(value);
}

/** Of a call that has thrown this. */
export function hasThrown(error: unknown): Settling {
  return (_onReturn, onThrow) => onThrow(error);
}
