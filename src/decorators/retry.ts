import type { RetryOptions } from '../saga/policies.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { OnMethods } from './signatures.js';

/**
 * Repeats the method it stands on in place, be that a step, a compensation or a fallback, while it rejects (R6, R15).
 * A `MethodDecorator` like any other, so that it can be composed with others.
 */
export function Retry(options: RetryOptions): OnMethods<'Retry'>;
export function Retry(...given: unknown[]): Recorder | undefined {
  return recorder('@Retry', 'retry', given, () => ({ ...(given[0] as RetryOptions) }));
}
