import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NestingScript } from './nesting.js';
import { nested } from './nesting.js';
import { nestingArbitrary } from './nesting-arbitrary.js';
import type { Observation } from './observation.js';
import type { PartsRegion } from './parts-regions.js';
import { partsRegions } from './parts-regions.js';
import type { Region } from './regions.js';
import { regions } from './regions.js';
import { runScripted } from './run-scripted.js';
import { sagaArbitrary } from './saga-arbitrary.js';
import { parametersOf } from './seeds.js';
import { splitClass } from './split-class.js';

/** In a thousand random sagas at least so many are there. Half as many more were counted over 8,000: rot in the generator is found out. */
const floors: Readonly<Record<Region, number>> = {
  completed: 121,
  compensated: 395,
  stuck: 130,
  'stuck with more than one step remaining': 53,
  'a retry granted': 192,
  'a third pass': 65,
  'a retry granted to a step that had not failed': 120,
  'begun anew under the same key': 88,
  'a continue granted': 90,
  'a fallback continued': 72,
  'two failures at once': 170,
  'two failed steps that answered, and went forward': 50,
  'an abort within the grace': 15,
  'an abort': 50,
  'a time-out': 355,
  'an effect within the grace': 45,
  'a late effect': 209,
  'a late effect before the end': 117,
  'a late compensation before the end': 104,
  'a late compensation after the end': 114,
  'a late effect that was known in time': 14,
  'a late effect of a round that is open again': 25,
  'a late compensation that failed for good': 48,
  'an in-place retry': 70,
  'a compensation repeated': 73,
  'a step skipped': 49,
  cancelled: 130,
  'cancelled by a deadline': 55,
  'cancelled before anything began': 6,
  'cancelled while a step runs': 64,
  'cancelled between two attempts': 4,
  'cancelled after a step failed': 15,
  'cancelled while unwinding': 28,
  'cancelled in a backoff': 19,
  'continued in vain, for it was cancelled': 6,
  'a step that was told and succeeded': 12,
  'a step that was told and rejected': 13,
  'a step that was told and is in doubt': 43,
  'a late effect of a step that was told': 26,
  'asked to cancel when all is done': 10,
  'asked twice to cancel': 5,
  'events published': 60,
  'events dropped, and others published': 45,
};

/** Likewise, of random sagas that are split into sub-sagas and step classes. */
const partsFloors: Readonly<Record<PartsRegion, number>> = {
  'completed with a sub-saga': 148,
  'three deep': 158,
  'one effect for the whole': 455,
  'a sub-saga needed by a later step': 255,
  'a sub-saga that needs something': 370,
  'a sub-saga skipped': 85,
  'an opening that failed': 42,
  'a failure in a sub-saga': 310,
  'a sub-saga begun anew from within': 80,
  'a sub-saga begun anew as a whole': 45,
  'a late compensation in a sub-saga': 113,
  'cancelled in a sub-saga': 47,
  'a step class in a sub-saga': 256,
  'a step class undone': 131,
  'a fallback of a step class': 29,
  'events published from a sub-saga': 57,
};

const numRuns = 2_000;

it('random sagas reach every region of the rules often enough', async () => {
  await reachesOftenEnough('regions', sagaArbitrary, runScripted, regions, floors);
});

it('random sub-sagas and step classes reach every region of the rules often enough', async () => {
  const runSplit = (script: NestingScript): Promise<Observation> => {
    const { inlined, whole } = nested(script);
    return runScripted(inlined, splitClass(whole));
  };
  await reachesOftenEnough('regions of parts', nestingArbitrary, runSplit, partsRegions, partsFloors);
});

async function reachesOftenEnough<Script, Region extends string>(
  name: string,
  arbitrary: fc.Arbitrary<Script>,
  run: (script: Script) => Promise<Observation>,
  isThere: Readonly<Record<Region, (seen: Observation) => boolean>>,
  least: Readonly<Record<Region, number>>,
): Promise<void> {
  const all = Object.keys(least) as Region[];
  const counts = new Map(all.map((region) => [region, 0]));
  const scripts = fc.sample(arbitrary, parametersOf(name, numRuns));
  for (const script of scripts) {
    const seen = await run(script);
    for (const region of all) if (isThere[region](seen)) counts.set(region, counts.get(region)! + 1);
  }
  const perThousand = all.map((region) => ({ region, count: (counts.get(region)! * 1_000) / scripts.length }));
  const tooFew = perThousand.filter(({ region, count }) => count < least[region]);
  expect(tooFew, perThousand.map(({ region, count }) => `${region}: ${count}`).join('\n')).toEqual([]);
}
