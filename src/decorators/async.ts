import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { OnMethods } from './signatures.js';

export interface AsyncOptions {
  /** For one attempt, in milliseconds, above 0 (R5). `Infinity`: none. @defaultValue 5_000 */
  readonly timeoutMs?: number;
  /** How long a timed-out attempt may still take to settle, in milliseconds, at least 0 (R5). @defaultValue 1_000 */
  readonly graceMs?: number;
}

/**
 * Lets a step run beside its neighbours that are `@Async` too (R2).
 * A `MethodDecorator` like any other, so that it can be composed with others.
 */
export function Async(options?: AsyncOptions): OnMethods<'Async'>;
export function Async(...given: unknown[]): Recorder | undefined {
  return recorder('@Async', 'async', given, () => ({ ...(given[0] as AsyncOptions) }));
}
