import { CompensationTimeoutError, isAbortSaga, StepTimeoutError } from 'class-saga';
import { Ledger } from '../ledger.js';
import type { Call, Entry, Observation, StepCall } from '../observation.js';
import type { RetryScript } from '../script.js';
import { stepNamed, timeoutOf } from '../script.js';
import { isBackoff } from './going-forward.js';

/**
 * A step is tried again in place exactly where it rejected, a run is left, and nothing has failed yet; with the backoff of its
 * repetition (R6, R13).
 */
export function* inPlaceRetries({ script, log }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  const runs = new Map<string, number>();
  for (const entry of log) {
    if (entry.type === 'event') {
      const { event } = entry;
      switch (event.type) {
        case 'step-begun':
          runs.set(event.step, (runs.get(event.step) ?? 0) + 1);
          break;
        case 'forward-resumed':
          runs.clear();
          break;
        case 'step-attempt-failed':
        case 'step-failed': {
          const { status, script: step } = ledger.of(event.step);
          if (event.type === 'step-failed') {
            // What rejected before the execution was cancelled only waited for its next attempt (R7).
            const outcome = isAbortSaga(event.error) ? 'aborted' : ledger.cancelled && status === 'running' ? 'cancelled' : 'failed';
            if (event.outcome !== outcome) yield `${event.step} is ${event.outcome} and should be ${outcome}`;
          }
          if (status !== 'running') break;
          const attempts = step.retry?.attempts ?? 1;
          const mayRepeat = runs.get(event.step)! < attempts && !isAbortSaga(event.error) && ledger.failures.length === 0;
          if (mayRepeat !== (event.type === 'step-attempt-failed')) {
            yield `run ${runs.get(event.step)} of ${event.step} of ${attempts} ends with ${event.type}`;
          }
          if (event.type === 'step-attempt-failed' && !isBackoff(event.delayMs, step.retry!, runs.get(event.step)!)) {
            yield `${event.step} waits ${event.delayMs} ms`;
          }
          break;
        }
        default:
      }
    }
    ledger.see(entry);
  }
}

/**
 * An attempt times out at its time-out and not before, unless the execution is cancelled first; is given up at the end of the grace that
 * this begins, and its own signal says so (R5, R19).
 */
export function* timeOuts({ script, log }: Observation): Iterable<string> {
  const current = new Map<string, StepCall>();
  const timedOut = new Set<StepCall>();
  const settledAtMs = settlementTimes(log);
  const calls: StepCall[] = [];
  /** Steps that ran when the execution was cancelled, and which attempts that were. */
  const cancelledSteps = new Set<string>();
  const cancelled = new Set<StepCall>();
  const ledger = new Ledger(script);
  let cancelledAtMs = Infinity;
  for (const { atMs, ...entry } of log) {
    ledger.see({ atMs, ...entry });
    if (entry.type === 'called' && entry.call.of === 'step') {
      current.set(entry.call.step, entry.call);
      if (cancelledSteps.has(entry.call.step)) cancelled.add(entry.call); // by an observer, told that it begins
      calls.push(entry.call);
    }
    if (entry.type !== 'event') continue;
    const { event } = entry;
    if (event.type === 'execution-cancelled') {
      cancelledAtMs = atMs;
      for (const step of ledger.steps) {
        if (step.status !== 'running') continue;
        cancelledSteps.add(step.script.name);
        if (step.call !== undefined) cancelled.add(step.call);
      }
    }
    if (event.type === 'step-timed-out') {
      const call = current.get(event.step)!;
      timedOut.add(call);
      if (atMs !== call.atMs + timeoutOf(stepNamed(script, event.step))) yield `${event.step} times out after ${atMs - call.atMs} ms`;
      if ((settledAtMs.get(call) ?? Infinity) < atMs) yield `${event.step} times out after it has settled`;
      if (atMs > cancelledAtMs) yield `${event.step} times out after the execution was cancelled`;
      if (call.signal.reason !== event.error || !(event.error instanceof StepTimeoutError)) {
        yield `the signal of ${event.step} does not tell of the time-out`;
      }
    }
    if (event.type === 'step-in-doubt' && !event.settled) {
      const call = current.get(event.step)!;
      const { graceMs, ...step } = stepNamed(script, event.step);
      const untilMs = (cancelled.has(call) ? cancelledAtMs : call.atMs + timeoutOf({ graceMs, ...step })) + graceMs;
      if (Math.abs(atMs - untilMs) > 1e-6) yield `${event.step} is given up at ${atMs} ms, and its grace ends at ${untilMs} ms`;
      if ((settledAtMs.get(call) ?? Infinity) < atMs) yield `${event.step} is given up though it has settled`;
    }
  }
  for (const call of calls) {
    const { step, atMs, n } = call;
    const isTold = timedOut.has(call) || cancelled.has(call);
    if (call.signal.aborted !== isTold) yield `the signal of ${step} #${n} is ${isTold ? 'not ' : ''}aborted`;
    const tookMs = (settledAtMs.get(call) ?? Infinity) - atMs;
    if (tookMs > timeoutOf(stepNamed(script, step)) + 1e-6 && !timedOut.has(call) && !cancelled.has(call)) {
      yield `${step} #${n} takes ${tookMs} ms and does not time out`;
    }
  }
}

