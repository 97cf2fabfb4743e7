import { describe, expect, it } from 'vitest';
import { effectsWithin } from '../../src/kernel/effects.js';
import { evolve } from '../../src/kernel/evolve.js';
import { plan } from '../../src/kernel/plan.js';
import type { ExecutionState } from '../../src/kernel/state.js';
import { initialState } from '../../src/kernel/state.js';
import { cancelled, committed, failed, retry, rolledBack, savepoint, skipped, succeeded, undone } from './facts.js';
import { async, plain, sagaOf, subSaga } from './graphs.js';

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
    } else if (command.type === 'savepoint') {
      evolve(state, savepoint);
    } else if (command.type === 'commit') {
      evolve(state, committed);
    } else if (command.type === 'roll-back') {
      evolve(state, rolledBack);
    }
  }
  return state;
}

const theOneBefore = (index: number): string[] => named.slice(Math.max(0, index - 1), index);

const inMemory = { compensationRetry: null, transaction: 'none', haltsWhenStuck: false } as const;

describe.each([
  ['one after the other', sagaOf(...named.map((step) => plain(step)))],
  ['beside each other', sagaOf(...named.map((step) => async(step)))],
  ['each waiting for the one before it', sagaOf(...named.map((step, index) => async(step, { needs: theOneBefore(index) })))],
  ['without a compensation but the first', sagaOf(...named.map((step, index) => plain(step, index === 0 ? {} : { undo: false })))],
])('ten thousand steps, %s', (_, graph) => {
  it('go forward, back, forward again and to the end', () => {
    expect(run(initialState(graph, inMemory), 1)).toMatchObject({ end: 'completed', passes: 2 });
  });

  it('go forward, back, forward and back to the end', () => {
    expect(run(initialState(graph, inMemory), 2)).toMatchObject({ end: 'compensated', passes: 2 });
  });

  it('do so in a transaction with savepoints (R21)', () => {
    const settings = { compensationRetry: null, transaction: 'savepoints', haltsWhenStuck: false } as const;
    expect(run(initialState(graph, settings), 1)).toMatchObject({ end: 'completed', passes: 2, transaction: 'over' });
    expect(run(initialState(graph, settings), 2)).toMatchObject({ end: 'compensated', passes: 2, transaction: 'over' });
  });
});

describe('ten thousand steps of a sub-saga', () => {
  const graph = sagaOf(subSaga('sub', {}, ...named.map((step) => plain(step))));
  const opening = { type: 'step-begun', step: 'sub', round: 1, attempt: 1 } as const;
  const settings = { compensationRetry: null, transaction: 'none', haltsWhenStuck: false } as const;
  const opened = () => evolve(evolve(initialState(graph, settings), { type: 'execution-begun' }), opening);

  it('are skipped with it (R24)', () => {
    expect(run(evolve(opened(), skipped('sub')), 0)).toMatchObject({ end: 'completed' });
  });

  it('come to one effect, and are undone when the execution is cancelled (R19, R24)', () => {
    const state = evolve(opened(), succeeded('sub'));
    let left = steps - 1;
    for (let command = plan(state); command !== undefined && left > 0; command = plan(state)) {
      evolve(state, command.event);
      if (command.type === 'execute-step') evolve(state, succeeded(command.event.step, left--));
    }
    expect(Object.keys(effectsWithin(state, 'sub'))).toHaveLength(steps - 1);
    evolve(state, cancelled());
    expect(run(state, 0)).toMatchObject({ end: 'compensated' });
  });
});
