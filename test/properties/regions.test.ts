import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Region } from './regions.js';
import { regions } from './regions.js';
import { runScripted } from './run-scripted.js';
import { sagaArbitrary } from './saga-arbitrary.js';
import { parametersOf } from './seeds.js';

/** In a thousand random sagas at least so many are there. Half as many more were counted over 8,000: rot in the generator is found out. */
const floors: Readonly<Record<Region, number>> = {
  completed: 150,
  compensated: 395,
  stuck: 145,
  'stuck with more than one step remaining': 60,
  'a retry granted': 200,
  'a third pass': 85,
  'a retry granted to a step that had not failed': 150,
  'begun anew under the same key': 110,
  'a continue granted': 90,
  'a fallback continued': 75,
  'two failures at once': 170,
  'two failed steps that answered, and went forward': 50,
  'an abort within the grace': 15,
  'an abort': 50,
  'a time-out': 445,
  'an effect within the grace': 45,
  'a late effect': 235,
  'a late effect before the end': 140,
  'a late compensation before the end': 125,
  'a late compensation after the end': 115,
  'a late effect that was known in time': 14,
  'a late effect of a round that is open again': 25,
  'a late compensation that failed for good': 50,
  'an in-place retry': 70,
  'a compensation repeated': 90,
  'a step skipped': 55,
};

const numRuns = 2_000;

it('random sagas reach every region of the rules often enough', async () => {
  const all = Object.keys(floors) as Region[];
  const counts = new Map(all.map((region) => [region, 0]));
  const scripts = fc.sample(sagaArbitrary, parametersOf('regions', numRuns));
  for (const script of scripts) {
    const seen = await runScripted(script);
    for (const region of all) if (regions[region](seen)) counts.set(region, counts.get(region)! + 1);
  }
  const perThousand = all.map((region) => ({ region, count: (counts.get(region)! * 1_000) / scripts.length }));
  const tooFew = perThousand.filter(({ region, count }) => count < floors[region]);
  expect(tooFew, perThousand.map(({ region, count }) => `${region}: ${count}`).join('\n')).toEqual([]);
});
