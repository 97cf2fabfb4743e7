import { describe, expect, it } from 'vitest';
import { playSage, sageScenarios } from './sage-plain.js';

describe('sagas of plain steps, as recorded from Elixir Sage 0.6.3', () => {
  it('are all there', () => {
    expect(sageScenarios).toHaveLength(774);
  });

  it.each(sageScenarios)('scenario $id makes the same calls and ends the same', async (scenario) => {
    const { calls, result } = await playSage(scenario);
    expect(calls).toEqual(scenario.calls);
    expect(result).toEqual(scenario.result);
  });
});
