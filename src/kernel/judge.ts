import type { BackoffPolicy, RetryPolicy } from '../graph/saga-graph.js';
import { backoffMs } from './backoff.js';
import { mayBeCancelled } from './cancellation.js';
import type { Answer, CompensationEvent, CompensationRef, ExecutionEvent, FallbackEvent, Repair, StepBegun, StepEvent } from './events.js';
import { mayBePoisoned, whyNotRepaired } from './repair.js';
import { doubtfulRound } from './rounds.js';
import type { ExecutionState, StepState } from './state.js';
import { nodeAt } from './state.js';
import { undoCallOf } from './undo-call.js';

// What it means for the execution that a method settled: the runtime reports what it saw, and records the fact it gets back.
// `null`: it means nothing any more.

/** One run of a step's method. */
export type StepRun = Omit<StepBegun, 'type'>;

/** What the runtime saw of a rejection besides the error. */
export interface Rejection {
  readonly error: unknown;
  /** Whether it was an `AbortSaga`. */
  readonly aborts: boolean;
  /** Whether the method's `retryIf`, where it has one, accepts the error. */
  readonly retryable: boolean;
  /** For the jitter of a wait: drawn uniformly from [0, 1). */
  readonly sample: number;
}

/** `events`: what the run emitted; `undefined`: nothing (R20). */
export function stepReturned(state: ExecutionState, run: StepRun, effect: unknown, events?: readonly unknown[]): StepEvent | null {
  switch (statusOfRun(state, run)) {
    case 'running':
      if (events !== undefined) return { type: 'step-succeeded', step: run.step, effect, events };
      return { type: 'step-succeeded', step: run.step, effect };
    case 'overdue':
      return { type: 'step-landed', step: run.step, effect };
    default: {
      const attempt = doubtfulRound(state, indexOf(state, run.step), run.round)?.attempts.get(run.attempt);
      // On a log it may be told twice, where the answer to the first telling was lost.
      return attempt === undefined || attempt.landed
        ? null
        : { type: 'late-effect', step: run.step, round: run.round, attempt: run.attempt, effect };
    }
  }
}

/**
 * The step returned an effect that cannot be recorded: it fails after the fact, is not tried again, and its compensation gets the effect
 * (durability.md, guarantee 8). `error`: why it cannot be.
 */
export function stepUnrecordable(state: ExecutionState, run: StepRun, error: unknown, effect: unknown): StepEvent | null {
  return statusOfRun(state, run) === 'running'
    ? { type: 'step-failed', step: run.step, error, outcome: 'failed', effect }
    : stepReturned(state, run, effect);
}

/** The step returned `skip()`: not an effect, neither in time nor late (R4). */
export function stepSkipped(state: ExecutionState, run: StepRun, events?: readonly unknown[]): StepEvent | null {
  switch (statusOfRun(state, run)) {
    case 'running':
      return events === undefined ? { type: 'step-skipped', step: run.step } : { type: 'step-skipped', step: run.step, events };
    case 'overdue':
      return { type: 'step-in-doubt', step: run.step, settled: true };
    default:
      return null;
  }
}

export function stepThrew(state: ExecutionState, run: StepRun, rejection: Rejection): StepEvent | null {
  switch (statusOfRun(state, run)) {
    case 'running': {
      const index = indexOf(state, run.step);
      const retry = state.failures.length === 0 ? nodeAt(state, index).retry : null;
      const runs = run.attempt - state.steps[index]!.uncounted;
      const { step, attempt } = run;
      const { error, aborts, sample } = rejection;
      return mayRepeat(retry, runs, rejection)
        ? { type: 'step-attempt-failed', step, attempt, error, delayMs: backoffMs(retry, runs, sample) }
        : { type: 'step-failed', step, error, outcome: aborts ? 'aborted' : state.cancelled ? 'cancelled' : 'failed' };
    }
    case 'overdue':
      return { type: 'step-in-doubt', step: run.step, settled: true, ...(rejection.aborts && { aborts: true }) };
    default:
      return null;
  }
}

