// Ten million executions, one after the other. They yield to timers and I/O every hundred thousand; in between there are only microtasks.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { answer, taskOfChild } from '../child.js';
import { candidateOf } from '../memory/candidate.js';
import type { Shape } from '../memory/shapes.js';

const candidate = await candidateOf('class-saga', taskOfChild<Shape>());
const heapBytes: number[] = [];
for (let million = 1; million <= 10; million++) {
  for (let turn = 0; turn < 10; turn++) {
    await candidate!.run(100_000);
    await nextTurn();
  }
  gc!();
  heapBytes.push(process.memoryUsage().heapUsed);
}
answer(heapBytes);
