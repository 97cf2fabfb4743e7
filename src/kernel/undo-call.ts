import type { CompensationRef, SagaEvent } from './events.js';
import { doubtfulRound } from './rounds.js';
import type { ExecutionState, UndoCall } from './state.js';
import { undoTransitions } from './transitions.js';

// The life of one call of a compensation or a fallback, its repetitions included.

/** `lateAttempt`: of a late one, the attempt whose effect it undoes; else 0. */
export function newCall(of: UndoCall['of'], step: number, round: number, undo: number, effect: unknown, lateAttempt: number): UndoCall {
  const late = lateAttempt > 0;
  return { of, step, round, undo, effect, late, lateAttempt, attempt: 1, uncounted: 0, status: 'running', delayMs: 0, error: undefined };
}

/** One that is still to be called, with its retries before it: for the first time, or again after it failed for good (R27). */
export function toBeCalled(call: UndoCall): UndoCall {
  return Object.assign(call, { status: 'retry-due', uncounted: call.attempt });
}

export type UndoRef = { readonly of: 'fallback' } | (Omit<CompensationRef, 'step'> & { readonly of: 'compensation' });

/** The call under way that is meant, the execution's own or a late one; `null`: there is none. */
export function undoCallOf(state: ExecutionState, index: number, ref: UndoRef): UndoCall | null {
  const call = state.unwinding?.call ?? null;
  if (call !== null && call.step === index && call.of === ref.of) {
    if (ref.of === 'fallback' || (call.round === ref.round && call.undo === ref.undo)) return call;
  }
  if (ref.of === 'fallback') return null;
  const late = doubtfulRound(state, index, ref.round)?.call ?? null;
  return late?.undo === ref.undo ? late : null;
}

export function attemptBegun(call: UndoCall, type: keyof typeof undoTransitions, attempt: number): boolean {
  if (!mayHappen(call, type) || attempt !== call.attempt + 1) return false;
  call.status = 'running';
  call.attempt = attempt;
  return true;
}

type AttemptFailed = Extract<SagaEvent, { type: 'compensation-attempt-failed' | 'fallback-attempt-failed' }>;

export function attemptFailed(call: UndoCall, { type, attempt, error, delayMs }: AttemptFailed): boolean {
  if (!mayHappen(call, type) || attempt !== call.attempt) return false;
  call.status = delayMs > 0 ? 'retry-owed' : 'retry-due';
  call.error = error;
  call.delayMs = delayMs;
  return true;
}

/** The worker is gone: what ran, or was asked, is called, or asked, again (R26). */
export function callInterrupted(call: UndoCall, type: keyof typeof undoTransitions): boolean {
  if (!mayHappen(call, type)) return false;
  if (call.status === 'asked') {
    call.status = 'failed';
  } else {
    call.status = 'retry-due';
    call.uncounted += 1;
  }
  return true;
}

export function mayHappen(call: UndoCall, type: keyof typeof undoTransitions): boolean {
  const from: readonly string[] = undoTransitions[type].from;
  return from.includes(call.status);
}
