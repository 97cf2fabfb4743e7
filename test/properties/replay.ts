import type { SagaEvent } from 'class-saga';
import { compile } from 'class-saga';
import { evolve } from '../../src/kernel/evolve.js';
import type { ExecutionState } from '../../src/kernel/state.js';
import { initialState } from '../../src/kernel/state.js';
import type { Observation } from './observation.js';

/** The state that the first events of a log add up to, made anew each time. */
export function stateAfter({ saga, script }: Pick<Observation, 'saga' | 'script'>, events: readonly SagaEvent[]): ExecutionState {
  const retry = script.runner.compensationRetry;
  const compensationRetry = retry === null ? null : { ...retry, conditional: false };
  const state = initialState(compile(saga), { compensationRetry, transaction: 'none', haltsWhenStuck: false });
  for (const event of events) evolve(state, event);
  return state;
}

/**
 * A copy that shares nothing that changes: whatever is of a class, effects and errors, stays the same, and so does the layout, which is
 * frozen.
 */
export function copyOf({ layout, ...state }: ExecutionState): ExecutionState {
  return { layout, ...(copied(state) as Omit<ExecutionState, 'layout'>) };
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key as unknown, copied(one)]));
  if (value instanceof Set) return new Set(value);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copied(one)]));
}
