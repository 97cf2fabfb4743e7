import { IllegalEventError } from '../errors/illegal-event.js';
import { unreachable } from '../errors/unreachable.js';
import { executionCancelled, failureRecorded, mayBeCancelled } from './cancellation.js';
import { dueEnd } from './end.js';
import type { Outcome, SagaEvent } from './events.js';
import { stepInterrupted } from './interruption.js';
import { lateEffectArrived, markDoubtful, takeEffectOfLastAttempt } from './late-effects.js';
import { executionHalted, executionRepaired, isDueToHalt, isOrdered } from './repair.js';
import { enterStage, moveOnAfter, putOnAgenda, takeFromAgenda } from './stages.js';
import type { ExecutionState, StepState, StepStatus } from './state.js';
import { isOfSkippedSubSaga, nodeAt, none } from './state.js';
import {
  commitBegun, commitFailed, commitSucceeded, isItsTurn, restoreBeforeNextAttempt, rollbackBegun, rollbackEnded, savepointBegun,
  savepointFailed, savepointSucceeded,
} from './transaction.js';
import { stepTransitions } from './transitions.js';
import { compensationBegun, compensationEventHappened, fallbackEventHappened } from './undoing.js';
import { forwardResumed, resumptionCancelled, stepPassedOver, unwindingBegun } from './unwinding.js';
import { waitBegun, waitEnded } from './waits.js';

/**
 * Adds one fact to an execution's state, in place, and returns it. The only place where a status changes.
 *
 * @throws IllegalEventError when the event cannot follow the ones before it; then nothing has changed
 */
export function evolve(state: ExecutionState, event: SagaEvent): ExecutionState {
  demand(state, event, state.poison === null || !isOrdered(event));
  switch (event.type) {
    case 'execution-begun':
      demand(state, event, state.phase === 'new');
      state.phase = 'forward';
      enterStage(state, 0);
      break;

    case 'step-begun': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      demand(state, event, isItsTurn(state, index) && !isOfSkippedSubSaga(state, index));
      demand(state, event, event.round === step.round && event.attempt === step.attempt + 1);
      if (step.status === 'idle') {
        step.uncounted = step.attempt;
        state.unsettled += 1;
      } else {
        state.retrying.delete(index);
        state.interrupted.delete(index);
        step.error = undefined;
      }
      takeFromAgenda(state);
      step.status = 'running';
      step.attempt = event.attempt;
      break;
    }

    case 'step-succeeded': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      step.status = 'succeeded';
      step.outcome = 'succeeded';
      step.effect = event.effect;
      step.effectKnown = true;
      emitted(state, step, event.events);
      if (nodeAt(state, index).opens !== null) (state.openedWith ??= new Map()).set(event.step, event.effect);
      state.unsettled -= 1;
      moveOnAfter(state, index);
      break;
    }

    case 'step-skipped': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      const begun = step.status === 'running';
      demand(state, event, begun || (isItsTurn(state, index) && isOfSkippedSubSaga(state, index)));
      if (begun) state.unsettled -= 1;
      else takeFromAgenda(state);
      // An earlier run of this round may have done something under the same key (R4); what opens a sub-saga does nothing itself.
      const isKnown = step.attempt === (begun ? 1 : 0) || nodeAt(state, index).opens !== null;
      step.status = isKnown ? 'skipped' : 'succeeded';
      step.outcome = 'succeeded';
      emitted(state, step, event.events);
      moveOnAfter(state, index);
      break;
    }

    case 'step-attempt-failed': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      demand(state, event, event.attempt === step.attempt && state.failures.length === 0);
      step.status = event.delayMs > 0 ? 'retry-owed' : 'retry-due';
      step.error = event.error;
      step.delayMs = event.delayMs;
      state.retrying.add(index);
      restoreBeforeNextAttempt(state, index);
      putOnAgenda(state, index);
      break;
    }

    case 'step-failed': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      state.retrying.delete(index);
      step.status = 'failed';
      step.outcome = event.outcome;
      step.error = event.error;
      if ('effect' in event) {
        step.effect = event.effect;
        step.effectKnown = true;
      }
      state.unsettled -= 1;
      if (event.outcome === 'aborted') state.aborted = true;
      failureRecorded(state, { step: event.step, error: event.error });
      break;
    }

    case 'step-timed-out': {
      const step = inStatus(state, event, indexOf(state, event));
      step.status = 'overdue';
      step.error = event.error;
      failureRecorded(state, { step: event.step, error: event.error });
      break;
    }

    case 'step-interrupted': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      if (!('error' in event)) {
        stepInterrupted(state, index);
        break;
      }
      step.error = event.error;
      failureRecorded(state, { step: event.step, error: event.error });
      givenUpInDoubt(state, index, 'failed');
      break;
    }

    case 'step-landed': {
      const step = inStatus(state, event, indexOf(state, event));
      step.status = 'failed';
      step.outcome = 'timed-out';
      step.effect = event.effect;
      step.effectKnown = true;
      state.unsettled -= 1;
      break;
    }

    case 'step-in-doubt': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      const { status } = step;
      demand(state, event, status === 'overdue' || (status === 'running' && state.cancelled) || isToBeGivenUp(state, status));
      if (event.aborts === true) state.aborted = true;
      if (event.settled) inDoubt(state, index);
      else givenUpInDoubt(state, index, status === 'overdue' ? 'timed-out' : 'cancelled');
      if (state.interrupted.delete(index)) takeEffectOfLastAttempt(state, index);
      break;
    }

    case 'late-effect':
      demand(state, event, lateEffectArrived(state, indexOf(state, event), event));
      break;

    case 'execution-cancelled':
      demand(state, event, mayBeCancelled(state));
      executionCancelled(state, event.error);
      resumptionCancelled(state);
      break;

    case 'unwinding-begun':
      demand(state, event, state.phase === 'forward' && state.failures.length > 0 && state.unsettled === 0);
      unwindingBegun(state);
      break;

    case 'forward-resumed':
      demand(state, event, state.phase === 'unwinding' && state.unwinding!.resume);
      forwardResumed(state);
      break;

    case 'step-passed-over':
      demand(state, event, stepPassedOver(state, indexOf(state, event)));
      break;

    case 'compensation-begun':
      demand(state, event, compensationBegun(state, indexOf(state, event), event));
      break;

    case 'compensation-succeeded':
    case 'compensation-attempt-failed':
    case 'compensation-failed':
    case 'compensation-error-asked':
    case 'compensation-error-answered':
    case 'compensation-interrupted':
      demand(state, event, compensationEventHappened(state, indexOf(state, event), event));
      break;

    case 'fallback-begun':
    case 'fallback-succeeded':
    case 'fallback-attempt-failed':
    case 'fallback-failed':
    case 'fallback-interrupted':
      demand(state, event, fallbackEventHappened(state, indexOf(state, event), event));
      break;

    case 'wait-begun':
      demand(state, event, waitBegun(state, event.for));
      break;

    case 'wait-ended':
      demand(state, event, waitEnded(state, event.for));
      break;

    case 'savepoint-begun':
      demand(state, event, savepointBegun(state, event));
      break;

    case 'savepoint-succeeded':
      demand(state, event, savepointSucceeded(state));
      break;

    case 'savepoint-failed':
      demand(state, event, savepointFailed(state, event.error));
      break;

    case 'commit-begun':
      demand(state, event, commitBegun(state));
      break;

    case 'commit-succeeded':
      demand(state, event, commitSucceeded(state));
      break;

    case 'commit-failed':
      demand(state, event, commitFailed(state, event.error));
      break;

    case 'rollback-begun':
      demand(state, event, rollbackBegun(state));
      break;

    case 'rollback-ended':
      demand(state, event, rollbackEnded(state));
      break;

    case 'execution-halted':
      demand(state, event, executionHalted(state, event));
      break;

    case 'execution-repaired':
      demand(state, event, executionRepaired(state, event.repair));
      break;

    case 'execution-ended':
      demand(state, event, event.status === dueEnd(state) && !isDueToHalt(state) && state.transaction !== 'open');
      state.phase = 'ended';
      state.end = event.status;
      break;

    default:
      return unreachable(event);
  }
  return state;
}

