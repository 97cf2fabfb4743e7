import { giveUpWhatHasNotBegun } from './stages.js';
import type { ExecutionState, SagaFailure } from './state.js';

// Cancellation (R19): by the caller, by a deadline, or because the transaction was lost (R21).

/** Whether it would change anything: not before the begin, not once the last step is done, or the commit sent, nor while it is halted. */
export function mayBeCancelled(state: ExecutionState): boolean {
  if (state.poison !== null || state.abandoned) return false;
  switch (state.phase) {
    case 'new':
    case 'committing':
    case 'rolling-back':
    case 'halted':
    case 'ended':
      return false;
    case 'forward':
    case 'at-savepoint':
      return !state.cancelled && !isThrough(state);
    case 'pass-owed':
    case 'pass-waiting':
    case 'unwinding':
      return !state.cancelled;
  }
}

/** Every step is done, and none has failed since; in a transaction that is not enough: the commit is still to be sent (R21). */
function isThrough({ stage, layout, failures, transaction }: ExecutionState): boolean {
  return stage === layout.graph.stages.length && failures.length === 0 && transaction !== 'open';
}

export function executionCancelled(state: ExecutionState, error: unknown): void {
  state.cancelled = true;
  if (state.phase === 'unwinding' || state.failures.length > 0) return; // the error stays
  if (state.passWait !== null) takeGrantBack(state);
  failureRecorded(state, { step: undefined, error });
}

export function failureRecorded(state: ExecutionState, failure: SagaFailure): void {
  state.failures.push(failure);
  giveUpWhatHasNotBegun(state);
}

/** Backs out of the wait for the next pass: what is undone stays undone, and what only continued was continued in vain. */
function takeGrantBack(state: ExecutionState): void {
  for (const index of state.passWait!.continued) state.steps[index]!.status = 'undone';
  state.passWait = null;
  state.phase = 'forward';
}
