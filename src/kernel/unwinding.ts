import { unreachable } from '../errors/unreachable.js';
import type { Answer, CompensationBegun, CompensationEvent, FallbackEvent } from './events.js';
import { lateCompensationBegun, lateEffectsHandled } from './late-effects.js';
import { beginNewRound, doubtfulRound } from './rounds.js';
import { enterStage } from './stages.js';
import type { ExecutionState, UndoCall, Unwinding } from './state.js';
import { hasCompensationToCall, isStuck, nodeAt, stands } from './state.js';
import { attemptBegun, attemptFailed, mayHappen, newCall, undoCallOf } from './undo-call.js';

// Backward recovery (R8 – R15): whose turn it is, and what the answers add up to. The functions that take an event
// answer whether it was legal; one that was not has changed nothing.

export function unwindingBegun(state: ExecutionState): void {
  const { firstOfStage } = state.layout;
  const last = firstOfStage[state.stage + 1]! - 1;
  const failed: number[] = [];
  for (let index = last; index >= firstOfStage[state.stage]!; index--) {
    if (state.steps[index]!.status === 'failed') failed.push(index);
  }
  state.phase = 'unwinding';
  state.unwinding = {
    failed,
    nextFailed: 0,
    nextBelow: last,
    target: -1,
    task: 'compensation',
    call: null,
    passed: [],
    continued: [],
    retryGranted: false,
    delayMs: 0,
    vetoed: false,
    unanswered: false,
    failedStepsDone: false,
    resume: false,
    stopped: false,
  };
  turnToNext(state, state.unwinding);
}

export function compensationBegun(state: ExecutionState, index: number, event: CompensationBegun): boolean {
  const repeated = undoCallOf(state, index, { of: 'compensation', ...event });
  if (repeated !== null) return attemptBegun(repeated, 'compensation-begun', event.attempt);
  if (event.late) return lateCompensationBegun(state, index, event);

  const { unwinding } = state;
  const step = state.steps[index]!;
  if (unwinding === null || unwinding.target !== index || unwinding.task !== 'compensation' || unwinding.call !== null) return false;
  if (event.round !== step.round || event.undo !== step.undos + 1 || event.attempt !== 1) return false;
  step.status = 'undoing';
  step.undos = event.undo;
  lateEffectsHandled(state, index, event.round, event.effect);
  unwinding.call = newCall('compensation', index, event.round, event.undo, event.effect, false);
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
      if (call.status !== 'running') return false;
      callIsOver(state, call);
      if (!call.late) answered(state, state.unwinding!, index, event.answer);
      return true;
    case 'compensation-attempt-failed':
      return attemptFailed(call, event.type, event.error, event.delayMs);
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
      if (call.status !== 'asked') return false;
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
    if (unwinding === null || unwinding.target !== index || unwinding.task !== 'fallback' || unwinding.call !== null) return false;
    if (event.attempt !== 1) return false;
    const step = state.steps[index]!;
    step.status = 'undoing';
    unwinding.call = newCall('fallback', index, step.round, 0, undefined, false);
    return true;
  }
  if (call === null || unwinding === null) return false;
  switch (event.type) {
    case 'fallback-attempt-failed':
      return attemptFailed(call, event.type, event.error, event.delayMs);
    case 'fallback-succeeded':
      if (call.status !== 'running') return false;
      callIsOver(state, call);
      unwinding.continued.push({ step: index, effect: event.effect });
      passOver(state, unwinding, index);
      return true;
    case 'fallback-failed':
      if (call.status !== 'running') return false;
      callIsOver(state, call);
      state.fallbackErrors.push({ step: event.step, error: event.error });
      if (event.aborted) state.aborted = true;
      if (hasCompensationToCall(state, index)) unwinding.vetoed = true;
      else unwinding.unanswered = true;
      passOver(state, unwinding, index);
      return true;
    default:
      return unreachable(event);
  }
}