export function stepTimedOut(state: ExecutionState, run: StepRun, error: unknown): StepEvent | null {
  return statusOfRun(state, run) === 'running' && !state.cancelled ? { type: 'step-timed-out', step: run.step, error } : null;
}

/** The grace after a time-out, or after a cancellation (R5, R19). */
export function stepGraceEnded(state: ExecutionState, run: StepRun): StepEvent | null {
  const status = statusOfRun(state, run);
  const isGivenUp = status === 'overdue' || (status === 'running' && state.cancelled);
  return isGivenUp ? { type: 'step-in-doubt', step: run.step, settled: false } : null;
}

/** The caller wants it to end, its time is up, or its transaction is lost (R19, R21). */
export function cancelled(state: ExecutionState, error: unknown): ExecutionEvent | null {
  return mayBeCancelled(state) ? { type: 'execution-cancelled', error } : null;
}

/** Nobody can run it (R27, durability.md, guarantee 8). */
export function poisoned(state: ExecutionState, error: unknown): ExecutionEvent | null {
  return mayBePoisoned(state) ? { type: 'execution-halted', because: 'poisoned', error } : null;
}

export type JudgedRepair = { readonly event: ExecutionEvent } | { readonly problem: string };

/**
 * A person wants this done about it (R27). `problem`: why it cannot be, in a sentence.
 *
 * @param by who it is, as kept in the log
 */
export function repairOf(state: ExecutionState, repair: Repair, by: string): JudgedRepair {
  const problem = whyNotRepaired(state, repair);
  return problem === null ? { event: { type: 'execution-repaired', repair, by } } : { problem };
}

export function compensationThrew(state: ExecutionState, ref: CompensationRef, attempt: number, rejection: Rejection): CompensationEvent {
  const { step, round, undo } = ref;
  const index = indexOf(state, step);
  const retry = nodeAt(state, index).compensation!.retry ?? state.settings.compensationRetry;
  const counted = attempt - undoCallOf(state, index, { of: 'compensation', ...ref })!.uncounted;
  const { error, sample } = rejection;
  return mayRepeat(retry, counted, { ...rejection, aborts: false })
    ? { type: 'compensation-attempt-failed', step, round, undo, attempt, error, delayMs: backoffMs(retry, counted, sample) }
    : { type: 'compensation-failed', step, round, undo, error };
}

export function fallbackThrew(state: ExecutionState, step: string, attempt: number, rejection: Rejection): FallbackEvent {
  const index = indexOf(state, step);
  const retry = nodeAt(state, index).fallback!.retry ?? state.settings.compensationRetry;
  const counted = attempt - undoCallOf(state, index, { of: 'fallback' })!.uncounted;
  const { error, aborts, sample } = rejection;
  return mayRepeat(retry, counted, rejection)
    ? { type: 'fallback-attempt-failed', step, attempt, error, delayMs: backoffMs(retry, counted, sample) }
    : { type: 'fallback-failed', step, error, aborted: aborts };
}

/** A compensation asks to go forward again; its wait is that before repetition number `passes so far` (R11, R13). */
export function retryAnswer(state: ExecutionState, passes: number, backoff: BackoffPolicy, sample: number): Answer {
  return { type: 'retry', passes, delayMs: backoffMs(backoff, state.passes, sample) };
}

function mayRepeat(retry: RetryPolicy | null, attempts: number, { aborts, retryable }: Rejection): retry is RetryPolicy {
  return retry !== null && attempts < retry.attempts && retryable && !aborts;
}

function statusOfRun(state: ExecutionState, { step, round, attempt }: StepRun): StepState['status'] | 'given-up' {
  const current = state.steps[indexOf(state, step)]!;
  return current.round === round && current.attempt === attempt ? current.status : 'given-up';
}

function indexOf(state: ExecutionState, step: string): number {
  return state.layout.indexOf.get(step)!;
}
