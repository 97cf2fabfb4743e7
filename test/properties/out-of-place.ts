import fc from 'fast-check';
import type { SagaEvent } from 'class-saga';
import { hasCompensationToCall, isThrough, Ledger } from './ledger.js';
import type { Entry, Observation } from './observation.js';
import { eventsOf } from './observation.js';
import { compensationName, fallbackName, nameOfWait, stepName, UnderWay } from './under-way.js';

/** An event taken from one place of a log, perhaps altered, and put in at another. */
export interface Misplacement {
  readonly from: number;
  readonly to: number;
  readonly alteration: 'none' | 'other step' | 'unknown step' | 'next round' | 'next attempt' | 'next undo' | 'other end';
  readonly by: number;
}

export const misplacementArbitrary: fc.Arbitrary<Misplacement> = fc.record({
  from: fc.nat({ max: 999 }),
  to: fc.nat({ max: 999 }),
  alteration: fc.constantFrom<Misplacement['alteration'][]>(
    'none', 'none', 'other step', 'other step', 'unknown step', 'next round', 'next attempt', 'next undo', 'other end',
  ),
  by: fc.nat({ max: 7 }),
});

/** The event that is put in, and how many events come before it. */
export function misplaced(seen: Observation, misplacement: Misplacement): { readonly event: SagaEvent; readonly place: number } {
  const { from, to, alteration, by } = misplacement;
  const events = eventsOf(seen);
  const { steps } = seen.script;
  const event = altered(events[from % events.length]!, alteration, steps[by % steps.length]!.name);
  return { event, place: to % (events.length + 1) };
}

function altered(event: SagaEvent, alteration: Misplacement['alteration'], otherStep: string): SagaEvent {
  switch (alteration) {
    case 'none':
      return event;
    case 'other step':
      return 'step' in event ? { ...event, step: otherStep } : event;
    case 'unknown step':
      return 'step' in event ? { ...event, step: 'unheard of' } : event;
    case 'next round':
      return 'round' in event ? { ...event, round: event.round + 1 } : event;
    case 'next attempt':
      return 'attempt' in event ? { ...event, attempt: event.attempt + 1 } : event;
    case 'next undo':
      return 'undo' in event ? { ...event, undo: event.undo + 1 } : event;
    case 'other end':
      return { type: 'execution-ended', status: otherStep < 's2' ? 'completed' : otherStep < 's4' ? 'compensated' : 'stuck' };
  }
}

/**
 * Why an event surely cannot follow the first so many events of a log; `null`: perhaps it can. Where an order is only a matter of who
 * comes first, the
 * kernel may refuse what is not refused here.
 */
export function whyOutOfPlace(seen: Observation, place: number, event: SagaEvent): string | null {
  const ledger = new Ledger(seen.script);
  const underWay = new UnderWay();
  const lateEffects = new Set<string>();
  let isBegun = false;
  for (const entry of entriesBefore(seen, place)) {
    if (entry.type === 'event') {
      isBegun = true;
      underWay.see(entry.event);
      if (entry.event.type === 'late-effect') {
        const { step, round, attempt } = entry.event;
        lateEffects.add(`${step} ${round}`).add(`${step} ${round} ${attempt}`);
      }
    }
    ledger.see(entry);
  }
  if (event.type === 'execution-begun') return isBegun ? 'the execution has begun' : null;
  if (!isBegun) return 'the execution has not begun';
  if ('step' in event && !seen.script.steps.some(({ name }) => name === event.step)) return 'there is no such step';
  return reason(event, ledger, underWay, lateEffects);
}

/** Calls and settlements that belong to the events are seen with them: keys are known by their calls. */
function* entriesBefore({ log }: Observation, place: number): Iterable<Entry> {
  let events = 0;
  for (const entry of log) {
    if (entry.type === 'event' && events++ === place) return;
    yield entry;
  }
}

