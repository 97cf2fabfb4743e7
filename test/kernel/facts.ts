import type { Answer, CompensationErrorAnswer, CompensationRef, EndStatus, Repair, SagaEvent, WaitFor } from '../../src/kernel/events.js';

// The events that tests report, each in a word or two. What is left out: round 1, undo 1, attempt 1, the effect 'hotel!' of a step
// named hotel, the error 'no hotel', no wait.

type Ref = Partial<Omit<CompensationRef, 'step'>>;

/** `undefined` is an effect and an error like any other: what was left out is told by the number of arguments. */
const given = (said: readonly unknown[], otherwise: unknown): unknown => (said.length === 0 ? otherwise : said[0]);

export const effectOf = (step: string): string => `${step}!`;
export const errorOf = (step: string): string => `no ${step}`;

export function begun(step: string, attempt = 1, round = 1): SagaEvent {
  return { type: 'step-begun', step, round, attempt };
}
export function succeeded(step: string, ...said: readonly [effect?: unknown]): SagaEvent {
  return { type: 'step-succeeded', step, effect: given(said, effectOf(step)) };
}
export function emitted(step: string, ...events: readonly unknown[]): SagaEvent {
  return { type: 'step-succeeded', step, effect: effectOf(step), events };
}
export function skipped(step: string): SagaEvent {
  return { type: 'step-skipped', step };
}
export function attemptFailed(step: string, delayMs = 0, attempt = 1): SagaEvent {
  return { type: 'step-attempt-failed', step, attempt, error: errorOf(step), delayMs };
}
export function failed(step: string, ...said: readonly [error?: unknown]): SagaEvent {
  return { type: 'step-failed', step, error: given(said, errorOf(step)), outcome: 'failed' };
}
export function aborted(step: string): SagaEvent {
  return { type: 'step-failed', step, error: errorOf(step), outcome: 'aborted' };
}
/** It rejected after the execution was cancelled (R19). */
export function rejectedAsCancelled(step: string): SagaEvent {
  return { type: 'step-failed', step, error: errorOf(step), outcome: 'cancelled' };
}
export function timedOut(step: string): SagaEvent {
  return { type: 'step-timed-out', step, error: `${step} took too long` };
}
/** Its worker is gone, and it is to be run again (R26). */
export function interrupted(step: string): SagaEvent {
  return { type: 'step-interrupted', step };
}
/** What a step fails with that may be entered once only. */
export const interruptionOf = (step: string): string => `${step} was interrupted`;
export function interruptedForGood(step: string): SagaEvent {
  return { type: 'step-interrupted', step, error: interruptionOf(step) };
}
export function undoInterrupted(step: string, { round = 1, undo = 1 }: Ref = {}): SagaEvent {
  return { type: 'compensation-interrupted', step, round, undo };
}
export function fallbackInterrupted(step: string): SagaEvent {
  return { type: 'fallback-interrupted', step };
}
/** It settled with an effect that cannot be recorded (R6). */
export function unrecordable(step: string, ...said: readonly [effect?: unknown]): SagaEvent {
  return { type: 'step-failed', step, error: `${step} gave something strange`, outcome: 'failed', effect: given(said, effectOf(step)) };
}
export function landed(step: string, effect: unknown = effectOf(step)): SagaEvent {
  return { type: 'step-landed', step, effect };
}
export function inDoubt(step: string): SagaEvent {
  return { type: 'step-in-doubt', step, settled: false };
}
export function rejectedInGrace(step: string): SagaEvent {
  return { type: 'step-in-doubt', step, settled: true };
}
export function lateEffect(step: string, ...said: readonly [effect?: unknown, attempt?: number, round?: number]): SagaEvent {
  const [, attempt = 1, round = 1] = said;
  return { type: 'late-effect', step, round, attempt, effect: given(said, effectOf(step)) };
}
export function passedOver(step: string): SagaEvent {
  return { type: 'step-passed-over', step };
}