/** The attempt may have done something, and nobody knows what (R5, R19, R26). */
function inDoubt(state: ExecutionState, index: number): void {
  Object.assign(state.steps[index]!, { status: 'failed', outcome: 'in-doubt', inDoubt: true });
  state.unsettled -= 1;
}

/** It may still run. `lateOutcome`: how it ended, should its effect come after all. */
function givenUpInDoubt(state: ExecutionState, index: number, lateOutcome: Outcome): void {
  inDoubt(state, index);
  state.transactionSpoilt = true;
  markDoubtful(state, index, lateOutcome);
}

/** Interrupted, and not run again, for nothing goes forward any more. */
function isToBeGivenUp({ failures, poison }: ExecutionState, status: StepStatus): boolean {
  return status === 'interrupted' && failures.length > 0 && poison === null;
}

/** What an earlier run of the step emitted is dropped (R20). */
function emitted(state: ExecutionState, step: StepState, events: readonly unknown[] = none): void {
  step.events = events;
  if (events.length > 0) state.hasEmitted = true;
}

function indexOf(state: ExecutionState, event: SagaEvent & { readonly step: string }): number {
  const index = state.layout.indexOf.get(event.step);
  if (index === undefined) throw new IllegalEventError(state.layout.graph.saga, event, 'the saga has no such step');
  return index;
}

function inStatus(state: ExecutionState, event: SagaEvent & { type: keyof typeof stepTransitions }, index: number): StepState {
  const step = state.steps[index]!;
  const from: readonly string[] = stepTransitions[event.type].from;
  if (!from.includes(step.status)) {
    throw new IllegalEventError(state.layout.graph.saga, event, `the step is ${step.status}`);
  }
  return step;
}

function demand(state: ExecutionState, event: SagaEvent, legal: boolean): void {
  if (!legal) throw new IllegalEventError(state.layout.graph.saga, event, `the execution is in the phase '${state.phase}'`);
}
