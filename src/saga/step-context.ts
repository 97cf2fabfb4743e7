// What the author of a saga receives: a step takes one context, a compensation takes the effect and then a context.

/** How a step ended that is to be undone (R9). `timed-out`: its effect came within the grace; `in-doubt`: nobody knows what it did. */
export type Outcome = 'succeeded' | 'continued' | 'failed' | 'aborted' | 'cancelled' | 'timed-out' | 'in-doubt';

/**
 * What a step is called with. Read it, and do not copy it: what costs time to make (key and signal) is made when first asked for, so
 * `{ ...context }` lacks it. A saga usually names its own once:
 * `type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;`
 */
export interface StepContext<Input = unknown, Needs = unknown> {
  /** What `run` was called with. */
  readonly input: Input;
  /** The effects of the steps named in `needs`, by name (R3). */
  readonly needs: Needs;
  /** The same for every attempt of a round, new once the step's compensation was called (R25): for the API that the step calls. */
  readonly idempotencyKey: string;
  /** Counts the runs under this key, from 1: in-place retries (R6), and runs of earlier passes that were not compensated (R11). */
  readonly attempt: number;
  /** Aborts when this attempt times out (R5). */
  readonly signal: AbortSignal;
}

/** What a compensation is called with after the effect, and a fallback alone. `idempotencyKey`, `attempt` and `signal` are its own. */
export interface CompensationContext<Input = unknown, Needs = unknown> extends StepContext<Input, Needs> {
  /** The step to undo. */
  readonly step: UndoneStep;
  /** What started the recovery (R7, R9). */
  readonly failure: StepFailure;
}

export interface UndoneStep {
  readonly name: string;
  /** The `idempotencyKey` that the step was sent under: the way to find and cancel what may or may not exist (R25). */
  readonly key: string;
  readonly outcome: Outcome;
  /** What this step failed with; `undefined` if it did not fail. */
  readonly error: unknown;
}

/** A step that failed, and the very value that it threw (R7). */
export interface StepFailure {
  readonly step: string;
  readonly error: unknown;
}

/** A context that fits wherever one is taken, whatever its input and needs are there. */
export type AnyStepContext = StepContext<never, never>;
