import fc from 'fast-check';
import { maybe, plays, retry, undoAfterMs, weighted } from './raw-steps.js';
import { uncancelled } from './script.js';
import type { CancelMoment, CancelScript, HandlerPlay, RunnerScript, SagaScript, StepScript } from './script.js';
import { emittingStepsArbitrary, stepsArbitrary, stepsThatWaitArbitrary } from './steps-arbitrary.js';

/** How the runner is set up; its handler of errors may answer differently each time. */
export const runnerArbitrary: fc.Arbitrary<RunnerScript> = fc.record({
  compensationRetry: maybe(1, 2, retry),
  onCompensationError: maybe(
    3,
    1,
    fc.record({
      plays: plays(weighted<HandlerPlay>([2, 'stop'], [4, 'continue'], [3, 'resolved'], [1, 'throw'], [1, 'nonsense'])),
      afterMs: undoAfterMs,
    }),
  ),
});

/** Mostly while these sagas run,
/** Mostly while these sagas run, and now and then when all is over. */
const cancelledAtMs: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 80 }).map((halves) => halves / 2) },
  { weight: 1, arbitrary: fc.integer({ min: 41, max: 6_000 }) },
);

const cancelMoment: fc.Arbitrary<CancelMoment> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ in: fc.constant('time' as const), atMs: cancelledAtMs }) },
  { weight: 6, arbitrary: fc.record({ in: fc.constant('call' as const), n: fc.nat({ max: 14 }) }) },
  { weight: 1, arbitrary: fc.constant({ in: 'before' as const }) },
);

const deadlineMs = cancelledAtMs.filter((ms) => ms > 0);

/** Something asks for an end before the time; where both do, it is cancelled but once. */
const cancelled: fc.Arbitrary<CancelScript> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ signal: cancelMoment, deadlineMs: fc.constant(null) }) },
  { weight: 3, arbitrary: fc.record({ signal: fc.constant(null), deadlineMs }) },
  { weight: 2, arbitrary: fc.record({ signal: cancelMoment, deadlineMs }) },
);

/** One in three. */
export const cancelArbitrary: fc.Arbitrary<CancelScript> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(uncancelled) },
  { weight: 1, arbitrary: cancelled },
);

function sagaOf(steps: fc.Arbitrary<readonly StepScript[]>, cancel: fc.Arbitrary<CancelScript>): fc.Arbitrary<SagaScript> {
  return fc.record({ steps, runner: runnerArbitrary, cancel, seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }) });
}

/** One that something cancels, if it is not over by then. */
export const cancelledSagaArbitrary = fc.oneof(
  { weight: 3, arbitrary: sagaOf(stepsArbitrary, cancelled) },
  { weight: 1, arbitrary: sagaOf(stepsThatWaitArbitrary, cancelled) },
);

/** One that an observer cancels while it is told of an event. */
export const sagaCancelledByObserverArbitrary = sagaOf(
  fc.oneof({ weight: 3, arbitrary: stepsArbitrary }, { weight: 1, arbitrary: stepsThatWaitArbitrary }),
  fc.record({ signal: fc.record({ in: fc.constant('event' as const), n: fc.nat({ max: 30 }) }), deadlineMs: fc.constant(null) }),
);

/** A whole saga, and how it is run: one in three is cancelled. */
export const sagaArbitrary = fc.oneof(
  { weight: 2, arbitrary: sagaOf(stepsArbitrary, fc.constant(uncancelled)) },
  { weight: 1, arbitrary: cancelledSagaArbitrary },
);

/** One that emits a lot, and completes more often than not (R20). */
export const emittingSagaArbitrary = sagaOf(
  emittingStepsArbitrary,
  fc.oneof({ weight: 4, arbitrary: fc.constant(uncancelled) }, { weight: 1, arbitrary: cancelled }),
);
