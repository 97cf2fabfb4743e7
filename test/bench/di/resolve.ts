// One kind of dependencies in a process of its own.
import { SagaRunner } from 'class-saga';
import { fromContainer } from 'class-saga/tsyringe';
import { container } from 'tsyringe';
import { answer, taskOfChild } from '../child.js';
import type { Candidate, Durations } from '../measure.js';
import { measure } from '../measure.js';
import { calls } from '../work.js';
import type { Kind } from './trip.js';
import { tripWith } from './trip.js';

const { saga, byHand } = tripWith(taskOfChild<Kind>());
const plainRunner = new SagaRunner({ resolver: { open: () => ({ saga: byHand() }) } });
const containerRunner = new SagaRunner({ resolver: fromContainer(container) });

const candidates = {
  byHand: making('by hand', byHand),
  resolve: making('resolve', () => container.resolve(saga)),
  child: making('child', () => container.createChildContainer()),
  childAndResolve: making('child and resolve', () => container.createChildContainer().resolve(saga)),
  plainRun: running('plain run', plainRunner),
  containerRun: running('container run', containerRunner),
};

export type Cost = keyof typeof candidates;
export type Costs = Readonly<Record<Cost, Durations>>;

const durations = await measure(Object.values(candidates), 15);
answer(Object.fromEntries(Object.keys(candidates).map((cost, index) => [cost, durations[index]])));

function making(name: string, make: () => object): Candidate {
  let last: object | null = null; // held, so that the making of it is not optimised away
  return {
    name,
    async run(times) {
      for (let time = 0; time < times; time++) last = make();
      if (last === null) throw new Error(`${name} made nothing`);
    },
  };
}

function running(name: string, runner: SagaRunner): Candidate {
  return {
    name,
    async run(times) {
      calls.steps = 0;
      for (let time = 0; time < times; time++) await runner.run(saga, undefined);
      if (calls.steps !== times) throw new Error(`${name} ran ${calls.steps} steps and not ${times}`);
    },
  };
}
