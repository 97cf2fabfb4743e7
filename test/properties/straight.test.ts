import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from './observation.js';
import type { Manner } from './run-scripted.js';
import { runScripted } from './run-scripted.js';
import { sagaArbitrary } from './saga-arbitrary.js';
import type { SagaScript, StepScript, TimeLimitScript } from './script.js';
import { scriptedClass } from './scripted-class.js';
import { parametersOf } from './seeds.js';
import { toldAsItWas } from './told.js';

// An execution that may be cancelled asks the kernel at each turn; one that may not follows its straight course for as long as it can.
// Nobody can tell which.

const numRuns = 2_000;

/** No jitter: on the straight course none is drawn where there is no wait. */
const evenly = (): number => 0.5;

function isTheSame(property: string, one: Manner, other: Manner, tell: (seen: Observation) => readonly unknown[]): void {
  it(property, async () => {
    await fc.assert(
      fc.asyncProperty(sagaArbitrary, async (script) => {
        const [first, second] = [await runInManner(script, one), await runInManner(script, other)];
        const [told, toldOther] = [tell(first), tell(second)];
        if (!isDeepStrictEqual(told, toldOther)) expect(told).toEqual(toldOther);
        expect(first.unhandledRejections).toEqual([]);
      }),
      parametersOf(property, numRuns),
    );
  });
}

function runInManner(script: SagaScript, manner: Manner): Promise<Observation> {
  const steps = script.steps.map(outOfStep);
  return runScripted({ ...script, steps, cancel: { signal: null, deadlineMs: null } }, scriptedClass({ steps }), evenly, manner);
}

/** With odd limits, so that none is up when something else is due: then either may come first. */
function outOfStep(step: StepScript): StepScript {
  const { compensation, fallback } = step;
  return { ...step, ...oddLimits(step), compensation: compensation && oddLimits(compensation), fallback: fallback && oddLimits(fallback) };
}

function oddLimits<Limited extends TimeLimitScript>(limited: Limited): Limited {
  const { timeoutMs, graceMs } = limited;
  return { ...limited, timeoutMs: timeoutMs === null ? null : timeoutMs + 0.1379, graceMs: graceMs + 0.0413 };
}

const withoutEvents = ({ log, ...rest }: Observation): readonly unknown[] =>
  toldAsItWas({ ...rest, log: log.filter(({ type }) => type !== 'event' && type !== 'report') });

describe('any saga that nobody cancels', () => {
  isTheSame(
    'does the same, at the same times, with the same events, whether it could be cancelled or not',
    { isObserved: true, isCancellable: false },
    { isObserved: true, isCancellable: true },
    toldAsItWas,
  );
  isTheSame(
    'does the same whether anybody hears of it or not (R18)',
    { isObserved: false, isCancellable: false },
    { isObserved: true, isCancellable: true },
    withoutEvents,
  );
});