function reason(
  event: Exclude<SagaEvent, { type: 'execution-begun' }>,
  ledger: Ledger,
  underWay: UnderWay,
  lateEffects: ReadonlySet<string>,
): string | null {
  const unless = (legal: boolean, why: string): string | null => (legal ? null : why);
  const { unwinding, failures, ended, steps } = ledger;
  switch (event.type) {
    case 'step-begun': {
      const { status, round, script } = ledger.of(event.step);
      const isAwaiting = steps.some(({ status: theirs, script: { name, stage } }) =>
        theirs !== 'done' && (stage < script.stage || script.needs.includes(name)));
      if (ended || unwinding !== null || failures.length > 0) return 'the execution does not go forward';
      if (isAwaiting) return 'the step awaits others';
      if (underWay.of('pass') !== undefined) return 'the next pass is not due';
      if (event.round < round || event.round > round + 1) return 'the round is another';
      return unless(status === 'absent' || underWay.of(stepName(event)) === 'due', `the step is ${status}`);
    }
    case 'step-attempt-failed':
      return unless(ledger.of(event.step).status === 'running' && failures.length === 0, 'the step does not run, or another has failed');
    case 'step-succeeded':
    case 'step-skipped':
    case 'step-timed-out':
      return unless(ledger.of(event.step).status === 'running', 'the step does not run');
    case 'step-failed':
      return unless(['running', 'between-attempts'].includes(ledger.of(event.step).status), 'the step does not run');
    case 'step-interrupted':
    case 'compensation-interrupted':
    case 'fallback-interrupted':
    case 'execution-halted':
    case 'execution-repaired':
      return 'the execution is on no log';
    case 'step-landed':
      return unless(ledger.of(event.step).status === 'overdue', 'the step is not overdue');
    case 'step-in-doubt': {
      const { status } = ledger.of(event.step);
      return unless(status === 'overdue' || (status === 'running' && ledger.cancelled), 'the step is neither overdue nor cancelled');
    }
    case 'late-effect': {
      const key = ledger.keyOf(event.step, event.round);
      if (lateEffects.has(`${event.step} ${event.round} ${event.attempt}`)) return 'its effect has come';
      const isDoubtful = ledger.doubtful.some(({ call }) => call.step === event.step && call.key === key && call.attempt === event.attempt);
      return unless(isDoubtful && ledger.of(event.step).script.compensation !== null, 'no such attempt was given up');
    }
    case 'unwinding-begun': {
      const isUnsettled = steps.some(({ status }) => status === 'running' || status === 'between-attempts' || status === 'overdue');
      return unless(unwinding === null && failures.length > 0 && !isUnsettled && !ended, 'nothing failed, or something runs');
    }
    case 'step-passed-over':
      if (unwinding?.last === event.step && !ended) return null;
      return unless(isTurnOf(event.step, ledger) && !ledger.hasTurn(event.step), 'it is not its turn, or there is something to call');
    case 'forward-resumed':
      return unless(unwinding !== null && unwinding.current === null && ledger.mayGoForward && !ended, 'nothing was granted');
    case 'compensation-begun': {
      const progress = underWay.of(compensationName(event));
      if (progress !== undefined) return unless(progress === 'due', `its compensation is ${progress}`);
      if (event.attempt !== 1) return 'there was no first attempt';
      if (event.late) return unless(lateEffects.has(`${event.step} ${event.round}`), 'no effect came late');
      const step = ledger.of(event.step);
      return unless(isTurnOf(event.step, ledger) && hasCompensationToCall(step) && step.round === event.round, 'it is not its turn');
    }
    case 'compensation-succeeded':
    case 'compensation-attempt-failed':
    case 'compensation-failed':
      return unless(underWay.of(compensationName(event)) === 'running', 'the compensation does not run');
    case 'compensation-error-asked':
      return unless(underWay.of(compensationName(event)) === 'failed', 'the compensation did not fail');
    case 'compensation-error-answered':
      return unless(underWay.of(compensationName(event)) === 'asked', 'nobody was asked');
    case 'fallback-begun': {
      const progress = underWay.of(fallbackName(event));
      if (progress !== undefined) return unless(progress === 'due', `its fallback is ${progress}`);
      const { script } = ledger.of(event.step);
      const isAsked = unwinding !== null && unwinding.current === null && ledger.mayGoForward && !ended;
      return unless(isAsked && script.fallback !== null, 'nobody asks it');
    }
    case 'fallback-succeeded':
    case 'fallback-attempt-failed':
    case 'fallback-failed':
      return unless(underWay.of(fallbackName(event)) === 'running', 'the fallback does not run');
    case 'wait-begun':
      return unless(underWay.of(nameOfWait(event.for)) === 'owed', 'no wait is owed');
    case 'wait-ended':
      return unless(underWay.of(nameOfWait(event.for)) === 'waiting', 'nothing waits');
    case 'execution-cancelled': {
      if (ended || ledger.cancelled) return 'it has ended, or was cancelled before';
      return unless(!isThrough(ledger), 'all is done');
    }
    case 'savepoint-begun':
    case 'savepoint-succeeded':
    case 'savepoint-failed':
    case 'commit-begun':
    case 'commit-succeeded':
    case 'commit-failed':
    case 'rollback-begun':
    case 'rollback-ended':
      return 'there is no transaction';
    case 'execution-ended': {
      if (ended) return 'it has ended';
      if (event.status === 'completed') return unless(isThrough(ledger), 'not all is done');
      const isUnwound = unwinding !== null && unwinding.current === null && (unwinding.stopped || unwinding.waiting.length === 0);
      return unless(isUnwound && (event.status === 'stuck') === ledger.isStuck, 'not all is undone');
    }
  }
}

function isTurnOf(step: string, { unwinding, ended }: Ledger): boolean {
  return unwinding !== null && !ended && !unwinding.stopped && unwinding.current === null && unwinding.waiting[0] === step;
}
