import { codeOf, SagaError } from './saga-error.js';

/**
 * Thrown by a step: it fails, is not tried again, and every later retry or continue of this execution is void (R14).
 * `run` rejects with `reason` when that is an Error, else with this error: so a saga that a step runs itself, and that aborts for no
 * Error, aborts the saga of that step too, unless the step catches it.
 */
export class AbortSaga extends SagaError {
  readonly reason: unknown;

  constructor(reason?: unknown) {
    super({
      code: 'SAGA_RUNTIME_ABORTED',
      problem: `A step aborted its saga${told(reason)}.`,
      remedy: 'The reason is in the field `reason`.',
      cause: reason,
    });
    this.reason = reason;
  }
}

export function isAbortSaga(error: unknown): error is AbortSaga {
  return codeOf(error) === 'SAGA_RUNTIME_ABORTED';
}

function told(reason: unknown): string {
  if (typeof reason === 'string') return `: ${reason}`;
  return reason instanceof Error ? `: ${reason.message}` : '';
}
