import type { Settled } from '../saga/settled.js';
import type { ExecutionName } from './ports.js';

/** The two ends of a promise. */
export interface Promised {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Tells how an execution ended, in its own way: one caller wants what he awaits rejected where another does not. */
export type TellEnd = (settled: Settled<object>, execution: ExecutionName, promised: Promised) => void;

/**
 * Whoever awaits an execution. A class and no literal: where many executions are under way at a time, the engine comes to allocate a
 * literal among what lives long, and keeps with it, until its next full collection, all that hangs on the promise.
 */
export class Caller implements Promised {
  constructor(
    readonly tellEnd: TellEnd,
    readonly resolve: (value: unknown) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}
