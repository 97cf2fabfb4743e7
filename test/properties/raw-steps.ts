import fc from 'fast-check';
import type {
  AfterMs, BackoffScript, CompensationPlay, CompensationScript, EffectKind, EmissionScript, ErrorKind, FallbackPlay, FallbackScript,
  RetryScript, StepPlay, StepScript, TimeLimitScript,
} from './script.js';

// Small delays around small time-outs, so that settlements come in every order: in time, within the grace, after it, after the end. The
// weights are such that every region of the rules is reached often; regions.test.ts counts them.

export const weighted = <T>(...choices: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

export const afterMs: fc.Arbitrary<AfterMs> = weighted<AfterMs>(
  [4, null], [3, 0], [3, 1], [2, 2], [2, 3], [1, 5], [1, 6], [1, 8], [1, 10], [1, 12], [1, 17], [1, 30], [1, 70], [1, 300],
);
export const undoAfterMs: fc.Arbitrary<AfterMs> = weighted<AfterMs>([4, null], [2, 0], [3, 1], [2, 4], [2, 9], [1, 25], [1, 60]);
export const effect: fc.Arbitrary<EffectKind> = weighted<EffectKind>(
  [10, 'object'], [3, 'idempotent'], [1, 'undefined'], [1, 'null'], [1, 'zero'],
);
export const error: fc.Arbitrary<ErrorKind> = weighted<ErrorKind>([8, 'error'], [1, 'undefined'], [1, 'text']);

export const backoff: fc.Arbitrary<BackoffScript> = fc.record({
  baseMs: fc.constantFrom(0, 1, 7),
  maxMs: fc.constantFrom(5, 20),
  jitter: fc.boolean(),
});
export const retry: fc.Arbitrary<RetryScript> = fc
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
export const plays = <P>(play: fc.Arbitrary<P>): fc.Arbitrary<readonly P[]> => fc.array(play, { minLength: 1, maxLength: 3 });
export const maybe = <T>(some: number, none: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: none, arbitrary: fc.constant(null) }, { weight: some, arbitrary });

/** Which earlier steps are needed: one bit a step, so that taking a step away leaves the others as they are. */
const someSteps: fc.Arbitrary<readonly boolean[]> = fc
  .record({ density: fc.constantFrom(0, 2, 4, 6), draws: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 }) })
  .map(({ density, draws }) => draws.map((draw) => draw < density));

export const emission: fc.Arbitrary<EmissionScript> = fc.record({
  atOnce: fc.nat({ max: 2 }),
  atTheEnd: fc.nat({ max: 1 }),
  afterwards: fc.nat({ max: 1 }),
});
/** One step in three emits something, not always the same. */
const emits: fc.Arbitrary<readonly EmissionScript[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(emission, { minLength: 1, maxLength: 3 }) },
);

export interface RawCompensation extends Omit<CompensationScript, 'needs'> {
  readonly needed: readonly boolean[];
}
export interface RawStep extends Omit<StepScript, 'name' | 'stage' | 'needs' | 'compensation'> {
  readonly needed: readonly boolean[];
  readonly compensation: RawCompensation | null;
}

export const rawCompensation: fc.Arbitrary<RawCompensation> = fc
  .record({
    limit: timeLimit,
    requiresEffect: weighted([3, false], [2, true]),
    needed: someSteps,
    retry: maybe(1, 2, retry),
    plays: plays(compensationPlay),
  })
  .map(({ limit, ...rest }) => ({ ...limit, ...rest }));

export const fallback: fc.Arbitrary<FallbackScript> = fc
  .record({ limit: timeLimit, retry: maybe(1, 2, retry), plays: plays(fallbackPlay) })
  .map(({ limit, ...rest }) => ({ ...limit, ...rest }));

export const rawStep: fc.Arbitrary<RawStep> = fc
  .record({
    limit: timeLimit,
    async: weighted([2, true], [1, false]),
    needed: someSteps,
    retry: maybe(1, 2, retry),
    plays: plays(stepPlay),
    emits,
    compensation: maybe(4, 1, rawCompensation),
    fallback: maybe(1, 4, fallback),
  })
  .map(({ limit, ...rest }) => ({ ...limit, ...rest }));

export function namedAndPlaced(raw: readonly RawStep[]): readonly StepScript[] {
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
