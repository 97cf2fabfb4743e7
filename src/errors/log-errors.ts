import { SagaError } from './saga-error.js';

/** The store could not be reached, or the connection was lost: nobody knows whether what was asked was done. */
export class LogUnavailableError extends SagaError {
  constructor(cause: unknown) {
    super({
      code: 'SAGA_LOG_UNAVAILABLE',
      problem: 'The execution log could not be reached.',
      remedy: 'Nothing goes on until it can be; see `cause`.',
      cause,
    });
  }
}

/** A value that the log cannot hold. */
export class NotStorableError extends SagaError {
  constructor(
    /** Where it is: `$` is what was stored, for an effect `{ effect }`, for metadata `{ metadata }`: `$.effect.card` is a part of one. */
    readonly path: string,
    what: string,
    remedy = 'Return plain data, or register the class:  new SagaRunner({ payloads: { classes: [Money] } }).',
  ) {
    super({ code: 'SAGA_LOG_NOT_STORABLE', problem: `${path} is ${what}, which the execution log cannot hold.`, remedy });
  }
}

/** A value that is larger than the log takes. */
export class TooLargeError extends SagaError {
  constructor(
    readonly sizeBytes: number,
    readonly limitBytes: number,
  ) {
    super({
      code: 'SAGA_LOG_TOO_LARGE',
      problem: `The value takes ${sizeBytes} bytes in the execution log, which takes at most ${limitBytes}.`,
      remedy: 'Store it elsewhere and return a reference to it, or raise `maxPayloadBytes`.',
    });
  }
}

/** What lies in the log cannot be read. */
export class UnreadableError extends SagaError {
  constructor(problem: string, cause?: unknown) {
    super({
      code: 'SAGA_LOG_UNREADABLE',
      problem,
      remedy: 'Run it with the `payloads` that it was written with, or abandon the execution.',
      ...(cause !== undefined && { cause }),
    });
  }
}

/** The id belongs to another saga's execution, or to one with another input. */
export class SagaIdConflictError extends SagaError {
  constructor(
    readonly saga: string,
    readonly id: string,
    because: string,
  ) {
    super({
      code: 'SAGA_LOG_ID_CONFLICT',
      problem: `${saga} cannot be started as '${id}': ${because}.`,
      remedy: 'Give it another id; nothing has begun.',
    });
  }
}

/** What a step fails with whose process died inside it, where it may be entered once only (`delivery: 'at-most-once'`). */
export class StepInDoubtError extends SagaError {
  constructor(
    readonly saga: string,
    readonly step: string,
  ) {
    super({
      code: 'SAGA_LOG_STEP_IN_DOUBT',
      problem: `${saga}.${step} was begun by a worker that is gone, and nobody knows what it did.`,
      remedy: "It may be entered once only; its compensation gets `undefined` and the outcome 'in-doubt'.",
    });
  }
}

/** What a compensation fails with that needs an effect which only the process knew that is gone. */
export class EffectLostError extends SagaError {
  constructor(
    readonly saga: string,
    readonly step: string,
  ) {
    super({
      code: 'SAGA_LOG_EFFECT_LOST',
      problem: `The effect of ${saga}.${step} could not be stored, and the process that knew it is gone.`,
      remedy: "Look it up by the step's key, and supply it:  runner.repair(id, { by }).resolve(step, effect).",
    });
  }
}

/** A step is to be recorded in a transaction of the log, and there is none to give it. */
export class NoTransactionError extends SagaError {
  constructor(
    readonly saga: string,
    readonly step: string,
  ) {
    super({
      code: 'SAGA_LOG_NO_TRANSACTION',
      problem: `${saga}.${step} is transactional, and there is no execution log with a transaction to give it.`,
      remedy: 'Give the runner postgresLog(pool), with a Pool of two connections or more: a Client, a PGlite and SQLite have but one.',
    });
  }
}
