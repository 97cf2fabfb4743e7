import { isAbortSaga } from 'class-saga';
import type { SagaCancelledError, SagaEvent } from 'class-saga';
import { orderedCompensations } from './compensation-calls.js';
import { isThrough, Ledger } from './ledger.js';
import type { Observation } from './observation.js';
import { eventsOf } from './observation.js';
import { compensationName } from './under-way.js';

/** Where the rules get interesting. */
export type Region = keyof typeof regions;

/** Whether an execution was there. */
export const regions = {
  completed: ({ settled }: Observation) => settled.status === 'completed',
  compensated: ({ settled }: Observation) => settled.status === 'compensated',
  stuck: ({ settled }: Observation) => settled.status === 'stuck',
  'stuck with more than one step remaining': ({ settled }: Observation) => settled.status === 'stuck' && settled.remaining.length > 1,
  'a retry granted': (seen: Observation) => eventsOf(seen).some((event) => event.type === 'forward-resumed' && event.pass > 1),
  'a third pass': (seen: Observation) => eventsOf(seen).some((event) => event.type === 'forward-resumed' && event.pass > 2),
  'a retry granted to a step that had not failed': (seen: Observation) =>
    eventsOf(seen).some((event) => event.type === 'forward-resumed' && event.anew.length > 1 && event.continued.length === 0),
  'begun anew under the same key': (seen: Observation) =>
    eventsOf(seen).some((event, place, events) => isBegunAnew(event, events.slice(0, place))),
  'a continue granted': (seen: Observation) =>
    eventsOf(seen).some((event) => event.type === 'forward-resumed' && event.continued.length > 0),
  'a fallback continued': (seen: Observation) => eventsOf(seen).some(({ type }) => type === 'fallback-succeeded'),
  'two failures at once': (seen: Observation) => failuresAtOnce(seen) > 1,
  'two failed steps that answered, and went forward': (seen: Observation) => answersWeighed(seen),
  'an abort within the grace': (seen: Observation) =>
    eventsOf(seen).some((event) => event.type === 'step-in-doubt' && event.aborts === true),
  'an abort': (seen: Observation) => eventsOf(seen).some((event) => event.type === 'step-failed' && isAbortSaga(event.error)),
  'a time-out': (seen: Observation) => eventsOf(seen).some(({ type }) => type === 'step-timed-out'),
  'an effect within the grace': (seen: Observation) => eventsOf(seen).some(({ type }) => type === 'step-landed'),
  'a late effect': (seen: Observation) => eventsOf(seen).some(({ type }) => type === 'late-effect'),
  'a late effect before the end': (seen: Observation) =>
    eventsOf(seen).slice(0, eventsOf(seen).findIndex(({ type }) => type === 'execution-ended')).some(({ type }) => type === 'late-effect'),
  'a late compensation before the end': (seen: Observation) => lateCompensations(seen).some(({ place }) => place < endOf(seen)),
  'a late compensation after the end': (seen: Observation) => lateCompensations(seen).some(({ place }) => place > endOf(seen)),
  'a late effect that was known in time': (seen: Observation) => orderedCompensations(seen).some(({ event, step }) => !event.late
    && step.outcome === 'timed-out' && eventsOf(seen).some((other) => other.type === 'late-effect' && other.effect === event.effect)),
  'a late effect of a round that is open again': (seen: Observation) => effectsOfOpenRounds(seen),
  'a late compensation that failed for good': (seen: Observation) => eventsOf(seen).some((event) => event.type === 'compensation-failed'
    && lateCompensations(seen).some(({ event: late }) => compensationName(late) === compensationName(event))),
  'an in-place retry': (seen: Observation) => eventsOf(seen).some(({ type }) => type === 'step-attempt-failed'),
  'a compensation repeated': (seen: Observation) => eventsOf(seen).some(({ type }) => type === 'compensation-attempt-failed'),
  'a step skipped': (seen: Observation) => eventsOf(seen).some(({ type }) => type === 'step-skipped'),
  cancelled: (seen: Observation) => whenCancelled(seen, () => true),
  'cancelled by a deadline': (seen: Observation) =>
    eventsOf(seen).some((event) => event.type === 'execution-cancelled' && (event.error as SagaCancelledError).deadlineMs !== undefined),
  'cancelled before anything began': (seen: Observation) =>
    whenCancelled(seen, () => true) && !seen.log.some(({ type }) => type === 'called'),
  'cancelled while a step runs': (seen: Observation) =>
    whenCancelled(seen, ({ steps }) => steps.some(({ status }) => status === 'running')),
  'cancelled between two attempts': (seen: Observation) =>
    whenCancelled(seen, ({ steps }) => steps.some(({ status }) => status === 'between-attempts')),
  'cancelled after a step failed': (seen: Observation) =>
    whenCancelled(seen, ({ failures, unwinding }) => failures.length > 0 && unwinding === null),
  'cancelled while unwinding': (seen: Observation) => whenCancelled(seen, ({ unwinding }) => unwinding !== null),
  'cancelled in a backoff': (seen: Observation) => whenCancelled(seen, ({ passWait }) => passWait !== null),
  'continued in vain, for it was cancelled': (seen: Observation) =>
    whenCancelled(seen, ({ passWait }) => passWait !== null && passWait.continued.length > 0),
  'a step that was told and succeeded': (seen: Observation) => onceCancelled(seen).some(({ type }) => type === 'step-succeeded'),
  'a step that was told and rejected': (seen: Observation) =>
    onceCancelled(seen).some((event) => event.type === 'step-failed' && event.outcome === 'cancelled'),
  'a step that was told and is in doubt': (seen: Observation) => ledgerOf(seen).doubtful.some(({ cancelled }) => cancelled),
  'a late effect of a step that was told': (seen: Observation) =>
    lateCompensations(seen).some(({ call }) => call?.undone.outcome === 'cancelled'),
  'asked to cancel when all is done': (seen: Observation) => isAskedTooLate(seen),
  'asked twice to cancel': (seen: Observation) => isAskedTwice(seen),
  'events published': ({ log }: Observation) => log.some(({ type }) => type === 'published'),
  'events dropped, and others published': (seen: Observation) => {
    const emitted = seen.log.filter(({ type }) => type === 'emitted').length;
    return seen.settled.status === 'completed' && seen.settled.events.length > 0 && seen.settled.events.length < emitted;
  },
} as const satisfies Record<string, (seen: Observation) => boolean>;

