import { codeOf, SagaError } from './saga-error.js';

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

/** A saga that `check` could not resolve and dispose, and why. */
export interface CheckFailure {
  /** Its name. */
  readonly saga: string;
  /** What an execution would fail with before anything began, or what was thrown when its scope was disposed. */
  readonly error: unknown;
}

/** Sagas that cannot be resolved, found before any of them runs. */
export class SagaCheckError extends SagaError {
  /** At least one, in the order in which they were checked. */
  readonly failures: readonly CheckFailure[];

  constructor(failures: readonly [CheckFailure, ...CheckFailure[]]) {
    const [only, ...others] = failures;
    const names = failures.map(({ saga }) => saga).join(', ');
    super({
      code: 'SAGA_RUNTIME_CHECK_FAILED',
      problem: others.length === 0 ? `${names} did not pass its check.` : `${failures.length} sagas did not pass their check: ${names}.`,
      remedy: others.length === 0
        ? reasonOf(only)
        : `Register what they lack:\n${failures.map((one, index) => `  ${index + 1}. ${one.saga}: ${reasonOf(one)}`).join('\n')}`,
      cause: only.error,
    });
    this.failures = failures;
  }
}

/** Without the name of the saga, which stands before it. */
function reasonOf({ saga, error }: CheckFailure): string {
  const { saga: unresolved, remedy } = error as Partial<SagaResolverError>;
  if (codeOf(error) === 'SAGA_RUNTIME_RESOLVER_FAILED' && unresolved === saga) return String(remedy);
  return error instanceof Error ? error.message : String(error);
}

/** What an execution ends with that its caller cancelled, or whose deadline passed (R19). */
export class SagaCancelledError extends SagaError {
  /** What the caller's signal was aborted with; `undefined` where the deadline passed. */
  readonly reason: unknown;
  /** The deadline that passed, in milliseconds; `undefined` where the caller's signal was aborted. */
  readonly deadlineMs: number | undefined;

  /** `cause`: the reason, or, where this ended the wait for another pass, what the pass before failed with. */
  constructor(
    readonly saga: string,
    { reason, deadlineMs, cause }: { readonly reason: unknown; readonly deadlineMs: number | undefined; readonly cause: unknown },
  ) {
    super({
      code: 'SAGA_RUNTIME_CANCELLED',
      problem: deadlineMs === undefined ? `${saga} was cancelled by its caller.` : `${saga} did not end within ${deadlineMs} ms.`,
      remedy: 'What stood is undone, or listed in `remaining` of a stuck end; `reason` or `deadlineMs` tells why.',
      cause,
    });
    this.reason = reason;
    this.deadlineMs = deadlineMs;
  }
}

/** The database transaction could not begin, or was over before its time (R21). */
export class SagaTransactionError extends SagaError {
  private constructor(
    readonly saga: string,
    problem: string,
    remedy: string,
    cause?: unknown,
  ) {
    super({ code: 'SAGA_RUNTIME_TRANSACTION_FAILED', problem, remedy, ...(cause !== undefined && { cause }) });
  }

  static notBegun(saga: string, rejection: { readonly error: unknown } | null): SagaTransactionError {
    const remedy = 'See `cause`: what the driver rejected with.';
    return rejection !== null
      ? new SagaTransactionError(saga, `The transaction of ${saga} could not begin.`, remedy, rejection.error)
      : new SagaTransactionError(saga, `The \`transaction\` of ${saga} resolved without calling its work.`, hand);
  }

  static tooLate(saga: string): SagaTransactionError {
    return new SagaTransactionError(saga, `The transaction of ${saga} began when nobody waited for it any more.`, 'Let it roll back.');
  }

  static endedEarly(saga: string): SagaTransactionError {
    return new SagaTransactionError(saga, `The \`transaction\` of ${saga} resolved before its work did.`, hand);
  }
}
const hand = 'Hand the work to the driver, and return what the driver returns:  transaction: (work) => db.transaction(work).';

/** The driver called `work` a second time, to retry the transaction by itself (R21). */
export class SagaTransactionRestartedError extends SagaError {
  constructor(readonly saga: string) {
    super({
      code: 'SAGA_RUNTIME_TRANSACTION_RESTARTED',
      problem: `The driver began the transaction of ${saga} a second time, and the steps of a saga run once.`,
      remedy: 'Switch off the retries of the driver for this transaction, and run the saga anew where its error asks for that.',
    });
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
      remedy: 'Undo by hand what `remaining` lists, or on a log repair it; `error` is what it failed with, `cause` why the undoing failed.',
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
