// class-saga alone, for ten seconds.
import { answer, taskOfChild } from '../child.js';
import { candidateOf } from './candidate.js';
import type { Shape } from './shapes.js';

const durationMs = 10_000;
const timesATurn = 100;

const shape = taskOfChild<Shape>();
const candidate = await candidateOf('class-saga', shape);
let executions = 0;
for (const endsAtMs = performance.now() + durationMs; performance.now() < endsAtMs; executions += timesATurn * shape.atATime) {
  await candidate!.run(timesATurn);
}
answer(executions);
