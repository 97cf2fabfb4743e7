import fc from 'fast-check';
import type { NestingScript, Range, StepBody } from './nesting.js';
import { sagaArbitrary } from './saga-arbitrary.js';
import type { SagaScript, TimeLimitScript } from './script.js';

const range: fc.Arbitrary<Range> = fc.record({
  from: fc.nat({ max: 7 }),
  length: fc.nat({ max: 7 }),
  standsForOne: fc.boolean(),
  opens: fc.oneof(
    { weight: 8, arbitrary: fc.constant<Range['opens']>(['opens']) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom('opens' as const, 'throws' as const), { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant<Range['opens']>('skips') },
  ),
});

/**
 * Which of two late compensations comes first in the same millisecond after the end is no matter of the rules. So the handler of errors
 * always answers the same, and no time-out passes in the moment in which a call settles.
 */
const saga: fc.Arbitrary<SagaScript> = sagaArbitrary.map(({ steps, runner: { onCompensationError, ...runner }, ...script }) => ({
  ...script,
  steps: steps.map(({ compensation, fallback, ...step }) => ({
    ...step,
    compensation: compensation && { ...compensation, timeoutMs: betweenTicks(compensation) },
    fallback: fallback && { ...fallback, timeoutMs: betweenTicks(fallback) },
  })),
  runner: {
    ...runner,
    onCompensationError: onCompensationError && { ...onCompensationError, plays: onCompensationError.plays.slice(0, 1) },
  },
}));

function betweenTicks({ timeoutMs }: TimeLimitScript): number | null {
  return timeoutMs === null ? null : timeoutMs + 0.37;
}

const body: fc.Arbitrary<StepBody> = fc.constantFrom<StepBody[]>('method', 'method', 'class', 'limited class');
const bodies = fc.array(body, { minLength: 8, maxLength: 8 });

/** A saga with one sub-saga or more, beside step classes or without. */
export const nestingArbitrary: fc.Arbitrary<NestingScript> = fc.record({
  saga,
  ranges: fc.array(range, { minLength: 1, maxLength: 4 }),
  bodies: fc.oneof({ weight: 1, arbitrary: fc.constant<readonly StepBody[]>(['method']) }, { weight: 1, arbitrary: bodies }),
});

/** A saga with step classes alone. */
export const withStepClassesArbitrary: fc.Arbitrary<NestingScript> = fc.record({
  saga,
  ranges: fc.constant([]),
  bodies,
});
