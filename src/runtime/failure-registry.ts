/** Where a thrown object last came from (R16). */
export interface FailureOrigin {
  /** The saga's name. */
  readonly saga: string;
  /** The step that failed; `undefined` where no step did. */
  readonly step: string | undefined;
  /** The execution's id. */
  readonly execution: string;
}

const origins = new WeakMap<object, FailureOrigin>();

export function rememberOrigin(error: unknown, origin: FailureOrigin): void {
  if ((typeof error === 'object' && error !== null) || typeof error === 'function') origins.set(error, origin);
}

/**
 * Which saga, step and execution an error that `run` rejected with last ended. The error itself is the one that the step threw,
 * untouched, so this is kept beside it; `undefined` for what is no object and what ended no saga.
 */
export function failureOf(error: unknown): FailureOrigin | undefined {
  return (typeof error === 'object' && error !== null) || typeof error === 'function' ? origins.get(error) : undefined;
}
