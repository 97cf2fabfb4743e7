import type { SagaEvent } from '../kernel/events.js';
import type { ExecutionRef } from '../runtime/ports.js';
import type { AnyStuck, Settled } from '../saga/settled.js';
import type { Codec } from './codec/codec.js';
import { lostEffect } from './codec/lost-effect.js';

// How an execution ended, as its head holds it: for callers in other processes, and for as long as it is kept.

export function encodeOutput(codec: Codec, settled: Settled<object>): string {
  const { status, id } = settled;
  switch (settled.status) {
    case 'completed':
      return codec.encode({ status, id, effects: settled.effects, events: settled.events }, Infinity);
    case 'compensated':
    case 'stuck':
      return codec.encode({ ...readable(settled), status, id }, Infinity);
  }
}

export function decodeOutput(codec: Codec, output: string): Settled<object> {
  return Object.freeze(codec.decode(output)) as Settled<object>;
}

/** Of an execution that halted for an error that is none of its own: nothing is known of it but that. */
export function poisonedEnd({ id }: Pick<ExecutionRef, 'id'>, error: unknown): AnyStuck {
  return { status: 'stuck', id, error, compensationError: error, failedStep: undefined, otherFailures: [], remaining: [] };
}

/** The error that an event halted the execution for. */
export function errorOfHalt(event: SagaEvent): unknown {
  return event.type === 'execution-halted' && event.because === 'poisoned' ? event.error : undefined;
}

/** What could not be stored is unknown to whoever reads it. */
function readable(settled: Exclude<Settled<object>, { status: 'completed' }>): object {
  if (settled.status === 'compensated') return { ...settled };
  const remaining = settled.remaining.map((one) => ({ ...one, ...(one.effect === lostEffect && { effect: undefined }) }));
  return { ...settled, remaining };
}