export function cancelled(error: unknown = 'no time'): SagaEvent {
  return { type: 'execution-cancelled', error };
}
export function unwound(failedStep: string | undefined): SagaEvent {
  return { type: 'unwinding-begun', failedStep };
}
type Begin = Ref & { readonly attempt?: number; readonly late?: boolean };
export function undoBegun(step: string, effect: unknown, { round = 1, undo = 1, attempt = 1, late = false }: Begin = {}): SagaEvent {
  return { type: 'compensation-begun', step, round, undo, attempt, effect, late };
}
export function undone(step: string, answer: Answer = { type: 'compensated' }, { round = 1, undo = 1 }: Ref = {}): SagaEvent {
  return { type: 'compensation-succeeded', step, round, undo, answer };
}
export function undoAttemptFailed(step: string, delayMs = 0, attempt = 1, { round = 1, undo = 1 }: Ref = {}): SagaEvent {
  return { type: 'compensation-attempt-failed', step, round, undo, attempt, error: errorOf(`undoing ${step}`), delayMs };
}
export function undoFailed(step: string, { round = 1, undo = 1 }: Ref = {}): SagaEvent {
  return { type: 'compensation-failed', step, round, undo, error: errorOf(`undoing ${step}`) };
}
export function handlerSaid(step: string, answer: CompensationErrorAnswer, { round = 1, undo = 1 }: Ref = {}): SagaEvent {
  return { type: 'compensation-error-answered', step, round, undo, answer };
}
export const abort: Answer = { type: 'abort' };
export const retry = (passes: number, delayMs = 0): Answer => ({ type: 'retry', passes, delayMs });
export const continueWith = (effect: unknown): Answer => ({ type: 'continue', effect });

export function fallbackBegun(step: string, attempt = 1): SagaEvent {
  return { type: 'fallback-begun', step, attempt };
}
export function fellBack(step: string, effect: unknown = effectOf(step)): SagaEvent {
  return { type: 'fallback-succeeded', step, effect };
}
export function fallbackAttemptFailed(step: string, delayMs = 0, attempt = 1): SagaEvent {
  return { type: 'fallback-attempt-failed', step, attempt, error: errorOf(`fallback of ${step}`), delayMs };
}
export function fallbackFailed(step: string, aborted = false): SagaEvent {
  return { type: 'fallback-failed', step, error: errorOf(`fallback of ${step}`), aborted };
}

export function waitBegun(what: string | WaitFor, delayMs: number): SagaEvent {
  return { type: 'wait-begun', for: typeof what === 'string' ? { of: 'step', step: what } : what, delayMs };
}
export function waited(what: string | WaitFor): SagaEvent {
  return { type: 'wait-ended', for: typeof what === 'string' ? { of: 'step', step: what } : what };
}
export function waitedForPass(): SagaEvent {
  return waited({ of: 'pass' });
}
export function waitedToUndo(step: string, { round = 1, undo = 1 }: Ref = {}): SagaEvent {
  return waited({ of: 'compensation', step, round, undo });
}

export function savepointBegun(stage: number, does: 'set' | 'restore' = 'set'): SagaEvent {
  return { type: 'savepoint-begun', stage, does };
}
/** The statement was carried out. */
export const savepoint: SagaEvent = { type: 'savepoint-succeeded' };
export const savepointFailed: SagaEvent = { type: 'savepoint-failed', error: 'no savepoint' };
export const commitBegun: SagaEvent = { type: 'commit-begun' };
export const committed: SagaEvent = { type: 'commit-succeeded' };
export const commitFailed: SagaEvent = { type: 'commit-failed', error: 'no commit' };
export const rollbackBegun: SagaEvent = { type: 'rollback-begun' };
export const rolledBack: SagaEvent = { type: 'rollback-ended' };

export const stuck: SagaEvent = { type: 'execution-halted', because: 'stuck' };
export const poisoned: SagaEvent = { type: 'execution-halted', because: 'poisoned', error: 'no worker lives' };
export function repaired(repair: Repair): SagaEvent {
  return { type: 'execution-repaired', repair, by: 'ann' };
}

export function ended(status: EndStatus): SagaEvent {
  return { type: 'execution-ended', status };
}
