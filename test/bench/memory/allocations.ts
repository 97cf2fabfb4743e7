// How much an execution allocates: read off the heap before and after many of them, in a young generation so large that none of it is
// collected in between.
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, taskOfChild } from '../child.js';
import { candidateOf } from './candidate.js';
import type { ContenderName } from './contenders.js';
import type { Shape } from './shapes.js';

export interface Allocating {
  readonly shape: Shape;
  readonly contender: 'by-hand' | ContenderName;
}

const executions = 10_000;

const { shape, contender } = taskOfChild<Allocating>();
const candidate = await candidateOf(contender, shape);
let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ['gc'] });

await candidate!.run(3 * executions); // compiled code allocates less
gc!();
await sleep(100); // the observer is told later
collections = 0;
const beforeBytes = process.memoryUsage().heapUsed;
await candidate!.run(executions);
const allocatedBytes = process.memoryUsage().heapUsed - beforeBytes;
await sleep(100);
if (collections > 0) throw new Error(`garbage was collected while ${contender} was read: the young generation is too small for this`);
answer(allocatedBytes / executions);
