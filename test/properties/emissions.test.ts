import fc from 'fast-check';
import { expect, it } from 'vitest';
import { publishesWhatStands } from './checks/emissions.js';
import { runScripted } from './run-scripted.js';
import { emittingSagaArbitrary } from './saga-arbitrary.js';
import { parametersOf } from './seeds.js';

const numRuns = 2_000;

// From failing attempts, from runs that are undone, begun anew, skipped or continued, and after all has settled.
const property = 'what the runs emitted that made the effects that stand is published once, if the saga completes, and nothing else (R20)';

it(property, async () => {
  await fc.assert(
    fc.asyncProperty(emittingSagaArbitrary, async (script) => {
      expect([...publishesWhatStands(await runScripted(script))]).toEqual([]);
    }),
    parametersOf(property, numRuns),
  );
});
