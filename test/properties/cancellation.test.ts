import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeOuts } from './checks/attempts.js';
import {
  cancelledWhenAsked, nothingIsUndoneTwice, observersHearTheSame, onlyBackOnceCancelled, runningStepsAreTold,
} from './checks/cancellation.js';
import type { Check } from './checks/check.js';
import { nothingIsLeftBehind, resultsTellTheEnd } from './checks/ends.js';
import { eventsTellWhatStepsDid } from './checks/facts.js';
import { everyRoundHasAFate } from './checks/fates.js';
import { nothingBeginsAfterAFailure } from './checks/forward-order.js';
import { goesForwardWhereGranted, neverForwardInVain } from './checks/going-forward.js';
import { everyEffectIsUndoneOnce } from './checks/late-effects.js';
import { undoneInOrder } from './checks/unwinding-order.js';
import { isThrough, Ledger } from './ledger.js';
import type { Observation } from './observation.js';
import { eventsOf } from './observation.js';
import { runScripted } from './run-scripted.js';
import { cancelledSagaArbitrary, sagaArbitrary, sagaCancelledByObserverArbitrary } from './saga-arbitrary.js';
import { uncancelled } from './script.js';
import type { SagaScript } from './script.js';
import { parametersOf } from './seeds.js';

// Every saga here is cancelled, at a time, in a call, before the begin, or when all is over (R19): 8 properties of 1,000 cases and one of
// 500. The checks of sagas.test.ts are held against cancelled ones, too.
const numRuns = 1_000;

function holds(property: string, sagas: fc.Arbitrary<SagaScript>, ...checks: readonly Check[]): void {
  it(property, async () => {
    await fc.assert(
      fc.asyncProperty(sagas, async (script) => {
        const seen = await runScripted(script);
        expect(checks.flatMap((check) => [...check(seen)])).toEqual([]);
      }),
      parametersOf(property, numRuns),
    );
  });
}

describe('any saga that is cancelled at any moment', () => {
  const sagas = cancelledSagaArbitrary;
  holds('is cancelled by what comes first, with an error that says why, unless all is done (R19)', sagas, cancelledWhenAsked);
  holds('only goes back from there (R19)', sagas, onlyBackOnceCancelled, neverForwardInVain);
  holds('has the steps that run told with the very reason, and nobody else (R19)', sagas, runningStepsAreTold, timeOuts);
  holds('undoes nothing twice, and drops nothing (R5a, R19)', sagas, nothingIsUndoneTwice, everyEffectIsUndoneOnce);
  holds('keeps what has begun only if it completes; else undoes, passes over for a reason or lists it (R19)', sagas, everyRoundHasAFate);
  holds('ends with the cancellation, or with the failure that came before it (R19)', sagas, resultsTellTheEnd);
});

describe('a saga that an observer cancels while it is told of an event', () => {
  const checks = [
    cancelledWhenAsked, onlyBackOnceCancelled, runningStepsAreTold, nothingIsUndoneTwice, nothingBeginsAfterAFailure, timeOuts,
    eventsTellWhatStepsDid, undoneInOrder, goesForwardWhereGranted, everyEffectIsUndoneOnce, everyRoundHasAFate, resultsTellTheEnd,
    nothingIsLeftBehind,
  ];
  holds('is cancelled like any other (R19)', sagaCancelledByObserverArbitrary, ...checks);
  holds('is heard of by all observers in the same order (R18)', sagaCancelledByObserverArbitrary, observersHearTheSame);
});

describe('a saga that is cancelled when all its steps are done, or it is over', () => {
  const property = 'does the same as if it were not cancelled (R19)';
  it(property, async () => {
    await fc.assert(
      fc.asyncProperty(sagaArbitrary, fc.constantFrom(0.25, 1, 50), async (script, laterMs) => {
        const alone = await runScripted({ ...script, cancel: uncancelled });
        const atMs = timeWhenTooLate(alone) + laterMs;
        for (const cancel of [{ signal: { in: 'time' as const, atMs }, deadlineMs: null }, { signal: null, deadlineMs: atMs }]) {
          const seen = await runScripted({ ...script, cancel });
          expect(isDeepStrictEqual([eventsOf(seen), seen.settled], [eventsOf(alone), alone.settled])).toBe(true);
        }
      }),
      parametersOf(property, numRuns / 2),
    );
  });
});

/** When it has ended, or completes whatever happens now: it may have to wait for a late compensation (R5a). */
function timeWhenTooLate({ script, log }: Observation): number {
  const ledger = new Ledger(script);
  return log.find((entry) => {
    ledger.see(entry);
    return ledger.ended || isThrough(ledger);
  })!.atMs;
}
