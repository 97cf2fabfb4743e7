import type { SagaEvent } from './events.js';
import type { StepStatus, UndoCall } from './state.js';

// The table is the specification: what may happen to a step, and to a compensation or fallback, and when.
// The kernel's README draws it, and a test holds the drawing, the table and `evolve` against each other.

type EventType = SagaEvent['type'];
interface Transition<Status> {
  readonly from: readonly Status[];
  /** More than one where the state decides between them. */
  readonly to: readonly Status[];
  /** Each of `from` leads to the one of `to` in the same place. */
  readonly respectively?: true;
}

export const stepTransitions = {
  'step-begun': { from: ['idle', 'retry-due', 'interrupted'], to: ['running'] },
  'step-succeeded': { from: ['running'], to: ['succeeded'] },
  'step-skipped': { from: ['idle', 'running'], to: ['skipped', 'succeeded'] },
  'step-attempt-failed': { from: ['running'], to: ['retry-owed', 'retry-due'] },
  'step-failed': { from: ['running', 'retry-owed', 'retry-waiting', 'retry-due'], to: ['failed'] },
  'step-timed-out': { from: ['running'], to: ['overdue'] },
  'step-interrupted': { from: ['running'], to: ['interrupted', 'failed'] },
  'step-landed': { from: ['overdue'], to: ['failed'] },
  'step-in-doubt': { from: ['running', 'overdue', 'interrupted'], to: ['failed'] },
} as const satisfies Partial<Record<EventType, Transition<StepStatus>>>;

/** `to` nothing: the call is over. */
export const undoTransitions = {
  'compensation-begun': { from: ['retry-due'], to: ['running'] },
  'compensation-succeeded': { from: ['running'], to: [] },
  'compensation-attempt-failed': { from: ['running'], to: ['retry-owed', 'retry-due'] },
  'compensation-failed': { from: ['running'], to: ['failed'] },
  'compensation-error-asked': { from: ['failed'], to: ['asked'] },
  'compensation-error-answered': { from: ['asked'], to: [] },
  'compensation-interrupted': { from: ['running', 'asked'], to: ['retry-due', 'failed'], respectively: true },
  'fallback-begun': { from: ['retry-due'], to: ['running'] },
  'fallback-succeeded': { from: ['running'], to: [] },
  'fallback-attempt-failed': { from: ['running'], to: ['retry-owed', 'retry-due'] },
  'fallback-failed': { from: ['running'], to: [] },
  'fallback-interrupted': { from: ['running'], to: ['retry-due'] },
} as const satisfies Partial<Record<EventType, Transition<UndoCall['status']>>>;
