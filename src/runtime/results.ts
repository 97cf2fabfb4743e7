import { isAbortSaga } from '../errors/abort-saga.js';
import { stepKey } from '../kernel/keys.js';
import type { Remaining } from '../kernel/outcome.js';
import { effectsByStep, otherFailures, remainingSteps } from '../kernel/outcome.js';
import type { ExecutionState } from '../kernel/state.js';
import type { Compensated, Completed, RemainingStep, Settled, Stuck } from '../saga/settled.js';
import { ownRecord } from './own-property.js';
import type { ExecutionRef } from './ports.js';

/** How an execution ended, as its caller is told (R16). The id is made when first asked for. */
export function settledOf(state: ExecutionState, execution: ExecutionRef): Settled<object> {
  switch (state.end!) {
    case 'completed':
      return {
        status: 'completed',
        get id() {
          return execution.id;
        },
        effects: ownRecord(effectsByStep(state)),
      } satisfies Completed<object>;
    case 'compensated':
      return {
        status: 'compensated',
        get id() {
          return execution.id;
        },
        ...failureFields(state),
      } satisfies Compensated<object>;
    case 'stuck':
      return {
        status: 'stuck',
        get id() {
          return execution.id;
        },
        ...failureFields(state),
        compensationError: state.leftovers[0]!.error,
        remaining: remainingSteps(state).map((remaining) => remainingStep(remaining, execution)),
      } satisfies Stuck<object>;
  }
}

export function remainingStep({ step, round, effect, outcome }: Remaining, execution: ExecutionRef): RemainingStep<object> {
  return {
    step,
    effect,
    outcome,
    get key() {
      return stepKey(execution.id, step, round);
    },
  };
}

function failureFields(state: ExecutionState): Pick<Compensated<object>, 'error' | 'failedStep' | 'otherFailures'> {
  const { step, error } = state.failures[0]!;
  return { error: errorOf(error), failedStep: step, otherFailures: otherFailures(state) };
}

/** The very value that the step threw; of an `AbortSaga` its reason, where that is an Error (R16). */
function errorOf(thrown: unknown): unknown {
  return isAbortSaga(thrown) && thrown.reason instanceof Error ? thrown.reason : thrown;
}
