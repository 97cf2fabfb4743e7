// What executions in memory cost: `npm run bench -- memory`.
import { built } from '../built.js';
import { inChild } from '../child.js';
import { significant } from '../figures.js';
import type { Section } from '../report.js';
import type { Allocating } from './allocations.js';
import { compareAll, growthTable, ratioTable } from './comparison.js';
import { everyone, ours } from './contenders.js';
import type { ShapeName } from './shapes.js';
import { shapes } from './shapes.js';

const alone: readonly ShapeName[] = ['happy', 'failing', 'parallel', 'parallel-failing', 'in-flight'];
const inAnApplication: readonly ShapeName[] = ['different', 'observed'];
const withByName = [...everyone, 'by-name'] as const;
const growing: readonly ShapeName[] = [
  'steps-100', 'steps-1000', 'steps-10000', 'steps-100-failing', 'steps-1000-failing', 'steps-10000-failing',
];

export async function memory(): Promise<readonly Section[]> {
  const at = built('memory/compare', 'memory/allocations');
  const compare = at('memory/compare');
  return [
    {
      title: 'One saga',
      explanation:
        'Trivial async steps, one after the other where nothing else is said; an execution in microseconds by hand, and what the others ' +
        'take of that. node-sagas has no steps at the same time.',
      ...ratioTable(everyone, await compareAll(compare, everyone, alone)),
    },
    {
      title: 'In an application',
      explanation: 'There, more than one saga is executed, and somebody looks on: the observer counts the events.',
      ...ratioTable(ours, await compareAll(compare, ours, inAnApplication)),
    },
    {
      title: 'Many steps',
      explanation:
        'What a step costs should not depend on how many there are; where the last one fails, its cost includes that of its undoing. ' +
        'By hand the steps are functions in an array. “Methods by name” is by hand, too, but with the steps as methods of a class that ' +
        'are found by their names, and with effects kept by name: 20,000 methods and 10,000 effects outgrow the caches of the processor, ' +
        'whoever calls them. Medusa takes seven seconds for 400 steps and grows with their cube, so it ends at 100.',
      ...growthTable(withByName, await compareAll(compare, withByName, growing)),
    },
    {
      title: 'Allocated by an execution',
      explanation: 'Bytes on the heap after 10,000 executions between which nothing was collected, for each of them.',
      head: ['', 'by hand', 'class-saga', 'ratio'],
      rows: [await allocated(at('memory/allocations'), 'happy'), await allocated(at('memory/allocations'), 'failing')],
    },
  ];
}

async function allocated(module: string, of: 'happy' | 'failing'): Promise<readonly string[]> {
  const shape = shapes[of];
  const bytesOf = (contender: Allocating['contender']): Promise<number> => {
    const task: Allocating = { shape, contender };
    // Megabytes, for each of the two halves of the young generation.
    return inChild(module, task, ['--expose-gc', '--min-semi-space-size=1024', '--max-semi-space-size=1024']);
  };
  const [byHand, classSaga] = [await bytesOf('by-hand'), await bytesOf('class-saga')];
  return [shape.title, `${significant(byHand)} B`, `${significant(classSaga)} B`, `${significant(classSaga / byHand)}×`];
}
