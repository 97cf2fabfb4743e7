import { codeOf, SagaError } from './saga-error.js';

/**
 * Thrown by a step: it fails, is not tried again, and every later retry or continue of this execution is void (R14).
 * `run` rejects with `reason` when that is an Error, else with this error.
 */
export class AbortSaga extends SagaError {
  readonly reason: unknown;

  constructor(reason?: unknown) {
    super({
      code: 'SAGA_RUNTIME_ABORTED',
      problem: `A step aborted its saga${typeof reason === 'string' ? `: ${reason}` : reason instanceof Error ? `: ${reason.message}` : ''}.`,
      remedy: 'The reason is in the field `reason`.',
      cause: reason,
    });
    this.reason = reason;
  }
}

export function isAbortSaga(error: unknown): error is AbortSaga {
  return codeOf(error) === 'SAGA_RUNTIME_ABORTED';
}
