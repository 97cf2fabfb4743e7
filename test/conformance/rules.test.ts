import { describe, expect, it } from 'vitest';
import { playRules, rulesScenarios } from './rules.js';

describe('sagas of plain and async steps, after the rules', () => {
  it('are all there', () => {
    expect(rulesScenarios).toHaveLength(1_000);
  });

  it.each(rulesScenarios)('scenario $id runs, undoes and ends as scripted', async (scenario) => {
    const { trace, result } = await playRules(scenario);
    expect(trace).toEqual(scenario.trace);
    expect(result).toEqual(scenario.result);
  });
});
