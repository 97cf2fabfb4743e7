import { describe, expect, it } from 'vitest';
import { SagaRunner } from 'class-saga';
import type { Call, Reason, Stage } from './scenario.js';
import { readScenarios, reasonOf, scriptedSaga } from './scenario.js';

interface Scenario {
  readonly id: number;
  readonly stages: readonly Stage[];
  readonly calls: readonly (readonly ['tx' | 'comp', string, number])[];
  readonly result: readonly ['ok', Readonly<Record<string, Reason>>] | readonly ['failed', Reason];
}

const scenarios = readScenarios<Scenario>('sage-plain.jsonl');

describe('sagas of plain steps, as recorded from Elixir Sage 0.6.3', () => {
  it('are all there', () => {
    expect(scenarios).toHaveLength(774);
  });

  it.each(scenarios)('scenario $id makes the same calls and ends the same', async ({ stages, calls, result }) => {
    const made: Call[] = [];
    const settled = await new SagaRunner().settle(scriptedSaga(stages, made));
    expect(made.map(({ of, name, n }) => [of, name, n])).toEqual(calls);
    if (settled.status === 'completed') expect(['ok', settled.effects]).toEqual(result);
    else expect(['failed', reasonOf(settled.error)]).toEqual(result);
  });
});