/** Whether it was cancelled, and how things stood then. */
function whenCancelled({ script, log }: Observation, isSo: (ledger: Ledger) => boolean): boolean {
  const ledger = new Ledger(script);
  for (const entry of log) {
    if (entry.type === 'event' && entry.event.type === 'execution-cancelled') return isSo(ledger);
    ledger.see(entry);
  }
  return false;
}

function onceCancelled(seen: Observation): readonly SagaEvent[] {
  const events = eventsOf(seen);
  const place = events.findIndex(({ type }) => type === 'execution-cancelled');
  return place < 0 ? [] : events.slice(place + 1);
}

function ledgerOf({ script, log }: Observation): Ledger {
  const ledger = new Ledger(script);
  for (const entry of log) ledger.see(entry);
  return ledger;
}

function isAskedTooLate({ script, log }: Observation): boolean {
  const ledger = new Ledger(script);
  return log.some((entry) => {
    ledger.see(entry);
    return entry.type === 'cancel-asked' && isThrough(ledger);
  });
}

/** By the signal and by the deadline, while there was something to cancel or to undo. */
function isAskedTwice({ script: { cancel: { deadlineMs } }, log }: Observation): boolean {
  const asked = log.find(({ type }) => type === 'cancel-asked');
  const end = log.find((entry) => entry.type === 'event' && entry.event.type === 'execution-ended')!;
  return asked !== undefined && deadlineMs !== null && asked.atMs < end.atMs && deadlineMs < end.atMs;
}

function failuresAtOnce(seen: Observation): number {
  let most = 0;
  let now = 0;
  for (const { type } of eventsOf(seen)) {
    if (type === 'forward-resumed') now = 0;
    if (type === 'step-failed' || type === 'step-timed-out') most = Math.max(most, ++now);
  }
  return most;
}

function answersWeighed(seen: Observation): boolean {
  let failures = 0;
  return eventsOf(seen).some((event) => {
    if (event.type === 'step-failed' || event.type === 'step-timed-out') failures += 1;
    if (event.type !== 'forward-resumed') return false;
    const isMet = failures > 1;
    failures = 0;
    return isMet;
  });
}

function effectsOfOpenRounds({ script, log }: Observation): boolean {
  const ledger = new Ledger(script);
  return log.some((entry) => {
    ledger.see(entry);
    if (entry.type !== 'event' || entry.event.type !== 'late-effect') return false;
    const { status, round, outcome } = ledger.of(entry.event.step);
    return round === entry.event.round && outcome !== 'continued' && ['running', 'between-attempts', 'overdue', 'done'].includes(status);
  });
}

/** In the same round, and after the execution went forward again. */
function isBegunAnew(event: SagaEvent, before: readonly SagaEvent[]): boolean {
  if (event.type !== 'step-begun' || event.attempt === 1) return false;
  const lastBegun = before.findLastIndex(({ type, ...other }) => type === 'step-begun' && 'step' in other && other.step === event.step);
  return before.findLastIndex(({ type }) => type === 'forward-resumed') > lastBegun;
}

function endOf({ log }: Observation): number {
  return log.findIndex((entry) => entry.type === 'event' && entry.event.type === 'execution-ended');
}

function lateCompensations(seen: Observation) {
  return orderedCompensations(seen).filter(({ event }) => event.late);
}
