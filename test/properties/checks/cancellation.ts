import { CompensationTimeoutError, SagaCancelledError } from 'class-saga';
import { isThrough, Ledger } from '../ledger.js';
import type { Call, Observation } from '../observation.js';
import { eventsOf } from '../observation.js';

// What only cancellation promises (R19); the other checks hold the rest of the rules for cancelled executions too.

/**
 * It is cancelled when the signal aborts or the deadline passes, whichever comes first, unless it is over or all steps are done; with an
 * error that says why, and what it interrupted.
 */
export function* cancelledWhenAsked({ script, log, cancelReason }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  const { signal, deadlineMs } = script.cancel;
  const mayBeCancelled = (): boolean => !ledger.cancelled && !ledger.ended && !isThrough(ledger);
  let askedAtMs: number | null = null;
  for (const entry of log) {
    const { atMs } = entry;
    if (deadlineMs !== null && atMs > deadlineMs + tolerance && mayBeCancelled()) yield `it goes on at ${atMs} ms, after its deadline`;
    if (askedAtMs !== null && atMs > askedAtMs + tolerance && mayBeCancelled()) yield `it goes on at ${atMs} ms, though its signal aborted`;
    if (entry.type === 'event') {
      const { event } = entry;
      if (event.type === 'execution-cancelled') {
        if (!mayBeCancelled()) yield 'it is cancelled though it is over, or was before';
        yield* wrongError(event.error, ledger, { atMs, askedAtMs, deadlineMs, cancelReason });
      } else if (askedAtMs !== null && signal?.in !== 'event' && event.type !== 'execution-begun' && mayBeCancelled()) {
        yield `${event.type} follows on the abort of the signal`;
      }
    }
    ledger.see(entry);
    if (entry.type === 'cancel-asked') askedAtMs = atMs;
  }
}

interface Asked {
  readonly atMs: number;
  readonly askedAtMs: number | null;
  readonly deadlineMs: number | null;
  readonly cancelReason: unknown;
}

function* wrongError(error: unknown, { passWait }: Ledger, { atMs, askedAtMs, deadlineMs, cancelReason }: Asked): Iterable<string> {
  if (!(error instanceof SagaCancelledError)) {
    yield `it is cancelled with ${String(error)}`;
    return;
  }
  const byDeadline = error.deadlineMs !== undefined;
  if (byDeadline && (error.deadlineMs !== deadlineMs || Math.abs(atMs - deadlineMs) > tolerance)) {
    yield `it is cancelled at ${atMs} ms for a deadline of ${error.deadlineMs} ms`;
  }
  if (!byDeadline && askedAtMs !== atMs) yield `it is cancelled at ${atMs} ms, and its signal aborted at ${askedAtMs} ms`;
  const reason = byDeadline ? undefined : cancelReason;
  if (error.reason !== reason) yield 'it is cancelled for another reason than the signal gives';
  if (!Object.is(error.cause, passWait === null ? reason : passWait.failure.error)) yield 'the cancellation has another cause';
}

/** Once cancelled, it only goes back: no step and no fallback begins, nothing is granted, and it does not complete. */
export function* onlyBackOnceCancelled({ log }: Observation): Iterable<string> {
  let isCancelled = false;
  for (const entry of log) {
    if (entry.type !== 'event') continue;
    const { event } = entry;
    if (event.type === 'execution-cancelled') isCancelled = true;
    if (!isCancelled) continue;
    const isForward = event.type === 'step-begun' || event.type === 'forward-resumed' || event.type === 'step-attempt-failed'
      || (event.type === 'fallback-begun' && event.attempt === 1) || (event.type === 'wait-begun' && event.for.of === 'pass')
      || (event.type === 'execution-ended' && event.status === 'completed');
    if (isForward) yield `${event.type} comes after the cancellation`;
  }
}

/** The steps that run are told at once, with the very reason, and nobody else is: what undoes is shielded. */
export function* runningStepsAreTold({ script, log, cancelReason }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  const toldAt = new Map<Call, { readonly atMs: number; readonly reason: unknown }>();
  const toTell = new Map<Call, { readonly atMs: number; readonly reason: unknown }>();
  /** Begun and not called yet, when an observer cancelled. */
  const toTellOnceCalled = new Map<string, { readonly atMs: number; readonly reason: unknown }>();
  for (const entry of log) {
    const { atMs } = entry;
    if (entry.type === 'called' && entry.call.of === 'step' && toTellOnceCalled.has(entry.call.step)) {
      toTell.set(entry.call, toTellOnceCalled.get(entry.call.step)!);
    }
    if (entry.type === 'aborted') toldAt.set(entry.call, { atMs, reason: entry.call.signal.reason });
    if (entry.type === 'event' && entry.event.type === 'execution-cancelled') {
      const error = entry.event.error as SagaCancelledError;
      const reason = error.deadlineMs === undefined ? cancelReason : error;
      for (const { status, call, script: { name } } of ledger.steps) {
        if (status !== 'running') continue;
        if (call === undefined) toTellOnceCalled.set(name, { atMs, reason });
        else toTell.set(call, { atMs, reason });
      }
    }
    ledger.see(entry);
  }
  for (const [call, { atMs, reason }] of toTell) {
    const told = toldAt.get(call);
    if (told?.atMs !== atMs || told.reason !== reason) yield `${call.step} #${call.n} is not told of the cancellation at ${atMs} ms`;
  }
  for (const [{ of, step, signal }] of toldAt) {
    const isItsOwn = of === 'step' || signal.reason instanceof CompensationTimeoutError;
    if (!isItsOwn) yield `the ${of} of ${step} is told ${String(signal.reason)}`;
  }
}

/** Nothing is undone twice: of each round, and of what it continued with, the compensation is called once, but for what comes late. */
export function* nothingIsUndoneTwice({ script, log }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  const undone = new Set<string>();
  for (const entry of log) {
    if (entry.type === 'event' && entry.event.type === 'compensation-begun' && !entry.event.late && entry.event.attempt === 1) {
      const { step, round } = entry.event;
      const isContinued = ledger.of(step).outcome === 'continued';
      const name = `${ledger.keyOf(step, round)}${isContinued ? ' continued' : ''}`;
      if (undone.has(name)) yield `${name} is undone twice`;
      undone.add(name);
    }
    ledger.see(entry);
  }
}

/** Whoever cancels, all observers hear of the same events in the same order (R18). */
export function* observersHearTheSame(seen: Observation): Iterable<string> {
  for (const [place, event] of eventsOf(seen).entries()) {
    if (seen.heard[place] !== event) yield `${event.type} is heard as ${seen.heard[place]?.type} by another observer`;
  }
}

/** Of sums of milliseconds with fractions. */
const tolerance = 1e-6;
