// What the author of a saga receives: a step takes one context, a compensation takes the effect and then a context.

import type { ExecutionMetadata } from './execution-metadata.js';

/** How a step ended that is to be undone (R9). `timed-out`: its effect came within the grace; `in-doubt`: nobody knows what it did. */
export type Outcome = 'succeeded' | 'continued' | 'failed' | 'aborted' | 'cancelled' | 'timed-out' | 'in-doubt';

/** What the context of a step and that of a compensation have in common. */
export interface CallContext<Input = unknown, Needs = unknown> {
  /** What `run` was called with; in a sub-saga, what its parent computed for it (R24). */
  readonly input: Input;
  /** The effects of the steps named in `needs`, by name (R3). */
  readonly needs: Needs;
  /** The same for every attempt of a round, new once the step's compensation was called (R25): for the API that the step calls. */
  readonly idempotencyKey: string;
  /** Counts the runs under this key, from 1: in-place retries (R6), and runs of earlier passes that were not compensated (R11). */
  readonly attempt: number;
  /** Aborts when this attempt times out (R5), and, of a step, when the execution is cancelled (R19). */
  readonly signal: AbortSignal;
  /** What goes along with the execution and is no input, as `run`, `settle` or `start` had it: frozen; `{}` where there is none. */
  readonly metadata: ExecutionMetadata;
}

/**
 * What a step is called with. Read it, and do not copy it: only `input` and `needs` are its own, and all else is made when first asked for,
 * so `{ ...context }` lacks it. A saga usually names its own once:
 * `type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;`
 *
 * @typeParam Input what `run` is to be called with @typeParam Needs the effects that the step reads, by name
 * @typeParam Events what it may emit @typeParam Transaction the handle that it cannot do without
 */
export interface StepContext<Input = unknown, Needs = unknown, Events = never, Transaction = unknown> extends CallContext<Input, Needs> {
  /**
   * Whether an earlier run under this key may have done something that nobody knows: its process died inside it (R26), or it timed out and
   * was given up (R5). Then look for what it may have left before doing it again.
   */
  readonly inDoubt: boolean;
  /**
   * Collects an event, to be published if the saga completes (R20). Emitted after the step settled, it is dropped. The third parameter of
   * the context says what may be emitted; where it is left out, nothing can.
   */
  readonly emit: (event: Events) => void;
  /**
   * The handle of the database transaction that the steps run in, where `run` was given one (R21); else `undefined`. Where the fourth
   * parameter of the context says its type, `run` demands the option; `LogTransaction<Handle>` says that of a transactional step.
   */
  readonly transaction: Transaction;
}

/** What a compensation is called with after the effect, and a fallback alone. `idempotencyKey`, `attempt` and `signal` are its own. */
export interface CompensationContext<Input = unknown, Needs = unknown> extends CallContext<Input, Needs> {
  /** The step to undo. */
  readonly step: UndoneStep;
  /** What started the recovery (R7, R9). */
  readonly failure: SagaFailure;
}

export interface UndoneStep {
  readonly name: string;
  /** The `idempotencyKey` that the step was sent under: the way to find and cancel what may or may not exist (R25). */
  readonly key: string;
  readonly outcome: Outcome;
  /** What this step failed with; `undefined` if it did not fail. */
  readonly error: unknown;
}

/** What started the recovery. */
export interface SagaFailure {
  /** The step that failed; `undefined` where none did: the execution was cancelled (R19), or its commit failed (R21). */
  readonly step: string | undefined;
  /** The very value that the step threw; else why the recovery started. */
  readonly error: unknown;
}

/** A step that failed, and the very value that it threw (R7). */
export interface StepFailure extends SagaFailure {
  readonly step: string;
}

/** A context that fits wherever one is taken, whatever its input, needs, events and transaction are there. */
export type AnyStepContext = StepContext<never, never, unknown, never>;
