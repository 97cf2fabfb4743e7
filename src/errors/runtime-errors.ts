import { SagaError } from './saga-error.js';

/** What a step failed with that did not settle in time (R5). */
export class StepTimeoutError extends SagaError {
  constructor(
    readonly saga: string,
    readonly step: string,
    readonly timeoutMs: number,
  ) {
    super({
      code: 'SAGA_RUNTIME_STEP_TIMED_OUT',
      problem: `${saga}.${step} did not settle within ${timeoutMs} ms.`,
      remedy: 'Pass on its `signal`, so that it stops in time, or give it a longer `timeoutMs`.',
    });
  }
}

/** What a compensation or a fallback failed with that did not settle within its time-out and grace (R15). */
export class CompensationTimeoutError extends SagaError {
  constructor(
    readonly saga: string,
    readonly method: string,
    readonly timeoutMs: number,
  ) {
    super({
      code: 'SAGA_RUNTIME_COMPENSATION_TIMED_OUT',
      problem: `${saga}.${method} did not settle within ${timeoutMs} ms and its grace.`,
      remedy: 'Pass on its `signal`, so that it stops in time, or give it a longer `timeoutMs`.',
    });
  }
}

/** The resolver did not supply an instance of the saga (R22). */
export class SagaResolverError extends SagaError {
  constructor(
    readonly saga: string,
    remedy: string,
    cause: unknown,
  ) {
    super({ code: 'SAGA_RUNTIME_RESOLVER_FAILED', problem: `${saga} could not be resolved.`, remedy, cause });
  }
}

export interface StuckFacts {
  readonly id: string;
  readonly error: unknown;
  readonly compensationError: unknown;
  readonly failedStep: string | undefined;
  readonly otherFailures: readonly { readonly step: string; readonly error: unknown }[];
  readonly remaining: readonly { readonly step: string; readonly effect: unknown; readonly key: string; readonly outcome: string }[];
}

/** What `run` rejects with when a compensation failed for good (R15): the fields of the stuck result, and that failure as `cause`. */
export class SagaStuckError extends SagaError implements StuckFacts {
  readonly id: string;
  readonly error: unknown;
  readonly compensationError: unknown;
  readonly failedStep: string | undefined;
  readonly otherFailures: StuckFacts['otherFailures'];
  readonly remaining: StuckFacts['remaining'];

  constructor(saga: string, facts: StuckFacts) {
    const where = facts.failedStep === undefined ? '' : ` in ${facts.failedStep}`;
    const remaining = facts.remaining.map(({ step }) => step).join(', ');
    super({
      code: 'SAGA_RUNTIME_STUCK',
      problem: `${saga} failed${where} and could not be undone: ${remaining} remain.`,
      remedy: 'Undo by hand what `remaining` lists; `error` is what it failed with, `cause` is why the undoing failed.',
      cause: facts.compensationError,
    });
    this.id = facts.id;
    this.error = facts.error;
    this.compensationError = facts.compensationError;
    this.failedStep = facts.failedStep;
    this.otherFailures = facts.otherFailures;
    this.remaining = facts.remaining;
  }
}
