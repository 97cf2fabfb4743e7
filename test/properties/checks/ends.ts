import { isAbortSaga } from 'class-saga';
import type { SagaFailure, StepFailure } from 'class-saga';
import { hasCompensationToCall, Ledger } from '../ledger.js';
import type { Standing } from '../ledger.js';
import type { Observation } from '../observation.js';

/**
 * The result says how it ended: the effects that stand, or what failed, in the very values, and what remains, the failing compensation
 * first (R7, R15, R16).
 */
export function* resultsTellTheEnd({ script, log, settled }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  const ends = log.flatMap((entry) => (entry.type === 'event' && entry.event.type === 'execution-ended' ? [entry.event.status] : []));
  if (ends.length !== 1 || ends[0] !== settled.status) yield `the end is ${settled.status}, and recorded is ${ends.join()}`;
  for (const entry of log) {
    ledger.see(entry);
    if (ledger.ended) break;
  }

  if (settled.status === 'completed') {
    const standing = ledger.steps.filter(({ effect }) => effect !== undefined);
    if (Object.keys(settled.effects).join() !== standing.map((step) => step.script.name).join()) {
      yield `the result has the effects ${Object.keys(settled.effects).join()}`;
    }
    for (const { script: { name }, effect } of standing) {
      if (!Object.is(settled.effects[name], effect)) yield `the result has another effect of ${name}`;
    }
    return;
  }

  const [failure, ...failuresBeside] = ledger.failures;
  if (failure === undefined) {
    yield 'nothing failed';
    return;
  }
  const error = isAbortSaga(failure.error) && failure.error.reason instanceof Error ? failure.error.reason : failure.error;
  if (settled.failedStep !== failure.step || !Object.is(settled.error, error)) {
    yield `${settled.failedStep ?? 'none'} is reported as failed, and ${failure.step ?? 'none'} was first`;
  }
  const others = [...failuresBeside.filter(isOfStep), ...ledger.fallbackErrors];
  if (!areSame(settled.otherFailures, others)) {
    yield `the other failures are ${named(settled.otherFailures)}, and should be ${named(others)}`;
  }
  if ((settled.status === 'stuck') !== ledger.isStuck) {
    yield `${settled.status} with ${ledger.leftovers.length} compensations that failed for good`;
  }
  if (settled.status !== 'stuck') return;

  if (!Object.is(settled.compensationError, ledger.leftovers[0]?.error)) yield 'another compensation error is reported than the first';
  const waiting = ledger.unwinding!.stopped ? ledger.unwinding!.waiting.map((step) => ledger.of(step)).filter(mayHaveToBeUndone) : [];
  const remaining = [
    ...ledger.leftovers,
    ...waiting.map(({ script: { name }, key, effect, outcome }) => ({ step: name, key, effect, outcome })),
  ];
  const told = settled.remaining;
  if (told.length !== remaining.length) yield `${named(told)} remain, and it should be ${named(remaining)}`;
  for (const [index, { step, key, effect, outcome }] of remaining.entries()) {
    const one = told[index];
    if (one?.step !== step || one.key !== key || !Object.is(one.effect, effect) || one.outcome !== outcome) {
      yield `${one?.step} remains as ${one?.outcome} in place of ${step} as ${outcome}`;
    }
  }
}

/** What the handler of compensation errors is told, and that its answer counts; whatever else it does means stop (R15). */
export function* errorHandlerIsAsked({ script, log }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  const asked: { readonly step: string; readonly error: unknown }[] = [];
  let failed: { readonly step: string; readonly error: unknown } | null = null;
  const means = new Map<string, string[]>();
  for (const entry of log) {
    if (entry.type === 'event' && entry.event.type === 'compensation-failed') {
      failed = entry.event;
      asked.push(failed);
    }
    if (entry.type === 'error-handled') {
      const { step, error, remaining, execution } = entry.about;
      if (!asked.some((one) => one.step === step && Object.is(one.error, error))) {
        yield `the handler is asked about ${step}, whose compensation did not fail so`;
      }
      if (remaining[0]?.step !== step) yield `the handler is told that ${remaining[0]?.step} remains first, and not ${step}`;
      if (!remaining[0]?.key.startsWith(execution.id)) yield 'the handler is told of another execution';
      means.set(step, [...(means.get(step) ?? []), entry.means]);
    }
    if (entry.type === 'event' && entry.event.type === 'compensation-error-answered') {
      const meant = script.runner.onCompensationError === null ? 'stop' : means.get(entry.event.step)?.shift();
      if (meant !== entry.event.answer) yield `the handler means ${meant}, which is read as ${entry.event.answer}`;
    }
    ledger.see(entry);
  }
}

/** Nothing goes unhandled, and once all is over no timer and no listener is left (R5, R5a, R19). */
export function* nothingIsLeftBehind({ unhandledRejections, timersAtRest, listenersLeft, log }: Observation): Iterable<string> {
  for (const reason of unhandledRejections) yield `a rejection went unhandled: ${String(reason)}`;
  if (timersAtRest > 0) yield `${timersAtRest} timers are left`;
  if (listenersLeft > 0) yield `${listenersLeft} listeners are left on the caller's signal`;
  for (const entry of log) {
    if (entry.type === 'report' && entry.report.type !== 'answer-ignored' && entry.report.type !== 'error-handler-failed') {
      yield `${entry.report.type} is reported`;
    }
  }
}

/** In doubt too: somebody must find out. */
function mayHaveToBeUndone(step: Standing): boolean {
  return hasCompensationToCall(step) || (step.outcome === 'in-doubt' && step.script.compensation !== null);
}

function isOfStep(failure: SagaFailure): failure is StepFailure {
  return failure.step !== undefined;
}

function areSame(some: readonly StepFailure[], others: readonly StepFailure[]): boolean {
  return some.length === others.length
    && some.every(({ step, error }, index) => step === others[index]!.step && Object.is(error, others[index]!.error));
}

function named(steps: readonly { readonly step: string }[]): string {
  return steps.map(({ step }) => step).join();
}
