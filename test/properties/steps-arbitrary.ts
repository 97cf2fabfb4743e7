import fc from 'fast-check';
import {
  afterMs, backoff, effect, emission, error, fallback, maybe, namedAndPlaced, rawCompensation, rawStep, undoAfterMs, weighted,
} from './raw-steps.js';
import type { RawStep } from './raw-steps.js';
import type { BackoffScript, FallbackScript, StepScript } from './script.js';

/** A step that is quickly done, and asks to go forward again when it is undone. */
const retrier: fc.Arbitrary<RawStep> = fc
  .record({ step: rawStep, compensation: rawCompensation, backoff, passes: fc.integer({ min: 2, max: 4 }), afterMs: undoAfterMs })
  .map(({ step, compensation, ...waits }) => ({
    ...step,
    plays: [{ does: 'succeed', effect: 'object', afterMs: null }],
    compensation: { ...compensation, plays: [{ does: 'retry', ...waits }] },
  }));

/**
 * A step that is given up in doubt at first, and whose compensation is not called for want of an effect: its round may be open again
 * when that comes.
 */
const latecomer: fc.Arbitrary<RawStep> = fc
  .record({
    step: rawStep,
    compensation: rawCompensation,
    graceMs: fc.constantFrom(0, 3),
    comesAs: effect,
    comesAfterMs: fc.constantFrom(8, 9, 12, 17, 30, 70),
  })
  .map(({ step, compensation, graceMs, comesAs, comesAfterMs }) => ({
    ...step,
    timeoutMs: 4,
    graceMs,
    plays: [{ does: 'succeed', effect: comesAs, afterMs: comesAfterMs }, ...step.plays],
    compensation: { ...compensation, requiresEffect: true },
  }));

const abortingFallback: fc.Arbitrary<FallbackScript> = fc
  .record({ script: fallback, afterMs: undoAfterMs })
  .map(({ script, afterMs: abortsAfterMs }) => ({ ...script, plays: [{ does: 'abort', afterMs: abortsAfterMs }] }));

/** A step that fails beside others that fail: thrown at once or late, aborted within the grace, with and without an answer of its own. */
const failingSibling: fc.Arbitrary<RawStep> = fc
  .record({
    step: rawStep,
    play: fc.oneof(
      { weight: 4, arbitrary: fc.record({ does: fc.constant('throw' as const), error, afterMs: fc.constantFrom(null, 0, 2, 6) }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('abort' as const), afterMs: fc.constantFrom(2, 6) }) },
    ),
    compensation: maybe(2, 1, rawCompensation),
    fallback: maybe(1, 1, fc.oneof({ weight: 2, arbitrary: fallback }, { weight: 1, arbitrary: abortingFallback })),
  })
  .map(({ step, play, ...undo }) => ({ ...step, ...undo, async: true, timeoutMs: 4, graceMs: 8, plays: [play, ...step.plays] }));

const anySteps = fc.array(rawStep, { minLength: 1, maxLength: 8, size: 'max' });
const withLatecomers = fc
  .tuple(
    fc.array(retrier, { minLength: 1, maxLength: 2 }),
    fc.array(latecomer, { minLength: 1, maxLength: 2 }),
    fc.array(rawStep, { maxLength: 3 }),
  )
  .map((parts) => parts.flat());

const withFailingSiblings = fc
  .tuple(fc.array(failingSibling, { minLength: 2, maxLength: 3 }), fc.array(rawStep, { maxLength: 2 }))
  .map((parts) => parts.flat());

/**
 * The steps of a saga: 1 to 8. In one saga of six late effects are provoked, in another failures of siblings, because the hardest rules are
 * about them (R5a, R12).
 */
export const stepsArbitrary: fc.Arbitrary<readonly StepScript[]> = fc
  .oneof({ weight: 4, arbitrary: anySteps }, { weight: 1, arbitrary: withLatecomers }, { weight: 1, arbitrary: withFailingSiblings })
  .map(namedAndPlaced);

const longBackoff: fc.Arbitrary<BackoffScript> = fc.record({
  baseMs: fc.constantFrom(15, 30),
  maxMs: fc.constant(60),
  jitter: weighted([2, false], [1, true]),
});

const failsAtOnce: fc.Arbitrary<RawStep> = fc
  .record({ step: rawStep, afterMs: fc.constantFrom(null, 0, 2) })
  .map(({ step, afterMs: failsAfterMs }) => ({
    ...step,
    async: true,
    timeoutMs: null,
    plays: [{ does: 'throw', error: 'error', afterMs: failsAfterMs }, ...step.plays],
    retry: null,
    fallback: null,
  }));

