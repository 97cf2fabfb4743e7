import type { Settled } from '../saga/settled.js';
import type { ExecutionRef } from './ports.js';

/** The two ends of a promise. */
export interface Promised {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Tells how an execution ended, in its own way: one caller wants what he awaits rejected where another does not. */
export type TellEnd = (settled: Settled<object>, execution: ExecutionRef, promised: Promised) => void;

/** Whoever awaits an execution. */
export interface Caller extends Promised {
  readonly tellEnd: TellEnd;
}
