import type { ExecutionState } from '../kernel/state.js';
import { callsUnderWay } from '../kernel/interruption.js';
import type { ExecutionStatus } from './execution-log.js';

export function statusOf({ phase, end, poison }: ExecutionState): ExecutionStatus {
  if (poison !== null) return 'stuck';
  switch (phase) {
    case 'new':
      return 'pending';
    case 'unwinding':
      return 'compensating';
    case 'halted':
      return 'stuck';
    case 'ended':
      return end === 'stuck' ? 'abandoned' : end!;
    default:
      return 'running';
  }
}

/** Whether nothing of the execution itself goes on; a late compensation still may (R5a). */
export function isResting(status: ExecutionStatus): boolean {
  return resting.has(status);
}

const resting: ReadonlySet<ExecutionStatus> = new Set(['stuck', 'completed', 'compensated', 'abandoned']);

/** Whether anything was begun that has no outcome yet: only then somebody must own the execution. */
export function isUnderWay(state: ExecutionState): boolean {
  const { unsettled, retrying, interrupted } = state;
  if (state.phase !== 'halted' && state.phase !== 'ended' && unsettled > retrying.size + interrupted.size) return true;
  return callsUnderWay(state).some(({ status }) => status === 'running' || status === 'asked');
}
