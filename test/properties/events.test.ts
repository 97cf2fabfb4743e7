import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IllegalEventError } from '../../src/errors/illegal-event.js';
import { evolve } from '../../src/kernel/evolve.js';
import type { Check } from './checks/check.js';
import { eventsGiveTheSameEnd, everyPrefixHasAPlan } from './checks/replays.js';
import type { Observation } from './observation.js';
import { eventsOf } from './observation.js';
import type { Misplacement } from './out-of-place.js';
import { misplaced, misplacementArbitrary, whyOutOfPlace } from './out-of-place.js';
import { copyOf, stateAfter } from './replay.js';
import { runScripted } from './run-scripted.js';
import { sagaArbitrary } from './saga-arbitrary.js';
import { parametersOf } from './seeds.js';

// The events that observers got are all that an execution is made of: replayed through the kernel they give the same execution. 3
// properties of 1,000 sagas each, the last with 20 events out of place for each of them.
const numRuns = 1_000;

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

describe('the events of any execution', () => {
  holds('leave after each an order to give, something to await, or the end; asking for the plan changes nothing', everyPrefixHasAPlan);
  holds('give the same state and the same end however often they are added up', eventsGiveTheSameEnd);

  const refusal = 'are refused out of place, and then nothing has changed';
  it(refusal, async () => {
    const parameters = parametersOf(refusal, numRuns);
    let surelyRefused = 0;
    await fc.assert(
      fc.asyncProperty(sagaArbitrary, fc.array(misplacementArbitrary, { minLength: 20, maxLength: 20 }), async (script, misplacements) => {
        const seen = await runScripted(script);
        for (const misplacement of misplacements) surelyRefused += isSurelyRefused(seen, misplacement) ? 1 : 0;
      }),
      parameters,
    );
    expect(surelyRefused).toBeGreaterThan(parameters.numRuns * 10);
  });
});

/** Puts the event in and holds the kernel against it; answers whether it had to be refused. */
function isSurelyRefused(seen: Observation, misplacement: Misplacement): boolean {
  const { event, place } = misplaced(seen, misplacement);
  const state = stateAfter(seen, eventsOf(seen).slice(0, place));
  const before = copyOf(state);
  const why = whyOutOfPlace(seen, place, event);
  try {
    evolve(state, event);
  } catch (error) {
    expect(error).toBeInstanceOf(IllegalEventError);
    expect(isDeepStrictEqual(state, before), `${event.type} was refused and changed the state`).toBe(true);
    return why !== null;
  }
  expect(why, `${JSON.stringify(event)} was taken after ${place} events`).toBeNull();
  return false;
}
