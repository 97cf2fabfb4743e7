import { unreachable } from '../errors/unreachable.js';
import type { Answer, CompensationBegun, CompensationEvent, FallbackEvent } from './events.js';
import { isBesideItself, lateCompensationBegun, lateEffectHandled } from './late-effects.js';
import { goOnUndoing, lateCallIsOver, stop, undoneAfterRepair } from './repair.js';
import { doubtfulRound } from './rounds.js';
import type { ExecutionState, UndoCall, Unwinding } from './state.js';
import { mayGoForward, nodeAt } from './state.js';
import { isBesideWhatStands } from './transaction.js';
import { attemptBegun, attemptFailed, callInterrupted, mayHappen, newCall, undoCallOf } from './undo-call.js';
import { failedStepsMayGoForward, taskOf, turnIsOver } from './unwinding.js';

// The turn of one step in backward recovery (R9, R10, R12a, R15): its compensation, then perhaps its fallback, and what their answers
// mean. The functions that take an event answer whether it was legal; one that was not has changed nothing.

export function compensationBegun(state: ExecutionState, index: number, event: CompensationBegun): boolean {
  const repeated = undoCallOf(state, index, { of: 'compensation', ...event });
  if (repeated !== null) return calledAgain(state, repeated, event);
  if (event.late) return lateCompensationBegun(state, index, event);

  const { unwinding } = state;
  const step = state.steps[index]!;
  if (state.phase !== 'unwinding') return false;
  if (unwinding?.target !== index || unwinding.call !== null || taskOf(state, unwinding) !== 'compensation') return false;
  if (event.round !== step.round || event.undo !== step.undos + 1 || event.attempt !== 1) return false;
  step.status = 'undoing';
  step.undos = event.undo;
  // What it continued with is not what the step itself may still turn out to have done.
  if (step.effectKnown && step.outcome !== 'continued') lateEffectHandled(state, index, event.round, event.effect);
  unwinding.call = newCall('compensation', index, event.round, event.undo, event.effect, 0);
  return true;
}

/** In place, or by a repair: then it may be the first call with this effect (R27). */
function calledAgain(state: ExecutionState, call: UndoCall, event: CompensationBegun): boolean {
  if (call.late !== event.late || isBesideItself(state, call) || !attemptBegun(call, event.type, event.attempt)) return false;
  if (!call.late) state.steps[call.step]!.status = 'undoing';
  return true;
}

export function compensationEventHappened(
  state: ExecutionState,
  index: number,
  event: Exclude<CompensationEvent, CompensationBegun>,
): boolean {
  const call = undoCallOf(state, index, { of: 'compensation', ...event });
  if (call === null) return false;
  switch (event.type) {
    case 'compensation-succeeded':
      if (!mayHappen(call, event.type)) return false;
      callIsOver(state, call);
      if (!call.late) answered(state, state.unwinding!, index, event.answer);
      return true;
    case 'compensation-attempt-failed':
      return attemptFailed(call, event);
    case 'compensation-interrupted':
      return callInterrupted(call, event.type);
    case 'compensation-failed':
      if (!mayHappen(call, event.type)) return false;
      call.status = 'failed';
      call.error = event.error;
      return true;
    case 'compensation-error-asked':
      if (!mayHappen(call, event.type)) return false;
      call.status = 'asked';
      return true;
    case 'compensation-error-answered':
      if (!mayHappen(call, event.type)) return false;
      callIsOver(state, call);
      if (event.answer === 'resolved') {
        if (!call.late) answered(state, state.unwinding!, index, { type: 'compensated' });
        return true;
      }
      state.leftovers.push(call);
      if (!call.late) failedForGood(state, state.unwinding!, index, event.answer);
      return true;
    default:
      return unreachable(event);
  }
}

export function fallbackEventHappened(state: ExecutionState, index: number, event: FallbackEvent): boolean {
  const { unwinding } = state;
  const call = undoCallOf(state, index, { of: 'fallback' });
  if (event.type === 'fallback-begun') {
    if (call !== null) return attemptBegun(call, event.type, event.attempt);
    if (unwinding?.target !== index || unwinding.call !== null || taskOf(state, unwinding) !== 'fallback') return false;
    if (state.phase !== 'unwinding' || event.attempt !== 1) return false;
    const step = state.steps[index]!;
    step.status = 'undoing';
    unwinding.call = newCall('fallback', index, step.round, 0, undefined, 0);
    return true;
  }
  if (call === null || unwinding === null) return false;
  switch (event.type) {
    case 'fallback-attempt-failed':
      return attemptFailed(call, event);
    case 'fallback-interrupted':
      return callInterrupted(call, event.type);
    case 'fallback-succeeded':
      if (!mayHappen(call, event.type)) return false;
      callIsOver(state, call);
      unwinding.continued.push({ step: index, effect: event.effect });
      turnIsOver(state, unwinding, index);
      return true;
    case 'fallback-failed':
      if (!mayHappen(call, event.type)) return false;
      callIsOver(state, call);
      state.fallbackErrors.push({ step: event.step, error: event.error });
      if (event.aborted) state.aborted = true;
      if (unwinding.compensationAnswered) unwinding.vetoed = true;
      else unwinding.unanswered = true;
      turnIsOver(state, unwinding, index);
      return true;
    default:
      return unreachable(event);
  }
}

/** Adds an answer to what the execution does next (R10 – R12a). */
function answered(state: ExecutionState, unwinding: Unwinding, index: number, answer: Answer): void {
  if (answer.type === 'abort') state.aborted = true;
  if (unwinding.target < 0) return undoneAfterRepair(state, unwinding, index);
  const isFailedStep = !unwinding.failedStepsDone;
  const isFree = isFailedStep ? failedStepsMayGoForward(state, unwinding) : mayGoBackTo(state, nodeAt(state, index).stage);

  if (answer.type === 'retry' && isFree && answer.passes > state.passes) {
    unwinding.retryGranted = true;
    unwinding.delayMs = Math.max(unwinding.delayMs, answer.delayMs);
    if (!isFailedStep) unwinding.resume = true; // failed steps wait for each other's answers
  } else if (answer.type === 'continue' && isFree && isFailedStep) {
    unwinding.continued.push({ step: index, effect: answer.effect });
  } else if (isFailedStep) {
    unwinding.compensationAnswered = true;
    if (taskOf(state, unwinding) === 'fallback') return;
    unwinding.vetoed = true;
  }
  turnIsOver(state, unwinding, index);
}

/** Whether the execution may go forward again from a stage that it unwinds. */
function mayGoBackTo(state: ExecutionState, stage: number): boolean {
  return mayGoForward(state) && !isBesideWhatStands(state, stage);
}

function failedForGood(state: ExecutionState, unwinding: Unwinding, index: number, answer: 'stop' | 'continue'): void {
  state.steps[index]!.status = 'remaining';
  if (answer === 'stop') stop(state, unwinding);
  else goOnUndoing(state, unwinding);
}

function callIsOver(state: ExecutionState, call: UndoCall): void {
  if (call.late) lateCallIsOver(doubtfulRound(state, call.step, call.round)!);
  else state.unwinding!.call = null;
}
