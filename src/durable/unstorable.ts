import { codeOf } from '../errors/saga-error.js';
import type { SagaEvent } from '../kernel/events.js';
import type { Rejection } from '../kernel/judge.js';
import { fallbackThrew, stepUnrecordable } from '../kernel/judge.js';
import type { ExecutionState } from '../kernel/state.js';
import { lostEffect } from './codec/lost-effect.js';

export function isUnstorable(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'SAGA_LOG_NOT_STORABLE' || code === 'SAGA_LOG_TOO_LARGE';
}

/** An event that says the same without what the log cannot hold. */
export interface Replacement {
  readonly event: SagaEvent;
  /** The effect that could not be stored: it is known to this process alone. */
  readonly live: { readonly step: string; readonly round: number; readonly effect: unknown } | null;
}

/**
 * What is recorded where an effect, or what was emitted with it, cannot be stored: the step fails after the fact, and is compensated with
 * the effect as it is known here (durability.md, guarantee 8). `null`: nothing of the kind.
 */
export function withoutUnstorable(state: ExecutionState, event: SagaEvent, error: unknown): Replacement | null {
  switch (event.type) {
    case 'step-succeeded':
    case 'step-landed':
    case 'late-effect': {
      const { step, effect } = event;
      const { round, attempt } = event.type === 'late-effect' ? event : state.steps[state.layout.indexOf.get(step)!]!;
      const instead = stepUnrecordable(state, { step, round, attempt }, error, lostEffect);
      return instead && { event: instead, live: { step, round, effect } };
    }
    case 'step-skipped':
      return { event: { type: 'step-failed', step: event.step, error, outcome: 'failed' }, live: null };
    case 'fallback-succeeded': {
      const rejection: Rejection = { error, aborts: false, retryable: false, sample: 0 };
      return { event: fallbackThrew(state, event.step, 1, rejection), live: null };
    }
    case 'compensation-succeeded':
      return { event: { ...event, answer: { type: 'compensated' } }, live: null };
    default:
      return null;
  }
}
