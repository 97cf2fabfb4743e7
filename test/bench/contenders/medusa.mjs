// Medusa's workflows without its container: what is not stored elsewhere is kept in memory until it ends.
import workflows from '@medusajs/workflows-sdk';
import { calls, refused } from '../work.ts';

const { createStep, createWorkflow, parallelize, StepResponse, WorkflowResponse } = workflows;

const step = (effect) => createStep(
  `step${effect}`,
  async () => { calls.steps += 1; return new StepResponse(effect, effect); },
  async () => { calls.undos += 1; },
);
const lastStep = (effect) => createStep(`step${effect}`, async ({ fails }) => {
  calls.steps += 1;
  if (fails) throw refused;
  return new StepResponse(effect);
});

export function five() {
  const [one, two, three, four] = [1, 2, 3, 4].map(step);
  const last = lastStep(5);
  const saga = createWorkflow('five', function (order) {
    return new WorkflowResponse({ first: one(), second: two(), third: three(), fourth: four(), fifth: last(order) });
  });
  return (order) => saga.run({ input: order });
}

export function oneThreeOne() {
  const [one, two, three, four] = [1, 2, 3, 4].map(step);
  const last = lastStep(5);
  const saga = createWorkflow('oneThreeOne', function (order) {
    const first = one();
    const [second, third, fourth] = parallelize(two(), three(), four());
    return new WorkflowResponse({ first, second, third, fourth, fifth: last(order) });
  });
  return (order) => saga.run({ input: order });
}

export function steps(count) {
  if (count > 100) return undefined; // seven seconds for 400, and it grows with their cube
  const undoable = Array.from({ length: count - 1 }, (_, index) => step(index + 1));
  const last = lastStep(count);
  const saga = createWorkflow(`steps${count}`, function (order) {
    return new WorkflowResponse([...undoable.map((each) => each()), last(order)]);
  });
  return (order) => saga.run({ input: order });
}
