import type { Settled } from '../saga/settled.js';
import type { ExecutionRef } from './ports.js';

/** Whoever awaits an execution. */
export interface Caller {
  /** Settles the promise in its own way: one caller wants it rejected where another does not. */
  readonly tellEnd: TellEnd;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export type TellEnd = (settled: Settled<object>, execution: ExecutionRef, caller: Omit<Caller, 'tellEnd'>) => void;
