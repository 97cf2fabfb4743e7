import fc from 'fast-check';
import { expect, it } from 'vitest';
import { areSame, storiesOf } from './run-together.js';
import { cancelArbitrary, runnerArbitrary } from './saga-arbitrary.js';
import { parametersOf } from './seeds.js';
import { stepsArbitrary } from './steps-arbitrary.js';

// 25 times 64 executions at once, of 16 sagas: 1,600 in the default run.
const numRuns = 25;

const sagas = fc.array(fc.record({ steps: stepsArbitrary, cancel: cancelArbitrary }), { minLength: 16, maxLength: 16 });

const property = '64 executions at once do not see each other: each does and ends as it would alone (R23)';

it(property, async () => {
  await fc.assert(
    fc.asyncProperty(sagas, runnerArbitrary, async (distinct, runner) => {
      const alone = new Map(await Promise.all(distinct.map(async (saga) => [saga, (await storiesOf([saga], runner))[0]!] as const)));
      const all = [...distinct, ...distinct, ...distinct, ...distinct];
      const together = await storiesOf(all, runner);
      expect(together).toHaveLength(64);
      for (const [place, saga] of all.entries()) {
        const [story, storyAlone] = [together[place]!, alone.get(saga)!];
        if (!areSame(story, storyAlone)) expect(story).toEqual(storyAlone);
      }
    }),
    parametersOf(property, numRuns),
  );
});
