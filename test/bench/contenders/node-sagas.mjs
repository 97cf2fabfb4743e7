// A built saga remembers what it did and is good for one execution: what is defined once is the builder.
import nodeSagas from 'node-sagas';
import { calls, refused } from '../work.ts';

const { SagaBuilder } = nodeSagas;

export function five() {
  const builder = new SagaBuilder()
    .step('first').invoke(async (order) => { calls.steps += 1; order.first = 1; }).withCompensation(async () => { calls.undos += 1; })
    .step('second').invoke(async (order) => { calls.steps += 1; order.second = 2; }).withCompensation(async () => { calls.undos += 1; })
    .step('third').invoke(async (order) => { calls.steps += 1; order.third = 3; }).withCompensation(async () => { calls.undos += 1; })
    .step('fourth').invoke(async (order) => { calls.steps += 1; order.fourth = 4; }).withCompensation(async () => { calls.undos += 1; })
    .step('fifth').invoke(async (order) => {
      calls.steps += 1;
      if (order.fails) throw refused;
      order.fifth = 5;
    });
  return ({ fails }) => builder.build().execute({ fails, first: 0, second: 0, third: 0, fourth: 0, fifth: 0 });
}

export function steps(count) {
  const builder = new SagaBuilder();
  for (let step = 1; step < count; step++) {
    builder
      .step(`step${step}`)
      .invoke(async (order) => { calls.steps += 1; order.effects.push(step); })
      .withCompensation(async () => { calls.undos += 1; });
  }
  builder.step(`step${count}`).invoke(async (order) => {
    calls.steps += 1;
    if (order.fails) throw refused;
    order.effects.push(count);
  });
  return ({ fails }) => builder.build().execute({ fails, effects: [] });
}