/** Forward again: what was passed is begun anew, in a new round where its compensation was called (R11); what continued is done (R12). */
export function forwardResumed(state: ExecutionState): void {
  const unwinding = state.unwinding!;
  for (const { step, effect } of unwinding.continued) {
    Object.assign(state.steps[step]!, { status: 'succeeded', outcome: 'continued', effect, effectKnown: true, error: undefined });
  }
  let stage = state.stage;
  for (const index of unwinding.passed) {
    const step = state.steps[index]!;
    if (step.status !== 'undone') continue;
    Object.assign(step, { status: 'idle', outcome: 'succeeded', effect: undefined, effectKnown: false, error: undefined });
    if (step.undos > 0) beginNewRound(state, index);
    stage = Math.min(stage, nodeAt(state, index).stage);
  }
  if (unwinding.retryGranted) state.passes += 1;
  state.failures = [];
  state.fallbackErrors = [];
  state.unwinding = null;
  state.passDelayMs = unwinding.delayMs;
  state.phase = unwinding.delayMs > 0 ? 'pass-owed' : 'forward';
  enterStage(state, stage);
}

/** Adds an answer to what the execution does next (R10 – R12a). */
function answered(state: ExecutionState, unwinding: Unwinding, index: number, answer: Answer): void {
  if (answer.type === 'abort') state.aborted = true;
  const mayGoForward = !state.aborted && !isStuck(state);
  const isFailedStep = !unwinding.failedStepsDone;

  if (answer.type === 'retry' && mayGoForward && answer.passes > state.passes) {
    unwinding.retryGranted = true;
    unwinding.delayMs = Math.max(unwinding.delayMs, answer.delayMs);
    if (!isFailedStep) unwinding.resume = true;
  } else if (answer.type === 'continue' && mayGoForward && isFailedStep) {
    unwinding.continued.push({ step: index, effect: answer.effect });
  } else if (isFailedStep && mayGoForward && nodeAt(state, index).fallback !== null) {
    unwinding.task = 'fallback';
    return;
  } else if (isFailedStep) {
    unwinding.vetoed = true;
  }
  passOver(state, unwinding, index);
}

function failedForGood(state: ExecutionState, unwinding: Unwinding, index: number, answer: 'stop' | 'continue'): void {
  state.steps[index]!.status = 'remaining';
  if (answer === 'stop') {
    unwinding.stopped = true;
    unwinding.target = -1;
  } else {
    turnToNext(state, unwinding);
  }
}

function passOver(state: ExecutionState, unwinding: Unwinding, index: number): void {
  state.steps[index]!.status = 'undone';
  unwinding.passed.push(index);
  turnToNext(state, unwinding);
}

/** Finds the next step with something to call, passing over those with nothing (R8). */
function turnToNext(state: ExecutionState, unwinding: Unwinding): void {
  unwinding.target = -1;
  unwinding.task = 'compensation';
  if (unwinding.resume) return;

  while (unwinding.nextFailed < unwinding.failed.length) {
    const index = unwinding.failed[unwinding.nextFailed++]!;
    const calls = hasCompensationToCall(state, index);
    if (calls || mayFallBack(state, index)) {
      unwinding.target = index;
      unwinding.task = calls ? 'compensation' : 'fallback';
      return;
    }
    unwinding.unanswered = true;
    state.steps[index]!.status = 'undone';
    unwinding.passed.push(index);
  }

  if (!unwinding.failedStepsDone) {
    unwinding.failedStepsDone = true;
    unwinding.resume = failedStepsLetGoForward(state, unwinding);
    if (unwinding.resume) return;
    // Granted or continued in vain: compensated, no more (R12).
    unwinding.continued.length = 0;
    unwinding.retryGranted = false;
    unwinding.delayMs = 0;
  }

  while (unwinding.nextBelow >= 0) {
    const index = unwinding.nextBelow--;
    if (!stands(state.steps[index]!)) continue;
    if (hasCompensationToCall(state, index)) {
      unwinding.target = index;
      return;
    }
    state.steps[index]!.status = 'undone';
    unwinding.passed.push(index);
  }
}

/** All failed steps had their turn: whether their answers, taken together, go forward (R12). */
function failedStepsLetGoForward(state: ExecutionState, unwinding: Unwinding): boolean {
  if (state.aborted || isStuck(state) || unwinding.vetoed) return false;
  return unwinding.retryGranted || (unwinding.continued.length > 0 && !unwinding.unanswered);
}

function mayFallBack(state: ExecutionState, index: number): boolean {
  return nodeAt(state, index).fallback !== null && !state.aborted && !isStuck(state);
}

function callIsOver(state: ExecutionState, call: UndoCall): void {
  if (call.late) doubtfulRound(state, call.step, call.round)!.call = null;
  else state.unwinding!.call = null;
}
