import { isObject } from './is-object.js';
import type { ExecutionName } from './ports.js';

/** Where a thrown object last came from (R16). */
export interface FailureOrigin {
  /** The saga's name. */
  readonly saga: string;
  /** The step that failed; `undefined` where no step did. */
  readonly step: string | undefined;
  /** The execution's id. */
  readonly execution: string;
}

/** What is kept: the id of an execution is made when first asked for. */
interface KeptOrigin {
  readonly execution: ExecutionName;
  readonly step: string | undefined;
}

// Shared by all copies of the package in a process: an error may end a saga in one and be asked about in another.
const key = Symbol.for('class-saga:failure-origins');
const shared = globalThis as { [key]?: WeakMap<object, KeptOrigin> };
const origins = (shared[key] ??= new WeakMap());

export function rememberOrigin(error: unknown, execution: ExecutionName, step: string | undefined): void {
  if (isObject(error)) origins.set(error, { execution, step });
}

/**
 * Which saga, step and execution an error that `run` rejected with last ended. The error itself is the one that the step threw,
 * untouched, so this is kept beside it; `undefined` for what is no object and what ended no saga.
 */
export function failureOf(error: unknown): FailureOrigin | undefined {
  const origin = isObject(error) ? origins.get(error) : undefined;
  return origin && { saga: origin.execution.saga, step: origin.step, execution: origin.execution.id };
}
