import type { Command } from './commands.js';
import { dueEnd } from './end.js';
import type { SagaEvent, WaitFor } from './events.js';
import { isBesideItself, roundWithDueEffect } from './late-effects.js';
import { isDueToHalt } from './repair.js';
import { undosOf } from './rounds.js';
import type { ExecutionState, UndoCall, Unwinding } from './state.js';
import { isOfSkippedSubSaga, nodeAt } from './state.js';
import { dueSavepoint } from './transaction.js';
import { taskOf } from './unwinding.js';
import { waitOf } from './waits.js';

/**
 * What must be done now and is not under way: one order at a time, until there is none. Depends on the state alone, and answers for
 * every state; recording the order's event is what moves it on. `undefined`: the execution waits for what is under way, or is over.
 */
export function plan(state: ExecutionState): Command | undefined {
  if (state.poison !== null) return undefined;
  return (state.doubtful.length > 0 ? lateOrder(state) : undefined) ?? mainOrder(state);
}

function mainOrder(state: ExecutionState): Command | undefined {
  if (state.abandoned) return endOrder(state);
  switch (state.phase) {
    case 'new':
      return record({ type: 'execution-begun' });
    case 'forward':
      return state.failures.length === 0 ? forwardOrder(state) : failureOrder(state);
    case 'unwinding':
      return unwindingOrder(state, state.unwinding!);
    case 'pass-owed':
      return wait({ of: 'pass' }, state.passDelayMs);
    case 'pass-waiting':
    case 'at-savepoint':
    case 'committing':
    case 'rolling-back':
    case 'halted':
    case 'ended':
      return undefined;
  }
}

function forwardOrder(state: ExecutionState): Command | undefined {
  const savepoint = dueSavepoint(state);
  if (savepoint !== null) return { type: 'savepoint', event: { type: 'savepoint-begun', ...savepoint } };
  const index = state.agenda[state.agendaAt];
  if (index === undefined) return endOrder(state);
  const step = state.steps[index]!;
  const { name } = nodeAt(state, index);
  if (isOfSkippedSubSaga(state, index)) return record({ type: 'step-skipped', step: name });
  if (step.status === 'retry-owed') return wait({ of: 'step', step: name }, step.delayMs);
  return { type: 'execute-step', event: { type: 'step-begun', step: name, round: step.round, attempt: step.attempt + 1 } };
}

/** After a failure: no further attempt, not of what was interrupted either, wait for the siblings, then back (R7). */
function failureOrder(state: ExecutionState): Command | undefined {
  for (const index of state.retrying) {
    return record({ type: 'step-failed', step: nodeAt(state, index).name, error: state.steps[index]!.error, outcome: 'failed' });
  }
  for (const index of state.interrupted) {
    return record({ type: 'step-in-doubt', step: nodeAt(state, index).name, settled: false });
  }
  return state.unsettled === 0 ? record({ type: 'unwinding-begun', failedStep: state.failures[0]!.step }) : undefined;
}

function unwindingOrder(state: ExecutionState, unwinding: Unwinding): Command | undefined {
  if (unwinding.call !== null) return callOrder(state, unwinding.call);
  if (unwinding.target >= 0) return undoOrder(state, unwinding);
  if (unwinding.resume) return record(resumption(state, unwinding));
  return endOrder(state);
}

function endOrder(state: ExecutionState): Command | undefined {
  const status = dueEnd(state);
  if (status === null) return undefined;
  if (isDueToHalt(state)) return record({ type: 'execution-halted', because: 'stuck' });
  if (state.transaction !== 'open') return record({ type: 'execution-ended', status });
  return status === 'completed'
    ? { type: 'commit', event: { type: 'commit-begun' } }
    : { type: 'roll-back', event: { type: 'rollback-begun' } };
}

function undoOrder(state: ExecutionState, unwinding: Unwinding): Command {
  const { name: step } = nodeAt(state, unwinding.target);
  switch (taskOf(state, unwinding)) {
    case 'nothing':
      return record({ type: 'step-passed-over', step });
    case 'fallback':
      return { type: 'ask-fallback', event: { type: 'fallback-begun', step, attempt: 1 } };
    case 'compensation': {
      const { round, undos, effect } = state.steps[unwinding.target]!;
      const event = { type: 'compensation-begun', step, round, undo: undos + 1, attempt: 1, effect, late: false } as const;
      return { type: 'compensate', event };
    }
  }
}

/** A compensation or fallback under way that has something to be ordered: its next attempt, or what to do about its failure. */
function callOrder(state: ExecutionState, call: UndoCall): Command | undefined {
  const { name: step } = nodeAt(state, call.step);
  const { round, undo, effect, late } = call;
  switch (call.status) {
    case 'retry-owed':
      return wait(waitOf(state, call), call.delayMs);
    case 'retry-due': {
      if (isBesideItself(state, call)) return undefined;
      const attempt = call.attempt + 1;
      if (call.of === 'fallback') return { type: 'ask-fallback', event: { type: 'fallback-begun', step, attempt } };
      return { type: 'compensate', event: { type: 'compensation-begun', step, round, undo, attempt, effect, late } };
    }
    case 'failed':
      return { type: 'ask-error-handler', event: { type: 'compensation-error-asked', step, round, undo } };
    case 'running':
    case 'retry-waiting':
    case 'asked':
      return undefined;
  }
}

function lateOrder(state: ExecutionState): Command | undefined {
  for (const { call } of state.doubtful) {
    const order = call === null ? undefined : callOrder(state, call);
    if (order !== undefined) return order;
  }
  const doubtful = roundWithDueEffect(state);
  if (doubtful === undefined) return undefined;
  const { name: step } = nodeAt(state, doubtful.step);
  const undo = undosOf(state, doubtful) + 1;
  const { effect } = doubtful.effects[0]!;
  return { type: 'compensate', event: { type: 'compensation-begun', step, round: doubtful.round, undo, attempt: 1, effect, late: true } };
}

function resumption(state: ExecutionState, unwinding: Unwinding): SagaEvent {
  const nameOf = (step: number): string => nodeAt(state, step).name;
  const continued = new Set(unwinding.continued.map(({ step }) => step));
  const anew = unwinding.passed.filter((step) => !continued.has(step)).sort((a, b) => a - b);
  const pass = state.passes + (unwinding.retryGranted ? 1 : 0);
  return { type: 'forward-resumed', pass, anew: anew.map(nameOf), continued: [...continued].map(nameOf), delayMs: unwinding.delayMs };
}

function record(event: SagaEvent): Command {
  return { type: 'record', event };
}

function wait(what: WaitFor, delayMs: number): Command {
  return { type: 'wait', event: { type: 'wait-begun', for: what, delayMs } };
}
