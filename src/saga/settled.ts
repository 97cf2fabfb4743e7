// How an execution ended (R16): what `settle` answers, and what `@Finally` methods and `finally` handlers are told.

import type { EffectsOf, StepPath } from './inference.js';
import type { Outcome, StepFailure } from './step-context.js';

/** How an execution ended. `Settled<object>` is the end of any saga. */
export type Settled<Saga> = Completed<Saga> | Compensated<Saga> | Stuck<Saga>;

/** Every step is done. */
export interface Completed<Saga> {
  readonly status: 'completed';
  /** The execution's. */
  readonly id: string;
  /** What the steps returned, by the step's name. */
  readonly effects: EffectsOf<Saga>;
}

/** A step failed, and everything that stood is undone. */
export interface Compensated<Saga> {
  readonly status: 'compensated';
  /** The execution's. */
  readonly id: string;
  /** What `run` rejects with: the very value that the step threw, or the reason of its `AbortSaga` where that is an Error (R16). */
  readonly error: unknown;
  /** The step whose failure started the recovery; `undefined` where no step failed, as after a cancellation (R19). */
  readonly failedStep: StepPath<Saga> | undefined;
  /** Further failures since the execution last went forward, in the order they were recorded (R7): of siblings, and of fallbacks. */
  readonly otherFailures: readonly StepFailure[];
}

/** A compensation failed for good (R15): someone must look at what remains. */
export interface Stuck<Saga> {
  readonly status: 'stuck';
  /** The execution's. */
  readonly id: string;
  /** What started the recovery, as in {@link Compensated}. */
  readonly error: unknown;
  /** What the compensation failed with. */
  readonly compensationError: unknown;
  /** The step whose failure started the recovery; `undefined` where no step failed, as after a cancellation (R19). */
  readonly failedStep: StepPath<Saga> | undefined;
  /** Further failures since the execution last went forward, in the order they were recorded (R7): of siblings, and of fallbacks. */
  readonly otherFailures: readonly StepFailure[];
  /** The steps that are not undone: the one whose compensation failed first, the others in the order they would have been undone in (R8). */
  readonly remaining: readonly RemainingStep<Saga>[];
}

/** A step that still stands, with all that is known to undo it by hand. */
export interface RemainingStep<Saga> {
  readonly step: StepPath<Saga>;
  /** What it returned; `undefined` where that is unknown. */
  readonly effect: unknown;
  /** The `idempotencyKey` that it was sent under (R25). */
  readonly key: string;
  readonly outcome: Outcome;
}
