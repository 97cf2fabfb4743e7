import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPlaceRetries, timeOuts, undoRetries } from './checks/attempts.js';
import type { Check } from './checks/check.js';
import { errorHandlerIsAsked, nothingIsLeftBehind, resultsTellTheEnd } from './checks/ends.js';
import { eventsTellWhatStepsDid } from './checks/facts.js';
import { everyRoundHasAFate } from './checks/fates.js';
import { nothingBeginsAfterAFailure, stepsBeginInTheirTurn, stepsSeeTheEffectsTheyNeed } from './checks/forward-order.js';
import { goesForwardWhereGranted, neverForwardInVain } from './checks/going-forward.js';
import { compensationKeysAreOnePerEffect, stepKeysAreNewOnceCompensated } from './checks/keys.js';
import {
  callsAfterTheEndGetFreshInstances, everyEffectIsUndoneOnce, lateCompensationsBeginAtOnce, lateEffectsOfAnyValueAreUndone,
} from './checks/late-effects.js';
import { compensationsAreToldTheFacts, fallbacksAreToldTheFacts } from './checks/undo-facts.js';
import { oneUndoneAtATime, undoneInOrder } from './checks/unwinding-order.js';
import { runScripted } from './run-scripted.js';
import { sagaArbitrary } from './saga-arbitrary.js';
import { parametersOf } from './seeds.js';

// 23 properties of 1,000 sagas each, one in three cancelled: 23,000 cases in the default run.
const numRuns = 1_000;

/** Holds random sagas, run by the public runner, against a check that knows the rules and nothing of the kernel. */
function holds(property: string, check: Check): void {
  it(property, async () => {
    await fc.assert(
      fc.asyncProperty(sagaArbitrary, async (script) => {
        expect([...check(await runScripted(script))]).toEqual([]);
      }),
      parametersOf(property, numRuns),
    );
  });
}

describe('any saga, going forward', () => {
  holds('begins each step as soon as its needs and all earlier stages are done, and not before (R1, R2)', stepsBeginInTheirTurn);
  holds('gives each step the effects of its needs as they stand, and no others (R3)', stepsSeeTheEffectsTheyNeed);
  holds('tries a step again in place where the rules say so, and only there (R6, R13)', inPlaceRetries);
  holds('times each attempt out by its own limit, and gives it up after its grace (R5)', timeOuts);
  holds('begins nothing after a failure until it goes forward again, and awaits what runs (R7, R11)', nothingBeginsAfterAFailure);
  holds('tells in its events what the steps did, in the very values (R4, R5, R18)', eventsTellWhatStepsDid);
});

describe('any saga, unwinding', () => {
  holds('undoes the failed steps first, then all that stands, last declared first (R8)', undoneInOrder);
  holds('undoes one step at a time (R8)', oneUndoneAtATime);
  holds('tells a compensation the very effect, needs, key, outcome, error and failure (R9)', compensationsAreToldTheFacts);
  holds('tells a fallback how its step failed (R12a)', fallbacksAreToldTheFacts);
  holds('repeats compensations and fallbacks while a run is left, each within its limit (R12a, R15)', undoRetries);
  holds('asks the handler about each compensation that failed for good, and does as it says (R15)', errorHandlerIsAsked);
});

describe('any saga, going forward again', () => {
  holds('does so where a retry or continue is granted, and only there; begins anew what was passed (R10 – R13)', goesForwardWhereGranted);
  holds('never does after an abort, once a compensation failed for good, or too often (R11, R14, R15)', neverForwardInVain);
  holds('gives a step a new key if and only if its compensation was called (R11, R25)', stepKeysAreNewOnceCompensated);
  holds('never undoes two effects under one key (R25)', compensationKeysAreOnePerEffect);
});

describe('any saga, whatever comes late', () => {
  holds('undoes every effect once and drops none (R5a)', everyEffectIsUndoneOnce);
  holds('undoes what came late also where it looks like nothing (R3, R5a)', lateEffectsOfAnyValueAreUndone);
  holds('begins a late compensation as soon as nothing else of its round runs (R5a)', lateCompensationsBeginAtOnce);
  holds('makes calls after the end on fresh instances, and disposes of them (R5a, R22)', callsAfterTheEndGetFreshInstances);
});

describe('any saga, in the end', () => {
  holds('has kept, undone, passed over for a reason or listed every round that has begun (R4, R9, R11, R15)', everyRoundHasAFate);
  holds('tells how it ended, in the very values (R7, R15, R16)', resultsTellTheEnd);
  holds('leaves no timer, no listener and no rejection behind (R5, R5a, R19)', nothingIsLeftBehind);
});
