import type { Outcome } from './events.js';
import { lateOutcome } from './late-effects.js';
import { doubtfulRound } from './rounds.js';
import type { ExecutionState, SagaFailure, StepFailure, UndoCall } from './state.js';
import { hasCompensationToCall, nodeAt, stands } from './state.js';

// What an execution that ended has come to.

/** Whether any step was ever called. */
export function hasBegunSteps({ steps }: ExecutionState): boolean {
  return steps.some(({ attempt, round }) => attempt > 0 || round > 1);
}

/** Whether any compensation was ever called, or may still be, for an effect that comes late. */
export function hasUndone({ steps, doubtful }: ExecutionState): boolean {
  return doubtful.length > 0 || steps.some(({ undos, round }) => undos > 0 || round > 1);
}

/** Failures of steps besides what started the recovery (R7), and errors of fallbacks (R12a). */
export function otherFailures(state: ExecutionState): StepFailure[] {
  return [...state.failures.slice(1).filter(isOfStep), ...state.fallbackErrors];
}

function isOfStep(failure: SagaFailure): failure is StepFailure {
  return failure.step !== undefined;
}

/**
 * What a sub-saga has come to when its execution ended: the input that it was last opened with. `null`: it has no end to tell of, for it
 * was never opened, or, where the execution completed, skipped at last (R24).
 */
export function endOfSubSaga({ openedWith, layout, steps, end }: ExecutionState, path: string): { readonly input: unknown } | null {
  if (openedWith?.has(path) !== true) return null;
  const isSkipped = steps[layout.indexOf.get(path)!]!.status === 'skipped';
  return end === 'completed' && isSkipped ? null : { input: openedWith.get(path) };
}

export interface Remaining {
  readonly step: string;
  readonly round: number;
  readonly effect: unknown;
  readonly outcome: Outcome;
}

/** What is not undone of an execution that is stuck: the steps whose compensation failed, then, where it stopped there, the rest (R15). */
export function remainingSteps(state: ExecutionState): Remaining[] {
  const remaining = state.leftovers.map((call) => leftover(state, call));
  return state.unwinding?.stopped === true ? [...remaining, ...standingSteps(state)] : remaining;
}

/** What would remain if this compensation, which failed for good, were not answered for: it first, then what stands. */
export function remainingAtFailure(state: ExecutionState, call: UndoCall): Remaining[] {
  return [leftover(state, call), ...state.leftovers.map((earlier) => leftover(state, earlier)), ...(call.late ? [] : standingSteps(state))];
}

/** Steps that may still have to be undone, in the order of R8. */
function standingSteps(state: ExecutionState): Remaining[] {
  const { failed, nextFailed, nextBelow } = state.unwinding!;
  const inOrder = new Set(failed.slice(nextFailed));
  for (let index = nextBelow; index >= 0; index--) inOrder.add(index);
  return [...inOrder]
    .filter((index) => stands(state.steps[index]!) && mayHaveToBeUndone(state, index))
    .map((index) => {
      const { round, effect, outcome } = state.steps[index]!;
      return { step: nodeAt(state, index).name, round, effect, outcome };
    });
}

/** Known to be undone by a call, or in doubt, so that somebody must find out. */
function mayHaveToBeUndone(state: ExecutionState, index: number): boolean {
  const isInDoubt = state.steps[index]!.outcome === 'in-doubt' && nodeAt(state, index).compensation !== null;
  return isInDoubt || hasCompensationToCall(state, index);
}

function leftover(state: ExecutionState, { step, round, effect, late, lateAttempt }: UndoCall): Remaining {
  const outcome = late ? lateOutcome(doubtfulRound(state, step, round)!.attempts.get(lateAttempt)!) : state.steps[step]!.outcome;
  return { step: nodeAt(state, step).name, round, effect, outcome };
}
