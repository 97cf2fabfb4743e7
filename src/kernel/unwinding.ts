import { failureToTell } from './late-effects.js';
import { beginNewRound } from './rounds.js';
import { enterStage } from './stages.js';
import type { ExecutionState, Unwinding } from './state.js';
import { hasCompensationToCall, mayGoForward, nodeAt, stands } from './state.js';
import { isBesideWhatStands, restoreLater } from './transaction.js';

// Backward recovery (R8, R11, R12): whose turn it is, and when the execution goes forward again. What a turn consists of is in
// undoing.ts.

export function unwindingBegun(state: ExecutionState): void {
  const { firstOfStage } = state.layout;
  const last = (firstOfStage[state.stage + 1] ?? state.steps.length) - 1; // after the last stage: its commit failed (R21)
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
    compensationAnswered: false,
    call: null,
    again: [],
    passed: [],
    continued: [],
    retryGranted: false,
    delayMs: 0,
    vetoed: false,
    unanswered: false,
    failedStepsDone: false,
    resume: false,
    stopped: false,
    besideWhatStands: isBesideWhatStands(state, state.stage),
  };
  failureToTell(state, state.failures[0]!);
  turnToNext(state, state.unwinding);
}

/** What a turn is for; `nothing`: there is nothing (more) to call. */
type Task = 'compensation' | 'fallback' | 'nothing';

export function taskOf(state: ExecutionState, unwinding: Unwinding): Task {
  const { target, compensationAnswered } = unwinding;
  if (!compensationAnswered && hasCompensationToCall(state, target)) return 'compensation';
  const mayFallBack = nodeAt(state, target).fallback !== null && failedStepsMayGoForward(state, unwinding);
  return mayFallBack && !unwinding.failedStepsDone ? 'fallback' : 'nothing';
}

/** There was nothing to call. Answers whether that was so; if not, nothing has changed. */
export function stepPassedOver(state: ExecutionState, index: number): boolean {
  const { phase, unwinding } = state;
  if (phase !== 'unwinding' || unwinding?.target !== index || unwinding.call !== null) return false;
  if (taskOf(state, unwinding) !== 'nothing') return false;
  if (unwinding.compensationAnswered) unwinding.vetoed = true;
  else if (!unwinding.failedStepsDone) unwinding.unanswered = true;
  turnIsOver(state, unwinding, index);
  return true;
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
  if (unwinding.delayMs > 0) {
    state.passWait = { failure: state.failures[0]!, continued: unwinding.continued.map(({ step }) => step) };
  }
  restoreLater(state, stage, state.failures[0]!);
  state.failures = [];
  state.fallbackErrors = [];
  state.unwinding = null;
  state.passDelayMs = unwinding.delayMs;
  state.phase = unwinding.delayMs > 0 ? 'pass-owed' : 'forward';
  enterStage(state, stage);
}

/** The step is undone, or passed over. */
export function turnIsOver(state: ExecutionState, unwinding: Unwinding, index: number): void {
  state.steps[index]!.status = 'undone';
  unwinding.passed.push(index);
  turnToNext(state, unwinding);
}

/** Finds whose turn is next: the failed steps first, then what else stands (R8). */
export function turnToNext(state: ExecutionState, unwinding: Unwinding): void {
  unwinding.target = -1;
  unwinding.compensationAnswered = false;
  if (unwinding.resume) return;

  while (unwinding.nextFailed < unwinding.failed.length) {
    const index = unwinding.failed[unwinding.nextFailed++]!;
    if (!stands(state.steps[index]!)) continue; // undone by hand (R27)
    unwinding.target = index;
    return;
  }
  if (!unwinding.failedStepsDone) {
    unwinding.failedStepsDone = true;
    unwinding.resume = failedStepsLetGoForward(state, unwinding);
    if (unwinding.resume) return;
    forgetGrants(unwinding);
  }
  while (unwinding.nextBelow >= 0) {
    const index = unwinding.nextBelow--;
    if (stands(state.steps[index]!)) {
      unwinding.target = index;
      return;
    }
  }
}

/** Cancelled: where it was to go forward again, and has not yet, it goes on backward. What is undone is not undone again (R19). */
export function resumptionCancelled(state: ExecutionState): void {
  const { phase, unwinding } = state;
  if (phase !== 'unwinding' || !unwinding!.resume) return;
  unwinding!.resume = false;
  forgetGrants(unwinding!);
  turnToNext(state, unwinding!);
}

/** Granted or continued in vain: compensated, no more (R12). */
function forgetGrants(unwinding: Unwinding): void {
  unwinding.continued.length = 0;
  unwinding.retryGranted = false;
  unwinding.delayMs = 0;
}

/** All failed steps had their turn: whether their answers, taken together, go forward (R12). */
function failedStepsLetGoForward(state: ExecutionState, unwinding: Unwinding): boolean {
  if (!failedStepsMayGoForward(state, unwinding) || unwinding.vetoed) return false;
  return unwinding.retryGranted || (unwinding.continued.length > 0 && !unwinding.unanswered);
}

export function failedStepsMayGoForward(state: ExecutionState, unwinding: Unwinding): boolean {
  return mayGoForward(state) && !unwinding.besideWhatStands;
}