/** A step that fails and is tried again, in place or in another pass, after a while. */
const waiter: fc.Arbitrary<RawStep> = fc
  .record({ step: failsAtOnce, compensation: rawCompensation, backoff: longBackoff, inPlace: weighted([2, false], [1, true]) })
  .map(({ step, compensation, backoff: waits, inPlace }) => ({
    ...step,
    retry: inPlace ? { ...waits, attempts: 3 } : null,
    compensation: { ...compensation, requiresEffect: false, plays: [{ does: 'retry', passes: 3, backoff: waits, afterMs: null }] },
  }));

/** A step that fails and continues, by its compensation or by its fallback. */
const continuer: fc.Arbitrary<RawStep> = fc
  .record({ step: failsAtOnce, compensation: rawCompensation, does: weighted([1, 'continue'] as const, [1, 'succeed'] as const), effect })
  .map(({ step, compensation, does, effect: continuesAs }) => {
    const play = { effect: continuesAs, afterMs: null };
    return does === 'continue'
      ? { ...step, compensation: { ...compensation, requiresEffect: false, plays: [{ does, ...play }] } }
      : { ...step, compensation: null, fallback: { timeoutMs: null, graceMs: 0, retry: null, plays: [{ does, ...play }] } };
  });

const doneAtOnce: fc.Arbitrary<RawStep> = rawStep.map((step) => ({
  ...step,
  plays: [{ does: 'succeed', effect: 'object', afterMs: null }],
}));

/** Something stands, and then it takes a while to go forward again: the time for a cancellation to take that back (R19). */
export const stepsThatWaitArbitrary: fc.Arbitrary<readonly StepScript[]> = fc
  .tuple(
    fc.array(doneAtOnce, { maxLength: 1 }),
    fc.array(continuer, { maxLength: 2 }),
    fc.array(waiter, { minLength: 1, maxLength: 2 }),
    fc.array(rawStep, { maxLength: 1 }),
  )
  .map((parts) => namedAndPlaced(parts.flat()));

/** A step that is done at first and emits something, is undone with what fails once behind it, fails then itself, and continues. */
const continuesLater: fc.Arbitrary<RawStep> = fc
  .record({ step: rawStep, compensation: rawCompensation, continuesAs: effect })
  .map(({ step, compensation, continuesAs }) => ({
    ...step,
    timeoutMs: null,
    retry: null,
    plays: [{ does: 'succeed', effect: 'object', afterMs: null }, { does: 'throw', error: 'error', afterMs: null }],
    compensation: {
      ...compensation,
      requiresEffect: false,
      plays: [
        { does: 'retry', passes: 3, backoff: { baseMs: 0, maxMs: 5, jitter: false }, afterMs: null },
        { does: 'continue', effect: continuesAs, afterMs: null },
      ],
    },
  }));
const failsOnce: fc.Arbitrary<RawStep> = rawStep.map((step) => ({
  ...step,
  async: false,
  timeoutMs: null,
  retry: null,
  plays: [{ does: 'throw', error: 'error', afterMs: null }, { does: 'succeed', effect: 'object', afterMs: 1 }],
  compensation: null,
  fallback: null,
}));
const mostlyDone: fc.Arbitrary<RawStep> = fc
  .record({ step: rawStep, does: weighted([4, 'succeed'] as const, [1, 'skip'] as const), effect, afterMs, tries: fc.boolean() })
  .map(({ step, does, tries, ...play }) => ({
    ...step,
    timeoutMs: 400,
    retry: { attempts: 2, baseMs: 1, maxMs: 5, jitter: false },
    plays: [...(tries ? [{ does: 'throw', error: 'error', afterMs: null } as const] : []), { does, ...play }, ...step.plays],
  }));

/** Steps that emit a lot, and are done more often than not (R20). */
export const emittingStepsArbitrary: fc.Arbitrary<readonly StepScript[]> = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.array(mostlyDone, { minLength: 1, maxLength: 4 }).map(namedAndPlaced) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.array(mostlyDone, { maxLength: 2 }), continuesLater, failsOnce).map((parts) => namedAndPlaced(parts.flat())),
      },
      { weight: 2, arbitrary: stepsArbitrary },
    ),
    fc.array(fc.array(emission, { minLength: 1, maxLength: 3 }), { minLength: 8, maxLength: 8 }),
  )
  .map(([steps, emissions]) => steps.map((step, index) => ({ ...step, emits: emissions[index]! })));
