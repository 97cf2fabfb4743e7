import type { CompensationRef, SagaEvent } from './events.js';
import { markDoubtful } from './late-effects.js';
import { putOnAgenda } from './stages.js';
import type { ExecutionState, UndoCall } from './state.js';
import { nodeAt } from './state.js';

// What was under way when a worker went (R26). Whoever takes the execution over records it before anything else, so that it is planned
// anew: steps going forward and compensations are run again under their keys, and a step that may be entered once only has failed. On a
// log alone, and so in no transaction of the caller's (R21): no open one survives its process.

/**
 * The events to record for all that was under way, in an order in which each can follow the one before it.
 *
 * @param errorOf what a step fails with that may be entered once only (durability.md, guarantee 2)
 */
export function interruptions(state: ExecutionState, errorOf: (step: string) => unknown): readonly SagaEvent[] {
  return [...interruptedSteps(state, errorOf), ...callsUnderWay(state).flatMap((call) => interruptionOf(state, call))];
}

function interruptedSteps(state: ExecutionState, errorOf: (step: string) => unknown): SagaEvent[] {
  return state.steps.flatMap(({ status }, index): SagaEvent[] => {
    const { name: step, delivery } = nodeAt(state, index);
    if (status === 'overdue') return [{ type: 'step-in-doubt', step, settled: false }];
    if (status !== 'running') return [];
    return delivery === 'at-most-once' ? [{ type: 'step-interrupted', step, error: errorOf(step) }] : [{ type: 'step-interrupted', step }];
  });
}

/** The execution's own call of a compensation or a fallback, and the late ones beside it. */
export function callsUnderWay({ unwinding, doubtful }: ExecutionState): readonly UndoCall[] {
  return [unwinding?.call ?? null, ...doubtful.map(({ call }) => call)].filter((call) => call !== null);
}

function interruptionOf(state: ExecutionState, call: UndoCall): SagaEvent[] {
  if (call.status !== 'running' && call.status !== 'asked') return [];
  const { name: step } = nodeAt(state, call.step);
  if (call.of === 'fallback') return [{ type: 'fallback-interrupted', step }];
  const ref: CompensationRef = { step, round: call.round, undo: call.undo };
  return [{ type: 'compensation-interrupted', ...ref }];
}

/** It is run again, under the same key, unless something has failed (R7); what it did before may still come late (R5a). */
export function stepInterrupted(state: ExecutionState, index: number): void {
  const step = state.steps[index]!;
  step.status = 'interrupted';
  step.inDoubt = true;
  step.uncounted += 1;
  state.interrupted.add(index);
  markDoubtful(state, index, 'succeeded');
  putOnAgenda(state, index);
}
