import { Ledger } from '../ledger.js';
import type { Observation } from '../observation.js';
import type { StepScript } from '../script.js';

/** No step begins before all it needs and all earlier stages are done, and none later than that (R1, R2). */
export function* stepsBeginInTheirTurn({ script, log }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  let forwardAtMs = 0;
  const doneAtMs = new Map<string, number>();
  const nextAttemptAtMs = new Map<string, number>();

  for (const entry of log) {
    if (entry.type === 'called' && entry.call.of === 'step') {
      const { step: name } = entry.call;
      const { script: step } = ledger.of(name);
      const isAwaited = (other: StepScript): boolean => other.stage < step.stage || step.needs.includes(other.name);
      const awaited = script.steps.filter(isAwaited).map((other) => other.name);
      for (const other of awaited) {
        if (ledger.of(other).status !== 'done') yield `${name} begins before ${other} is done`;
      }
      const dueAtMs = nextAttemptAtMs.get(name) ?? Math.max(forwardAtMs, ...awaited.map((other) => doneAtMs.get(other) ?? 0));
      if (differ(entry.atMs, dueAtMs)) yield `${name} begins at ${entry.atMs} ms, and was due at ${dueAtMs} ms`;
      nextAttemptAtMs.delete(name);
    }
    if (entry.type === 'event') {
      const { event, atMs } = entry;
      if (event.type === 'step-succeeded' || event.type === 'step-skipped') doneAtMs.set(event.step, atMs);
      if (event.type === 'step-attempt-failed') nextAttemptAtMs.set(event.step, atMs + event.delayMs);
      if (event.type === 'forward-resumed') {
        forwardAtMs = atMs + event.delayMs;
        nextAttemptAtMs.clear();
      }
    }
    ledger.see(entry);
  }
}

/**
 * After a failure no step and no in-place attempt begins, until the execution goes forward again and its backoff is over; after a
 * cancellation none ever does (R7, R11, R19).
 */
export function* nothingBeginsAfterAFailure({ script, log }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  let forwardFromMs = 0;
  for (const entry of log) {
    if (entry.type === 'event') {
      const { event } = entry;
      if (event.type === 'step-begun') {
        const { step } = event;
        if (ledger.failures.length > 0) yield `${step} begins after ${ledger.failures[0]!.step ?? 'nothing'} failed`;
        if (ledger.cancelled) yield `${step} begins after the execution was cancelled`;
        if (ledger.unwinding !== null) yield `${step} begins while the execution is unwound`;
        if (ledger.ended) yield `${step} begins after the end`;
        if (entry.atMs < forwardFromMs - tolerance) yield `${step} begins during the backoff`;
      }
      if (event.type === 'forward-resumed') forwardFromMs = entry.atMs + event.delayMs;
      if (event.type === 'unwinding-begun') {
        const unsettled = ledger.steps.filter(({ status }) => ['running', 'between-attempts', 'overdue'].includes(status));
        if (unsettled.length > 0) yield `unwinding begins before ${unsettled.map((step) => step.script.name).join(', ')} settled`;
        if (event.failedStep !== ledger.failures[0]?.step) {
          yield `${event.failedStep} is blamed for the failure of ${ledger.failures[0]?.step ?? 'none'}`;
        }
      }
    }
    ledger.see(entry);
  }
}

/** A step is given the effects of the steps that it needs, as they stand, and no others (R3). */
export function* stepsSeeTheEffectsTheyNeed({ script, log, input }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  for (const entry of log) {
    if (entry.type === 'called' && entry.call.of === 'step') {
      const { step, needs, input: inputOfCall } = entry.call;
      const declared = ledger.of(step).script.needs;
      if (Object.keys(needs).join() !== declared.join()) yield `${step} is given ${Object.keys(needs).join()} and needs ${declared.join()}`;
      for (const need of declared) {
        if (!Object.is(needs[need], ledger.of(need).effect)) yield `${step} is given another effect of ${need} than stands`;
      }
      if (inputOfCall !== input) yield `${step} has another input than the execution`;
    }
    ledger.see(entry);
  }
}

/** Of sums of milliseconds with fractions. */
const tolerance = 1e-6;

function differ(aMs: number, bMs: number): boolean {
  return Math.abs(aMs - bMs) > tolerance;
}
