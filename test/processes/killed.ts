import { afterAll, describe, expect, it } from 'vitest';
import type { Grounds } from './grounds.js';
import type { Outcome, Story } from './killing.js';
import { check, pointsOf, storiesOf, tell } from './killing.js';
import type { Task } from './program/main.js';
import { sideBySide } from './side-by-side.js';
import { programForThisFile } from './worker-process.js';

/** More wait for leases to expire than have something to do. */
const atOnce = 5;

/** The same for every log: a process dies at each moment of a saga, and others go on. */
export function killed(grounds: Grounds): void {
  const start = programForThisFile();
  let kills = 0;
  let executions = 0;
  // eslint-disable-next-line no-console -- how much was tried is part of what the tests say
  afterAll(() => console.log(`${grounds.name}: ${kills} kills in ${executions} executions`));

  const told = async (story: Story, tells: Task['tells'] = []): Promise<Outcome> => {
    const outcome = await tell(story, await grounds.next(), start, tells);
    check(outcome);
    executions += 1;
    kills += outcome.died.length;
    return outcome;
  };

  /** Every moment of it, `deathsEach` in one execution, and those alone that were not come by so. */
  const diesEverywhere = async (
    saga: Task['saga'],
    fails: string | null,
    deathsEach: number,
    isWanted: (point: string) => boolean = () => true,
  ): Promise<void> => {
    const all = pointsOf(await told({ saga, fails, deaths: [] }, ['points'])).filter(isWanted);
    // Those around the log's own writes are for every log; all else would be the same on every one, and is shared out among them.
    const points = all.filter((point, index) => (fails === null && point.startsWith('log ')) || index % 2 === grounds.share);
    expect(points).not.toEqual([]);
    const outcomes = await sideBySide(atOnce, storiesOf(saga, fails, points, deathsEach), (story) => told(story));
    const died = new Set(outcomes.flatMap((outcome) => outcome.died));
    const missed = points.filter((point) => !died.has(point));
    const alone = await sideBySide(atOnce, missed, (point) => told({ saga, fails, deaths: [point] }));
    expect(alone.flatMap((outcome) => outcome.died)).toEqual(missed);
  };

  describe(`a process that is killed, with its log on ${grounds.name}`, () => {
    it('leaves a saga that completes, wherever it dies', () => diesEverywhere('BookTour', null, 3));
    it('leaves a saga that is undone from its last step', () => diesEverywhere('BookTour', 'charge', 3, isOfUndoing('charge')));
    it('leaves a saga that is undone from the middle of a stage', () => diesEverywhere('BookTour', 'flight', 3, isOfUndoing('flight')));
    it('leaves a saga whose retries are counted over all deaths', () => diesEverywhere('BookTour', 'deposit', 2, isOf('deposit')));
    it('never repeats what may be sent once only', () => diesEverywhere('PayOnce', null, 1, isOf('payment')));

    it('is survived three times in the same method', async () => {
      const points = ['account half done', 'hotel done', 'undo deposit half done', 'undo account done'];
      const stories = points.map((point): Story => ({ saga: 'BookTour', fails: 'charge', deaths: [point, point, point] }));
      const outcomes = await sideBySide(atOnce, stories, (story) => told(story));
      expect(outcomes.map(({ died }) => died.length)).toEqual([3, 3, 3, 3]);
    });
  });
}

/** What happens from when the step fails, and what is written of it. */
function isOfUndoing(failing: string): (point: string) => boolean {
  return (point) =>
    /undo|compensation|execution-ended/.test(point) || point.startsWith(`${failing} `) || point.includes(`step-failed ${failing}`);
}

function isOf(step: string): (point: string) => boolean {
  return (point) => point.includes(step);
}
