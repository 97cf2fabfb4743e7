import { describe, expect, it } from 'vitest';
import { logsForThisFile } from './logs.js';
import { playRules, rulesScenarios } from './rules.js';
import { playSage, sageScenarios } from './sage-plain.js';

// The same scenarios as without a log. On a log to be stuck is a halt and no end, so that nobody's `finally` is called (R27).

/** So many at once: they share the flushes of their log. */
const atOnce = 100;

async function inBatches<T, R>(all: readonly T[], play: (one: T) => Promise<R>): Promise<R[]> {
  const played: R[] = [];
  for (let from = 0; from < all.length; from += atOnce) played.push(...(await Promise.all(all.slice(from, from + atOnce).map(play))));
  return played;
}

/** For 10,000 transactions on a machine that has other things to do. */
const timeout = 300_000;

describe.each(logsForThisFile())('the conformance files pass %s', { timeout }, (_, open) => {
  it('after the rules', async () => {
    const log = open();
    const played = await inBatches(rulesScenarios, async (scenario) => ({ id: scenario.id, ...(await playRules(scenario, log)) }));
    const expected = rulesScenarios.map(({ id, trace, result }) => {
      return { id, trace: trace.filter(([of, how]) => of !== 'final' || how !== 'stuck'), result };
    });
    expect(played).toEqual(expected);
  });

  it('as recorded from Elixir Sage 0.6.3', async () => {
    const log = open();
    const played = await inBatches(sageScenarios, async (scenario) => ({ id: scenario.id, ...(await playSage(scenario, log)) }));
    expect(played).toEqual(sageScenarios.map(({ id, calls, result }) => ({ id, calls, result })));
  });
});
