import type { Outcome } from './events.js';
import { doubtfulRound } from './rounds.js';
import type { ExecutionState, SagaFailure, StepFailure, StepState, UndoCall } from './state.js';
import { hasCompensationToCall, nodeAt } from './state.js';

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

/**
 * What is not undone of an execution that is stuck: the steps whose compensation failed, then, where it stopped there, the rest (R15). Of
 * one that is poisoned, or was abandoned: what it would still have to undo, if it went backward now (R27).
 */
export function remainingSteps(state: ExecutionState): Remaining[] {
  const isCutShort = state.poison !== null || state.abandoned;
  const calls = [...state.leftovers, ...(isCutShort ? compensationsToCome(state) : [])];
  const remaining = calls.map((call) => leftover(state, call));
  return isCutShort || state.unwinding?.stopped === true ? [...remaining, ...standingSteps(state)] : remaining;
}

function compensationsToCome({ unwinding, doubtful }: ExecutionState): UndoCall[] {
  return [unwinding, ...doubtful]
    .flatMap((place) => (place === null ? [] : [place.call, ...place.again]))
    .filter((call): call is UndoCall => call?.of === 'compensation');
}

/** What would remain if this compensation, which failed for good, were not answered for: it first, then what stands. */
export function remainingAtFailure(state: ExecutionState, call: UndoCall): Remaining[] {
  const others = [...state.leftovers, ...(call.late ? [] : state.unwinding!.again)];
  const remaining = [call, ...others].map((one) => leftover(state, one));
  return call.late ? remaining : [...remaining, ...standingSteps(state)];
}

/** Steps that may still have to be undone, in the order of R8. */
function standingSteps(state: ExecutionState): Remaining[] {
  return turnsToCome(state).flatMap((index) => {
    const { round, effect } = state.steps[index]!;
    const outcome = outcomeAsItStands(state.steps[index]!);
    const remains = outcome !== null && mayHaveToBeUndone(state, index, outcome);
    return remains ? [{ step: nodeAt(state, index).name, round, effect, outcome }] : [];
  });
}

/** Where nothing is unwound, those of all steps. */
function turnsToCome({ unwinding, steps }: ExecutionState): readonly number[] {
  const { target, failed, nextFailed, nextBelow } = unwinding ?? { target: -1, failed: [], nextFailed: 0, nextBelow: steps.length - 1 };
  const inOrder = new Set([...(target < 0 ? [] : [target]), ...failed.slice(nextFailed)]);
  for (let index = nextBelow; index >= 0; index--) inOrder.add(index);
  return [...inOrder];
}

/** `null`: it was not begun, or is undone, or is being undone. What has not settled stands only where the execution was cut short. */
function outcomeAsItStands({ status, outcome }: StepState): Outcome | null {
  switch (status) {
    case 'succeeded':
    case 'skipped':
    case 'failed':
      return outcome;
    case 'running':
    case 'overdue':
    case 'interrupted':
      return 'in-doubt';
    case 'retry-owed':
    case 'retry-waiting':
    case 'retry-due':
      return 'failed';
    case 'idle':
    case 'undoing':
    case 'undone':
    case 'remaining':
      return null;
  }
}

/** Known to be undone by a call, or in doubt, so that somebody must find out. */
function mayHaveToBeUndone(state: ExecutionState, index: number, outcome: Outcome): boolean {
  return (outcome === 'in-doubt' && nodeAt(state, index).compensation !== null) || hasCompensationToCall(state, index);
}

function leftover(state: ExecutionState, { step, round, effect, late, lateAttempt }: UndoCall): Remaining {
  const outcome = late ? doubtfulRound(state, step, round)!.attempts.get(lateAttempt)!.lateOutcome : state.steps[step]!.outcome;
  return { step: nodeAt(state, step).name, round, effect, outcome };
}
