// Whether anything is left behind: `npm run bench -- endurance`.
import { built } from '../built.js';
import { inChild } from '../child.js';
import { shapes } from '../memory/shapes.js';
import type { Section } from '../report.js';

export async function endurance(): Promise<readonly Section[]> {
  const child = built('endurance/execute')('endurance/execute');
  const rows: string[][] = [];
  for (const shape of [shapes.happy, shapes.failing]) {
    const bytes = await inChild<readonly number[]>(child, shape, ['--expose-gc']);
    rows.push([shape.title, ...bytes.map((used) => `${(used / 1e6).toFixed(2)} MB`)]);
  }
  return [
    {
      title: 'Ten million sagas in one process',
      explanation: 'The heap after each million executions, one after the other, when its garbage was collected.',
      head: ['after million', ...Array.from({ length: 10 }, (_, index) => String(index + 1))],
      rows,
    },
  ];
}
