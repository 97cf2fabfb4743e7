import type { EndStatus } from './events.js';
import { hasLateWork } from './late-effects.js';
import type { ExecutionState } from './state.js';
import { isStuck } from './state.js';

/**
 * How the execution is to end now; `null`: it is not over. It awaits every late compensation that has begun or is due (R5a). Where a
 * transaction is open, it is committed or rolled back first (R21). Abandoned, it awaits nothing (R27).
 */
export function dueEnd(state: ExecutionState): EndStatus | null {
  if (state.abandoned) return state.phase === 'ended' ? null : 'stuck';
  const { phase, stage, layout, unwinding, failures, savepoints } = state;
  if (phase === 'forward') {
    const isThrough = stage === layout.graph.stages.length && failures.length === 0 && savepoints.toRestore === null;
    return isThrough && !hasLateWork(state) ? 'completed' : null;
  }
  if (phase !== 'unwinding' || unwinding!.call !== null || unwinding!.target >= 0 || unwinding!.resume || hasLateWork(state)) return null;
  return isStuck(state) ? 'stuck' : 'compensated';
}
