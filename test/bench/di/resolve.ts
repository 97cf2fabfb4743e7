// One kind of dependencies in a process of its own.
import { SagaRunner } from 'class-saga';
import { fromContainer } from 'class-saga/tsyringe';
import { container } from 'tsyringe';
import { answer, taskOfChild } from '../child.js';
import type { Candidate, Measured } from '../measure.js';
import { measure } from '../measure.js';
import { calls } from '../work.js';
import type { Kind } from './trip.js';
import { tripWith } from './trip.js';

export interface Resolved {
  readonly construction: readonly Measured[];
  /** The first with a plain resolver, the second with `fromContainer`. */
  readonly execution: readonly Measured[];
}

const { saga, byHand } = tripWith(taskOfChild<Kind>());

const resolved: Resolved = {
  construction: await measure([
    making('by hand', byHand),
    making('`container.resolve(Trip)`', () => container.resolve(saga)),
    making('`container.createChildContainer()`', () => container.createChildContainer()),
    making('`container.createChildContainer().resolve(Trip)`', () => container.createChildContainer().resolve(saga)),
  ]),
  execution: await measure([
    running('`runner.run(Trip)`, made by hand in a plain resolver', new SagaRunner({ resolver: { open: () => ({ saga: byHand() }) } })),
    running('`runner.run(Trip)`, `fromContainer`', new SagaRunner({ resolver: fromContainer(container) })),
  ]),
};
answer(resolved);

function making(name: string, make: () => object): Candidate {
  let last: object; // held, so that the making of it is not optimised away
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
