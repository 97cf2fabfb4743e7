import { effectsNeeded, subSagaInput } from './effects.js';
import type { CompensationBegun, Outcome } from './events.js';
import { doubtfulRound } from './rounds.js';
import type { ExecutionState, SagaFailure } from './state.js';
import { nodeAt } from './state.js';

/** What a compensation or fallback is told besides the effect (R9). */
export interface UndoFacts {
  readonly outcome: Outcome;
  /** The step's own error; `undefined` if it did not fail. */
  readonly error: unknown;
  readonly failure: SagaFailure;
  /** The effects that the compensation needs, as its step's round saw them. */
  readonly needs: Readonly<Record<string, unknown>>;
  /** The input of the sub-saga that the step belongs to; `undefined` where it belongs to the saga itself. */
  readonly input: unknown;
}

/**
 * An attempt was interrupted, another run of its round skipped, and nothing has failed: the late effect is undone all the same, for the
 * step is said to have none (R5a, R26).
 */
const nothingFailed: SagaFailure = Object.freeze({ step: undefined, error: undefined });

type OfCompensation = Pick<CompensationBegun, 'step' | 'round' | 'late'>;

export function compensationFacts(state: ExecutionState, { step, round, late }: OfCompensation): UndoFacts {
  const index = state.layout.indexOf.get(step)!;
  if (late) {
    const { attempts, call } = doubtfulRound(state, index, round)!;
    const attempt = attempts.get(call!.lateAttempt)!;
    const { error, lateOutcome, failure = nothingFailed, needs, input } = attempt;
    return { outcome: lateOutcome, error, failure, needs, input };
  }
  return factsOf(state, index, nodeAt(state, index).compensation!.needs);
}

/** `needs`: those of the step, where a step class computes its input from them; else none. */
export function fallbackFacts(state: ExecutionState, step: string): UndoFacts {
  const index = state.layout.indexOf.get(step)!;
  const { stepClass, needs } = nodeAt(state, index);
  return factsOf(state, index, stepClass === null ? [] : needs);
}

function factsOf(state: ExecutionState, index: number, needs: readonly string[]): UndoFacts {
  const { outcome, error } = state.steps[index]!;
  const input = subSagaInput(state, nodeAt(state, index));
  return { outcome, error, failure: state.failures[0]!, needs: effectsNeeded(state, needs), input };
}
