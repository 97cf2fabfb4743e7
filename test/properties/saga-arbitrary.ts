import fc from 'fast-check';
import type {
  AfterMs, BackoffScript, CompensationPlay, CompensationScript, EffectKind, ErrorKind, FallbackPlay, FallbackScript, HandlerPlay,
  RetryScript, RunnerScript, SagaScript, StepPlay, StepScript, TimeLimitScript,
} from './script.js';

// Small delays around small time-outs, so that settlements come in every order: in time, within the grace, after it, after the end. The
// weights are such that every region of the rules is reached often; regions.test.ts counts them.

const weighted = <T>(...choices: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const afterMs: fc.Arbitrary<AfterMs> = weighted<AfterMs>(
  [4, null], [3, 0], [3, 1], [2, 2], [2, 3], [1, 5], [1, 6], [1, 8], [1, 10], [1, 12], [1, 17], [1, 30], [1, 70], [1, 300],
);
const undoAfterMs: fc.Arbitrary<AfterMs> = weighted<AfterMs>([4, null], [2, 0], [3, 1], [2, 4], [2, 9], [1, 25], [1, 60]);
const effect: fc.Arbitrary<EffectKind> = weighted<EffectKind>(
  [10, 'object'], [3, 'idempotent'], [1, 'undefined'], [1, 'null'], [1, 'zero'],
);
const error: fc.Arbitrary<ErrorKind> = weighted<ErrorKind>([8, 'error'], [1, 'undefined'], [1, 'text']);

const backoff: fc.Arbitrary<BackoffScript> = fc.record({
  baseMs: fc.constantFrom(0, 1, 7),
  maxMs: fc.constantFrom(5, 20),
  jitter: fc.boolean(),
});
const retry: fc.Arbitrary<RetryScript> = fc
  .tuple(backoff, fc.integer({ min: 1, max: 3 }))
  .map(([waits, attempts]) => ({ ...waits, attempts }));

const stepPlay: fc.Arbitrary<StepPlay> = fc.oneof(
  { weight: 28, arbitrary: fc.record({ does: fc.constant('succeed' as const), effect, afterMs }) },
  { weight: 9, arbitrary: fc.record({ does: fc.constant('throw' as const), error, afterMs }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('skip' as const), afterMs }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('hang' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('abort' as const), afterMs }) },
);

const compensationPlay: fc.Arbitrary<CompensationPlay> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant('nothing' as const), afterMs: undoAfterMs }) },
  {
    weight: 12,
    arbitrary: fc.record({ does: fc.constant('retry' as const), passes: fc.integer({ min: 1, max: 4 }), backoff, afterMs: undoAfterMs }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('continue' as const), effect, afterMs: undoAfterMs }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('abort' as const), afterMs: undoAfterMs }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('throw' as const), error, afterMs: undoAfterMs }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('nonsense' as const), afterMs: undoAfterMs }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('hang' as const) }) },
);

const fallbackPlay: fc.Arbitrary<FallbackPlay> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ does: fc.constant('succeed' as const), effect, afterMs: undoAfterMs }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('throw' as const), error, afterMs: undoAfterMs }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('abort' as const), afterMs: undoAfterMs }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('hang' as const) }) },
);

const timeLimit: fc.Arbitrary<TimeLimitScript> = fc.record({
  timeoutMs: fc.constantFrom(null, 4, 9),
  graceMs: fc.constantFrom(0, 3, 8),
});
const plays = <P>(play: fc.Arbitrary<P>): fc.Arbitrary<readonly P[]> => fc.array(play, { minLength: 1, maxLength: 3 });
const maybe = <T>(some: number, none: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: none, arbitrary: fc.constant(null) }, { weight: some, arbitrary });

/** Which earlier steps are needed: one bit a step, so that taking a step away leaves the others as they are. */
const someSteps: fc.Arbitrary<readonly boolean[]> = fc
  .record({ density: fc.constantFrom(0, 2, 4, 6), draws: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 }) })
  .map(({ density, draws }) => draws.map((draw) => draw < density));

interface RawCompensation extends Omit<CompensationScript, 'needs'> {
  readonly needed: readonly boolean[];
}
interface RawStep extends Omit<StepScript, 'name' | 'stage' | 'needs' | 'compensation'> {
  readonly needed: readonly boolean[];
  readonly compensation: RawCompensation | null;
}

const rawCompensation: fc.Arbitrary<RawCompensation> = fc
  .record({
    limit: timeLimit,
    requiresEffect: weighted([3, false], [2, true]),
    needed: someSteps,
    retry: maybe(1, 2, retry),
    plays: plays(compensationPlay),
  })
  .map(({ limit, ...rest }) => ({ ...limit, ...rest }));

const fallback: fc.Arbitrary<FallbackScript> = fc
  .record({ limit: timeLimit, retry: maybe(1, 2, retry), plays: plays(fallbackPlay) })
  .map(({ limit, ...rest }) => ({ ...limit, ...rest }));

const rawStep: fc.Arbitrary<RawStep> = fc
  .record({
    limit: timeLimit,
    async: weighted([2, true], [1, false]),
    needed: someSteps,
    retry: maybe(1, 2, retry),
    plays: plays(stepPlay),
    compensation: maybe(4, 1, rawCompensation),
    fallback: maybe(1, 4, fallback),
  })
  .map(({ limit, ...rest }) => ({ ...limit, ...rest }));

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

/** A whole saga, and how it is run. */
export const sagaArbitrary: fc.Arbitrary<SagaScript> = fc.record({
  steps: stepsArbitrary,
  runner: runnerArbitrary,
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});

function namedAndPlaced(raw: readonly RawStep[]): readonly StepScript[] {
  const steps: StepScript[] = [];
  for (const [index, { needed, compensation, ...step }] of raw.entries()) {
    const before = steps[index - 1];
    const stage = before === undefined ? 0 : before.async && step.async ? before.stage : before.stage + 1;
    const needs = steps.filter((_, other) => needed[other]).map(({ name }) => name);
    const within = withinReach(steps, stage, needs);
    steps.push({
      ...step,
      name: `s${index}`,
      stage,
      needs,
      // A plain step waits for ever unless it is told not to.
      timeoutMs: step.timeoutMs === null && !step.async && step.plays.some(({ does }) => does === 'hang') ? 9 : step.timeoutMs,
      compensation: compensation === null ? null : compensationOf(compensation, steps.filter(({ name }) => within.has(name))),
    });
  }
  return steps;
}

function compensationOf({ needed, ...compensation }: RawCompensation, within: readonly StepScript[]): CompensationScript {
  return { ...compensation, needs: within.filter((_, index) => needed[index]).map(({ name }) => name) };
}

/** What a compensation may need: steps of earlier stages, and what its own step needs, directly or through others (R9). */
function withinReach(steps: readonly StepScript[], stage: number, needs: readonly string[]): ReadonlySet<string> {
  const names = new Set(steps.filter((step) => step.stage < stage).map(({ name }) => name));
  for (const { name } of [...steps].reverse()) {
    const isNeededWithin = steps.some((other) => names.has(other.name) && other.needs.includes(name));
    if (needs.includes(name) || isNeededWithin) names.add(name);
  }
  return names;
}
