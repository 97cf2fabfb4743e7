import type { CompensationBegun, Outcome } from './events.js';
import { doubtfulRound } from './rounds.js';
import type { ExecutionState, StepFailure } from './state.js';
import { nodeAt } from './state.js';

/** What a compensation or fallback is told besides the effect (R9). */
export interface UndoFacts {
  readonly outcome: Outcome;
  /** The step's own error; `undefined` if it did not fail. */
  readonly error: unknown;
  readonly failure: StepFailure;
  /** The effects that the compensation needs, as its step's round saw them. */
  readonly needs: Iterable<readonly [step: string, effect: unknown]>;
}

type OfCompensation = Pick<CompensationBegun, 'step' | 'round' | 'late'>;

export function compensationFacts(state: ExecutionState, { step, round, late }: OfCompensation): UndoFacts {
  const index = state.layout.indexOf.get(step)!;
  if (late) {
    const { attempts, callAttempt } = doubtfulRound(state, index, round)!;
    const { error, failure, needs } = attempts.get(callAttempt)!;
    return { outcome: 'timed-out', error, failure, needs };
  }
  const needs = nodeAt(state, index).compensation!.needs.map((name) => [name, effectOf(state, name)] as const);
  const { outcome, error } = state.steps[index]!;
  return { outcome, error, failure: state.failures[0]!, needs };
}

export function fallbackFacts(state: ExecutionState, step: string): UndoFacts {
  const { outcome, error } = state.steps[state.layout.indexOf.get(step)!]!;
  return { outcome, error, failure: state.failures[0]!, needs: [] };
}

/** The effect that the step stands with. */
export function effectOf(state: ExecutionState, step: string): unknown {
  return state.steps[state.layout.indexOf.get(step)!]!.effect;
}
