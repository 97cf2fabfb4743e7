import { IllegalEventError } from '../errors/illegal-event.js';
import { unreachable } from '../errors/unreachable.js';
import { dueEnd } from './end.js';
import type { SagaEvent } from './events.js';
import { lateEffectArrived, markDoubtful } from './late-effects.js';
import { enterStage, giveUpWhatHasNotBegun, isNext, moveOnAfter, putOnAgenda, takeFromAgenda } from './stages.js';
import type { ExecutionState, StepState } from './state.js';
import { stepTransitions } from './transitions.js';
import { compensationBegun, compensationEventHappened, fallbackEventHappened } from './undoing.js';
import { forwardResumed, stepPassedOver, unwindingBegun } from './unwinding.js';
import { waitBegun, waitEnded } from './waits.js';

/**
 * Adds one fact to an execution's state, in place, and returns it. The only place where a status changes.
 *
 * @throws IllegalEventError when the event cannot follow the ones before it; then nothing has changed
 */
export function evolve(state: ExecutionState, event: SagaEvent): ExecutionState {
  switch (event.type) {
    case 'execution-begun':
      demand(state, event, state.phase === 'new');
      state.phase = 'forward';
      enterStage(state, 0);
      break;

    case 'step-begun': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      demand(state, event, state.phase === 'forward' && isNext(state, index));
      demand(state, event, event.round === step.round && event.attempt === step.attempt + 1);
      if (step.status === 'idle') {
        step.earlierAttempts = step.attempt;
        state.unsettled += 1;
      } else {
        state.retrying.delete(index);
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
      state.unsettled -= 1;
      moveOnAfter(state, index);
      break;
    }

    case 'step-skipped': {
      const index = indexOf(state, event);
      const step = inStatus(state, event, index);
      // An earlier run of this round may have done something under the same key (R4).
      step.status = step.attempt === 1 ? 'skipped' : 'succeeded';
      step.outcome = 'succeeded';
      state.unsettled -= 1;
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
      state.unsettled -= 1;
      if (event.outcome === 'aborted') state.aborted = true;
      failureRecorded(state, event.step, event.error);
      break;
    }

    case 'step-timed-out': {
      const step = inStatus(state, event, indexOf(state, event));
      step.status = 'overdue';
      step.error = event.error;
      failureRecorded(state, event.step, event.error);
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
      step.status = 'failed';
      step.outcome = 'in-doubt';
      state.unsettled -= 1;
      if (event.aborts === true) state.aborted = true;
      if (!event.settled) markDoubtful(state, index);
      break;
    }

    case 'late-effect':
      demand(state, event, lateEffectArrived(state, indexOf(state, event), event));
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
      demand(state, event, compensationEventHappened(state, indexOf(state, event), event));
      break;

    case 'fallback-begun':
    case 'fallback-succeeded':
    case 'fallback-attempt-failed':
    case 'fallback-failed':
      demand(state, event, fallbackEventHappened(state, indexOf(state, event), event));
      break;

    case 'wait-begun':
      demand(state, event, waitBegun(state, event.for));
      break;

    case 'wait-ended':
      demand(state, event, waitEnded(state, event.for));
      break;

    case 'execution-ended':
      demand(state, event, event.status === dueEnd(state));
      state.phase = 'ended';
      state.end = event.status;
      break;

    default:
      return unreachable(event);
  }
  return state;
}

function failureRecorded(state: ExecutionState, step: string, error: unknown): void {
  state.failures.push({ step, error });
  giveUpWhatHasNotBegun(state);
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
