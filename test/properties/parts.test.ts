import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finallyIsToldTheEnd } from './checks/finally.js';
import type { NestingScript } from './nesting.js';
import { nested } from './nesting.js';
import { nestingArbitrary, withStepClassesArbitrary } from './nesting-arbitrary.js';
import { runScripted } from './run-scripted.js';
import { scriptedClass } from './scripted-class.js';
import { parametersOf } from './seeds.js';
import { splitClass } from './split-class.js';
import { toldAsInlined } from './told.js';

// The same saga as one class and as several: whatever is called, when, with what, and how it ends is the same but for the paths (R24).

const numRuns = 1_500;

/** No jitter: which of two late compensations draws first is no matter of the rules. */
const evenly = (): number => 0.5;

function areTheSame(property: string, arbitrary: fc.Arbitrary<NestingScript>): void {
  it(property, async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (script) => {
        const nesting = nested(script);
        const inlined = await runScripted(nesting.inlined, scriptedClass(nesting.inlined), evenly);
        const split = await runScripted(nesting.inlined, splitClass(nesting.whole), evenly);
        const [one, other] = [toldAsInlined(inlined, nesting, false), toldAsInlined(split, nesting, true)];
        if (!isDeepStrictEqual(other, one)) expect(other).toEqual(one);
        expect([...finallyIsToldTheEnd(split, inlined, nesting.whole)]).toEqual([]);
        expect([split.timersAtRest, split.listenersLeft, split.unhandledRejections]).toEqual([0, 0, []]);
      }),
      parametersOf(property, numRuns),
    );
  });
}

describe('any saga', () => {
  areTheSame('does the same with some of its steps in sub-sagas, however they are nested (R24)', nestingArbitrary);
  areTheSame('does the same with some of its steps as step classes (R24)', withStepClassesArbitrary);
});
