import { isObject } from './is-object.js';
import type { ExecutionRef } from './ports.js';

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

export function rememberOrigin(error: unknown, execution: ExecutionRef, step: string | undefined): void {
  if (!isObject(error)) return;
  origins.set(error, {
    saga: execution.saga,
    step,
    get execution() {
      return execution.id;
    },
  });
}

/**
 * Which saga, step and execution an error that `run` rejected with last ended. The error itself is the one that the step threw,
 * untouched, so this is kept beside it; `undefined` for what is no object and what ended no saga.
 */
export function failureOf(error: unknown): FailureOrigin | undefined {
  return isObject(error) ? origins.get(error) : undefined;
}
