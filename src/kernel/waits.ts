import type { WaitFor } from './events.js';
import { callsUnderWay } from './interruption.js';
import { putOnAgenda, takeFromAgenda } from './stages.js';
import type { ExecutionState, UndoCall } from './state.js';
import { nodeAt } from './state.js';
import { isItsTurn } from './transaction.js';
import { undoCallOf } from './undo-call.js';

// Waits (R13), all of one life: owed, under way, over. The next attempt of a step, a compensation or a fallback, or the next pass. Both
// functions answer whether the event was legal; one that was not has changed nothing.

export function waitBegun(state: ExecutionState, what: WaitFor): boolean {
  if (what.of === 'pass') {
    if (state.phase !== 'pass-owed') return false;
    state.phase = 'pass-waiting';
    return true;
  }
  const waiter = waiterOf(state, what);
  if (waiter?.status !== 'retry-owed') return false;
  if (what.of === 'step') {
    if (!isItsTurn(state, state.layout.indexOf.get(what.step)!)) return false;
    takeFromAgenda(state);
  }
  waiter.status = 'retry-waiting';
  return true;
}

export function waitEnded(state: ExecutionState, what: WaitFor): boolean {
  if (what.of === 'pass') {
    if (state.phase !== 'pass-waiting') return false;
    state.phase = 'forward';
    state.passWait = null;
    return true;
  }
  const waiter = waiterOf(state, what);
  if (waiter?.status !== 'retry-waiting') return false;
  if (what.of === 'step') putOnAgenda(state, state.layout.indexOf.get(what.step)!);
  waiter.status = 'retry-due';
  return true;
}

/**
 * Waits that were begun and are not over: a driver that takes the execution over sets their alarms again. None while it is poisoned (R27),
 * and none of steps that a failure made moot (R7).
 */
export function waitsUnderWay(state: ExecutionState): readonly WaitFor[] {
  const { phase, poison, abandoned, failures, retrying } = state;
  if (poison !== null) return [];
  const ofSteps = failures.length > 0 || abandoned ? [] : [...retrying].filter((index) => state.steps[index]!.status === 'retry-waiting');
  const ofCalls = callsUnderWay(state).filter(({ status, late }) => status === 'retry-waiting' && (late || !abandoned));
  return [
    ...(phase === 'pass-waiting' ? [{ of: 'pass' } as const] : []),
    ...ofSteps.map((index) => ({ of: 'step', step: nodeAt(state, index).name }) as const),
    ...ofCalls.map((call) => waitOf(state, call)),
  ];
}

/** What a call waits for between two attempts. */
export function waitOf(state: ExecutionState, { of, step: index, round, undo }: UndoCall): WaitFor {
  const { name: step } = nodeAt(state, index);
  return of === 'fallback' ? { of, step } : { of, step, round, undo };
}

function waiterOf(state: ExecutionState, what: Exclude<WaitFor, { of: 'pass' }>): { status: string } | null {
  const index = state.layout.indexOf.get(what.step);
  if (index === undefined) return null;
  return what.of === 'step' ? state.steps[index]! : undoCallOf(state, index, what);
}
