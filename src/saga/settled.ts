// How an execution ended (R16): what `settle` answers, and what `@Finally` methods and `finally` handlers are told.
//
// The end of one saga is the end of any, `Settled<object>`. So each end is declared twice: of any saga, and of one that is known, which
// says more of the same. Were it one interface with a saga for a parameter, the compiler would compare sagas where it should compare ends.

import type { EffectsOf } from './effects.js';
import type { EventsOf } from './inference.js';
import type { Outcome, StepFailure } from './step-context.js';
import type { IsUnknown, StepPath } from './step-name.js';

/** How an execution ended. `Settled<object>` is the end of any saga. */
export type Settled<Saga> = Completed<Saga> | Compensated<Saga> | Stuck<Saga>;

/** Every step is done. */
export type Completed<Saga> = IsUnknown<Saga> extends true ? AnyCompleted : CompletedOf<Saga>;

/** A step failed, and everything that stood is undone. */
export type Compensated<Saga> = IsUnknown<Saga> extends true ? AnyCompensated : CompensatedOf<Saga>;

/** A compensation failed for good (R15): someone must look at what remains. */
export type Stuck<Saga> = IsUnknown<Saga> extends true ? AnyStuck : StuckOf<Saga>;

/** A step that still stands, with all that is known to undo it by hand. */
export type RemainingStep<Saga> = IsUnknown<Saga> extends true ? AnyRemainingStep : RemainingStepOf<Saga>;

export interface AnyCompleted {
  readonly status: 'completed';
  /** The execution's. */
  readonly id: string;
  /** What the steps returned, by the step's name. */
  readonly effects: Readonly<Record<string, unknown>>;
  /** What the steps emitted, in the order in which it was published: by declaration of the steps, then as each emitted it (R20). */
  readonly events: readonly unknown[];
}
export interface CompletedOf<Saga> extends AnyCompleted {
  readonly effects: EffectsOf<Saga>;
  readonly events: readonly EventsOf<Saga>[];
}

export interface AnyCompensated {
  readonly status: 'compensated';
  /** The execution's. */
  readonly id: string;
  /** What `run` rejects with: the very value that the step threw, or the reason of its `AbortSaga` where that is an Error (R16). */
  readonly error: unknown;
  /** The step whose failure started the recovery; `undefined` where no step failed. */
  readonly failedStep: string | undefined;
  /** Further failures since the execution last went forward, in the order they were recorded (R7): of siblings, and of fallbacks. */
  readonly otherFailures: readonly StepFailure[];
}
export interface CompensatedOf<Saga> extends AnyCompensated {
  readonly failedStep: StepPath<Saga> | undefined;
}

export interface AnyStuck {
  readonly status: 'stuck';
  /** The execution's. */
  readonly id: string;
  /** What started the recovery, as in {@link AnyCompensated}. */
  readonly error: unknown;
  /** What the compensation failed with. */
  readonly compensationError: unknown;
  /** The step whose failure started the recovery; `undefined` where no step failed. */
  readonly failedStep: string | undefined;
  /** Further failures since the execution last went forward, in the order they were recorded (R7): of siblings, and of fallbacks. */
  readonly otherFailures: readonly StepFailure[];
  /** The steps that are not undone: first the one whose compensation failed, the others in the order of undoing (R8). */
  readonly remaining: readonly AnyRemainingStep[];
}
export interface StuckOf<Saga> extends AnyStuck {
  readonly failedStep: StepPath<Saga> | undefined;
  readonly remaining: readonly RemainingStepOf<Saga>[];
}

export interface AnyRemainingStep {
  readonly step: string;
  /** What it returned; `undefined` where that is unknown. */
  readonly effect: unknown;
  /** The `idempotencyKey` that it was sent under (R25). */
  readonly key: string;
  readonly outcome: Outcome;
}
export interface RemainingStepOf<Saga> extends AnyRemainingStep {
  readonly step: StepPath<Saga>;
}
