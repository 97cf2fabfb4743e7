import { failureRecorded } from './cancellation.js';
import { dueEnd } from './end.js';
import type { SavepointBegun } from './events.js';
import { isNext } from './stages.js';
import type { ExecutionState, SagaFailure } from './state.js';
import { isDone, nodeAt } from './state.js';

// The database transaction that the forward steps run in (R21): a savepoint before each stage, restored before the execution goes
// forward again; commit after the last step, roll back once everything outside is compensated. The functions that take an event answer
// whether it was legal; one that was not has changed nothing.

/** What is to be done to a savepoint before anything else; `null`: nothing. */
export function dueSavepoint(state: ExecutionState): Pick<SavepointBegun, 'stage' | 'does'> | null {
  if (state.settings.transaction !== 'savepoints') return null;
  const { savepoints, stage, layout } = state;
  if (savepoints.toRestore !== null) return { stage: savepoints.toRestore, does: 'restore' };
  // After the last stage too: PostgreSQL lets a commit pass, and rolls back, where a step hid an error of its statement. A savepoint fails.
  const first = layout.graph.steps[layout.firstOfStage[stage]!];
  // What opens a sub-saga computes its input, and touches no database.
  const isToBeSet = (first === undefined || first.opens === null) && savepoints.stage < stage;
  return isToBeSet ? { stage, does: 'set' } : null;
}

/** Whether this step is the next that something is ordered for, with no savepoint before it. */
export function isItsTurn(state: ExecutionState, index: number): boolean {
  return state.phase === 'forward' && state.poison === null && isNext(state, index) && dueSavepoint(state) === null;
}

export function savepointBegun(state: ExecutionState, event: SavepointBegun): boolean {
  const due = dueSavepoint(state);
  if (state.phase !== 'forward' || state.failures.length > 0) return false;
  if (due?.stage !== event.stage || due.does !== event.does) return false;
  state.phase = 'at-savepoint';
  state.savepoints.stage = event.stage;
  state.savepoints.toRestore = null;
  return true;
}

export function savepointSucceeded(state: ExecutionState): boolean {
  if (state.phase !== 'at-savepoint') return false;
  state.phase = 'forward';
  state.savepoints.goneForwardFrom = null;
  return true;
}

export function savepointFailed(state: ExecutionState, error: unknown): boolean {
  const { goneForwardFrom } = state.savepoints;
  if (!savepointSucceeded(state)) return false;
  state.transactionSpoilt = true;
  failureRecorded(state, { step: undefined, error });
  if (goneForwardFrom !== null) failureRecorded(state, goneForwardFrom);
  return true;
}

/** A plain step failed in place: what it wrote is taken back before it is tried again. Beside siblings nobody can tell whose it was. */
export function restoreBeforeNextAttempt(state: ExecutionState, index: number): void {
  const { async, stage } = nodeAt(state, index);
  if (!async) restoreLater(state, stage, null);
}

/** Going forward again from this stage: what was written since it began is taken back. */
export function restoreLater({ settings, savepoints }: ExecutionState, stage: number, goneForwardFrom: SagaFailure | null): void {
  if (settings.transaction !== 'savepoints') return;
  savepoints.toRestore = stage;
  savepoints.goneForwardFrom = goneForwardFrom;
}

/** Whether to restore the savepoint of this stage would take back what a step of it wrote that stands. */
export function isBesideWhatStands(state: ExecutionState, stage: number): boolean {
  if (state.settings.transaction === 'none') return false;
  const { firstOfStage } = state.layout;
  for (let index = firstOfStage[stage]!; index < (firstOfStage[stage + 1] ?? 0); index++) {
    if (isDone(state.steps[index]!)) return true;
  }
  return false;
}

export function commitBegun(state: ExecutionState): boolean {
  if (state.transaction !== 'open' || dueEnd(state) !== 'completed' || dueSavepoint(state) !== null) return false;
  state.phase = 'committing';
  return true;
}

export function commitSucceeded(state: ExecutionState): boolean {
  if (state.phase !== 'committing') return false;
  state.phase = 'forward';
  state.transaction = 'over';
  return true;
}

/** A failure after the last step: everything outside is compensated, without retries. */
export function commitFailed(state: ExecutionState, error: unknown): boolean {
  if (!commitSucceeded(state)) return false;
  failureRecorded(state, { step: undefined, error });
  return true;
}

export function rollbackBegun(state: ExecutionState): boolean {
  const end = dueEnd(state);
  if (state.transaction !== 'open' || end === null || end === 'completed') return false;
  state.phase = 'rolling-back';
  return true;
}

export function rollbackEnded(state: ExecutionState): boolean {
  if (state.phase !== 'rolling-back') return false;
  state.phase = 'unwinding';
  state.transaction = 'over';
  return true;
}
