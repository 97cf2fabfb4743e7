import { describe, expect, it } from 'vitest';
import { evolve } from '../../src/kernel/evolve.js';
import { plan } from '../../src/kernel/plan.js';
import type { ExecutionState } from '../../src/kernel/state.js';
import { initialState } from '../../src/kernel/state.js';
import { failed, retry, succeeded, undone } from './facts.js';
import { async, plain, sagaOf } from './graphs.js';

const steps = 10_000;
const name = (index: number): string => `step${index}`;
const named = Array.from({ length: steps }, (_, index) => name(index));

/** Everything succeeds and is undone at once; the last step fails as often as this, and the first asks to go forward again. */
function run(state: ExecutionState, failures: number): ExecutionState {
  let failuresLeft = failures;
  for (let command = plan(state); command !== undefined; command = plan(state)) {
    evolve(state, command.event);
    if (command.type === 'execute-step') {
      const { step } = command.event;
      const fails = step === name(steps - 1) && failuresLeft-- > 0;
      evolve(state, fails ? failed(step) : succeeded(step));
    } else if (command.type === 'compensate') {
      const { step, round } = command.event;
      evolve(state, undone(step, step === name(0) ? retry(2) : { type: 'compensated' }, { round }));
    }
  }
  return state;
}

const theOneBefore = (index: number): string[] => named.slice(Math.max(0, index - 1), index);

describe.each([
  ['one after the other', sagaOf(...named.map((step) => plain(step)))],
  ['beside each other', sagaOf(...named.map((step) => async(step)))],
  ['each waiting for the one before it', sagaOf(...named.map((step, index) => async(step, { needs: theOneBefore(index) })))],
  ['without a compensation but the first', sagaOf(...named.map((step, index) => plain(step, index === 0 ? {} : { undo: false })))],
])('ten thousand steps, %s', (_, graph) => {
  it('go forward, back, forward again and to the end', () => {
    expect(run(initialState(graph, { compensationRetry: null }), 1)).toMatchObject({ end: 'completed', passes: 2 });
  });

  it('go forward, back, forward and back to the end', () => {
    expect(run(initialState(graph, { compensationRetry: null }), 2)).toMatchObject({ end: 'compensated', passes: 2 });
  });
});
