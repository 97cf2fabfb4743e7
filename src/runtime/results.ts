import { types } from 'node:util';
import { isAbortSaga } from '../errors/abort-saga.js';
import { relativePath } from '../graph/paths.js';
import { effectsWithin, emittedEvents } from '../kernel/effects.js';
import { stepKey } from '../kernel/keys.js';
import type { Remaining } from '../kernel/outcome.js';
import { otherFailures, remainingSteps } from '../kernel/outcome.js';
import type { ExecutionState } from '../kernel/state.js';
import type { AnyCompensated, AnyCompleted, AnyRemainingStep, AnyStuck, Settled } from '../saga/settled.js';
import type { SagaFailure, StepFailure } from '../saga/step-context.js';
import type { ExecutionRef } from './ports.js';

/** How an execution ended, or with `end` as if it had ended so, as its caller is told (R16). */
export function settledOf(state: ExecutionState, execution: ExecutionRef, end = state.end!): Settled<object> {
  switch (end) {
    case 'completed':
      return new CompletedResult(execution, effectsWithin(state, ''), emittedEvents(state, ''));
    case 'compensated':
      return compensatedOf(state, execution);
    case 'stuck':
      return new StuckResult(execution, state);
  }
}

function compensatedOf(state: ExecutionState, execution: ExecutionRef, nameOf = byPath): CompensatedResult {
  return new CompensatedResult(execution, failureNamed(state.failures[0]!, nameOf), failuresBeside(state, nameOf));
}

// The id is made when first asked for, by a getter of the class, because one of each result's own costs more than a whole step. Where a
// result is shown as a whole, in JSON and in `console.log`, the id is there. The classes have no base: to look for a `then` through one
// more prototype, as resolving a promise does, costs as much as making the result.

function shown(result: Settled<object>): object {
  const { status, id, ...rest } = result;
  return { status, id, ...rest };
}

const inspected = Symbol.for('nodejs.util.inspect.custom');

export class CompletedResult implements AnyCompleted {
  readonly status = 'completed';
  readonly #execution: ExecutionRef;

  constructor(
    execution: ExecutionRef,
    readonly effects: Readonly<Record<string, unknown>>,
    readonly events: readonly unknown[],
  ) {
    this.#execution = execution;
  }

  get id(): string {
    return this.#execution.id;
  }

  toJSON(): object {
    return shown(this);
  }

  [inspected](): object {
    return shown(this);
  }
}

export class CompensatedResult implements AnyCompensated {
  readonly status = 'compensated';
  readonly error: unknown;
  readonly failedStep: string | undefined;
  readonly otherFailures: readonly StepFailure[];
  readonly #execution: ExecutionRef;

  constructor(execution: ExecutionRef, { step, error }: SagaFailure, otherFailures: readonly StepFailure[]) {
    this.error = errorOf(error);
    this.failedStep = step;
    this.otherFailures = otherFailures;
    this.#execution = execution;
  }

  get id(): string {
    return this.#execution.id;
  }

  toJSON(): object {
    return shown(this);
  }

  [inspected](): object {
    return shown(this);
  }
}

class StuckResult implements AnyStuck {
  readonly status = 'stuck';
  readonly error: unknown;
  readonly compensationError: unknown;
  readonly failedStep: string | undefined;
  readonly otherFailures: readonly StepFailure[];
  readonly remaining: readonly AnyRemainingStep[];
  readonly #execution: ExecutionRef;

  constructor(execution: ExecutionRef, state: ExecutionState, nameOf = byPath) {
    const { step, error } = failureNamed(state.failures[0]!, nameOf);
    this.error = errorOf(error);
    this.compensationError = state.leftovers[0]!.error;
    this.failedStep = step;
    this.otherFailures = failuresBeside(state, nameOf);
    this.remaining = remainingSteps(state).map((remaining) => remainingStep(remaining, execution, nameOf));
    this.#execution = execution;
  }

  get id(): string {
    return this.#execution.id;
  }

  toJSON(): object {
    return shown(this);
  }

  [inspected](): object {
    return shown(this);
  }
}

function failureNamed({ step, error }: SagaFailure, nameOf: NameOf): SagaFailure {
  return { step: step === undefined ? undefined : nameOf(step), error };
}

function failuresBeside(state: ExecutionState, nameOf: NameOf): StepFailure[] {
  return otherFailures(state).map(({ step, error }) => ({ step: nameOf(step), error }));
}

/** The same end as the sub-saga at this path would tell it: its own effects, and all steps as seen from there (R24). */
export function settledWithin(path: string, settled: Settled<object>, { state, identity }: EndedExecution): Settled<object> {
  const nameOf = (step: string): string => relativePath(path, step);
  switch (settled.status) {
    case 'completed':
      return Object.freeze(new CompletedResult(identity, effectsWithin(state, path), emittedEvents(state, path)));
    case 'compensated':
      return Object.freeze(compensatedOf(state, identity, nameOf));
    case 'stuck':
      return Object.freeze(new StuckResult(identity, state, nameOf));
  }
}

interface EndedExecution {
  readonly state: ExecutionState;
  readonly identity: ExecutionRef;
}

type NameOf = (step: string) => string;
const byPath: NameOf = (step) => step;

export function remainingStep({ step, round, effect, outcome }: Remaining, execution: ExecutionRef, nameOf = byPath): AnyRemainingStep {
  return {
    step: nameOf(step),
    effect,
    outcome,
    get key() {
      return stepKey(execution.id, step, round);
    },
  };
}

/** The very value that the step threw; of an `AbortSaga` its reason, where that is an Error (R16). */
function errorOf(thrown: unknown): unknown {
  if (!isAbortSaga(thrown)) return thrown;
  try {
    const { reason } = thrown;
    return reason instanceof Error || types.isNativeError(reason) ? reason : thrown; // an Error of another realm is native too
  } catch {
    return thrown; // not ours, though it has our code
  }
}
