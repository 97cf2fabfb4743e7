import type { CompensationRef } from './events.js';
import { doubtfulRound } from './rounds.js';
import type { ExecutionState } from './state.js';
import { undoCallOf } from './undo-call.js';

/**
 * The effect of the `compensation-begun` that is recorded next, as the state has it: that of the step, of a call that is repeated, or of
 * an attempt whose effect came late. So a log keeps each effect once (durability.md).
 */
export function effectToUndo(state: ExecutionState, ref: CompensationRef & { readonly late: boolean }): unknown {
  const index = state.layout.indexOf.get(ref.step)!;
  const repeated = undoCallOf(state, index, { of: 'compensation', ...ref });
  if (repeated !== null) return repeated.effect;
  return ref.late ? doubtfulRound(state, index, ref.round)!.effects[0]!.effect : state.steps[index]!.effect;
}