/** A compensation or fallback is repeated while it fails and a run is left, each run within its own time-out and grace (R12a, R15). */
export function* undoRetries({ script, log }: Observation): Iterable<string> {
  const settledAtMs = settlementTimes(log);
  const thrown = log.flatMap((entry) => (entry.type === 'settled' && entry.how === 'threw' ? [entry] : []));
  const errors = new Map(thrown.map(({ call, error }) => [call, error]));
  const calls = new Map<string, { readonly call: Call; readonly atMs: number }>();
  const ledger = new Ledger(script);
  const dueAtMs = new Map<string, number>();

  for (const entry of log) {
    if (entry.type === 'called' && entry.call.of !== 'step') {
      const name = entry.call.of === 'fallback' ? `fallback ${entry.call.step}` : `${entry.call.step} ${entry.call.key}`;
      const due = dueAtMs.get(name);
      if (due !== undefined && Math.abs(due - entry.atMs) > 1e-6) {
        yield `${entry.call.of} of ${entry.call.step} is repeated at ${entry.atMs} ms, and was due at ${due} ms`;
      }
      dueAtMs.delete(name);
      calls.set(name, entry);
    }
    if (entry.type === 'event') {
      const { event } = entry;
      switch (event.type) {
        case 'compensation-attempt-failed':
        case 'compensation-failed':
        case 'fallback-attempt-failed':
        case 'fallback-failed': {
          const of = event.type.startsWith('fallback') ? 'fallback' : 'compensation';
          const key = 'undo' in event ? `${ledger.keyOf(event.step, event.round)}:undo-${event.undo}` : null;
          const name = key === null ? `fallback ${event.step}` : `${event.step} ${key}`;
          const { call, atMs } = calls.get(name)!;
          const { timeoutMs, graceMs, retry } = stepNamed(script, event.step)[of]!;
          const policy = retry ?? script.runner.compensationRetry;
          const untilMs = atMs + (timeoutMs ?? 30_000) + graceMs;
          const gaveUp = event.error instanceof CompensationTimeoutError;
          if (gaveUp && Math.abs(entry.atMs - untilMs) > 1e-6) {
            yield `${of} of ${event.step} is given up at ${entry.atMs} ms and not at ${untilMs} ms`;
          }
          if (gaveUp && (settledAtMs.get(call) ?? Infinity) < untilMs - 1e-6) {
            yield `${of} of ${event.step} is given up though it has settled`;
          }
          if (!gaveUp && (!errors.has(call) || !Object.is(errors.get(call), event.error))) {
            yield `${of} of ${event.step} fails with what it did not throw`;
          }
          yield* wrongEndOfAttempt(of, event, call, policy);
          if ('delayMs' in event) dueAtMs.set(name, entry.atMs + event.delayMs);
          break;
        }
        default:
      }
    }
    ledger.see(entry);
  }
}

function* wrongEndOfAttempt(
  of: string,
  event: { readonly type: string; readonly step: string; readonly error: unknown; readonly delayMs?: number },
  call: Call,
  policy: RetryScript | null,
): Iterable<string> {
  const isLast = call.attempt >= (policy?.attempts ?? 1) || (of === 'fallback' && isAbortSaga(event.error));
  if (isLast !== (event.delayMs === undefined)) yield `attempt ${call.attempt} of the ${of} of ${event.step} ends with ${event.type}`;
  if (event.delayMs !== undefined && policy !== null && !isBackoff(event.delayMs, policy, call.attempt)) {
    yield `the ${of} of ${event.step} waits ${event.delayMs} ms`;
  }
}

function settlementTimes(log: readonly Entry[]): ReadonlyMap<Call, number> {
  return new Map(log.flatMap((entry) => (entry.type === 'settled' ? [[entry.call, entry.atMs] as const] : [])));
}
