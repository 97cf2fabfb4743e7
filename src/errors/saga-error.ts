// Every error that class-saga itself raises: a code to test for, the problem in the user's own names, and what to do about it.

/** All codes, one row each in the README's table. `SAGA_<LAYER>_<PROBLEM>`. */
export const sagaErrorCodes = [
  'SAGA_DEFINITION_INVALID',
  'SAGA_DEFINITION_NOT_A_SAGA',
  'SAGA_RUNTIME_BAD_OPTIONS',
  'SAGA_RUNTIME_BAD_RUN_OPTIONS',
  'SAGA_RUNTIME_ID_IN_USE',
  'SAGA_RUNTIME_ID_USED',
  'SAGA_RUNTIME_NO_RESOLVER',
  'SAGA_RUNTIME_RESOLVER_FAILED',
  'SAGA_RUNTIME_CHECK_FAILED',
  'SAGA_RUNTIME_OTHER_INPUT',
  'SAGA_RUNTIME_STEP_TIMED_OUT',
  'SAGA_RUNTIME_COMPENSATION_TIMED_OUT',
  'SAGA_RUNTIME_STUCK',
  'SAGA_RUNTIME_ABORTED',
  'SAGA_RUNTIME_CANCELLED',
  'SAGA_RUNTIME_TRANSACTION_FAILED',
  'SAGA_RUNTIME_TRANSACTION_RESTARTED',
  'SAGA_LOG_UNAVAILABLE',
  'SAGA_LOG_NEWER',
  'SAGA_LOG_BAD_OPTIONS',
  'SAGA_LOG_NOT_STORABLE',
  'SAGA_LOG_TOO_LARGE',
  'SAGA_LOG_UNREADABLE',
  'SAGA_LOG_ID_CONFLICT',
  'SAGA_LOG_STEP_IN_DOUBT',
  'SAGA_LOG_EFFECT_LOST',
  'SAGA_LOG_NOT_STUCK',
  'SAGA_LOG_REPAIR_CONFLICT',
  'SAGA_LOG_BAD_REPAIR',
  'SAGA_LOG_UNKNOWN_EXECUTION',
  'SAGA_LOG_CLOSED',
  'SAGA_LOG_NO_TRANSACTION',
  'SAGA_NEST_BOOT_FAILED',
  'SAGA_NEST_BAD_INJECTION',
  'SAGA_NEST_BAD_LISTENER',
  'SAGA_NEST_NO_RUNNER',
  'SAGA_NEST_NOT_PROVIDED',
  'SAGA_KERNEL_ILLEGAL_EVENT',
] as const;
export type SagaErrorCode = (typeof sagaErrorCodes)[number];

export interface SagaErrorText {
  readonly code: SagaErrorCode;
  /** What is wrong, in the user's own names, one sentence. */
  readonly problem: string;
  /** What to do about it, one sentence. */
  readonly remedy: string;
  readonly cause?: unknown;
}

export class SagaError extends Error {
  readonly code: SagaErrorCode;
  readonly problem: string;
  readonly remedy: string;

  constructor({ code, problem, remedy, ...rest }: SagaErrorText) {
    super(`${problem} ${remedy}`, 'cause' in rest ? { cause: rest.cause } : undefined);
    this.code = code;
    this.problem = problem;
    this.remedy = remedy;
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** Whether class-saga raised this error. Tests the code, not the class, so that two copies of the package agree; never throws. */
export function isSagaError(error: unknown): error is SagaError {
  const code = codeOf(error);
  return code !== undefined && (sagaErrorCodes as readonly string[]).includes(code);
}

/** The error's own `code`, if it has one that can be read: a thrown value may be anything, an object with throwing getters included. */
export function codeOf(error: unknown): string | undefined {
  try {
    const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}
