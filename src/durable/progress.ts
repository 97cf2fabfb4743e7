import type { SagaEvent } from '../kernel/events.js';

/** Whether the execution got somewhere by this: an outcome of something that was done, or a wait that is over. */
export function isProgress({ type }: SagaEvent): boolean {
  return outcomes.has(type);
}

const outcomes: ReadonlySet<SagaEvent['type']> = new Set([
  'step-succeeded',
  'step-skipped',
  'step-attempt-failed',
  'step-failed',
  'step-timed-out',
  'step-landed',
  'late-effect',
  'compensation-succeeded',
  'compensation-attempt-failed',
  'compensation-failed',
  'compensation-error-answered',
  'fallback-succeeded',
  'fallback-attempt-failed',
  'fallback-failed',
  'wait-ended',
  'execution-repaired',
]);
