// What it costs that a container supplies the instance of each execution: `npm run bench -- di`.
import { built } from '../built.js';
import { inChild } from '../child.js';
import { ratioOf, significant } from '../figures.js';
import type { Section } from '../report.js';
import type { Resolved } from './resolve.js';
import type { Kind } from './trip.js';

const kinds: Readonly<Record<Kind, string>> = {
  singletons: 'six singletons',
  transients: 'six transients',
  oneScoped: 'five singletons, one ContainerScoped',
};

export async function di(): Promise<readonly Section[]> {
  const child = built('di/resolve')('di/resolve');
  const all: Resolved[] = [];
  for (const kind of Object.keys(kinds)) all.push(await inChild<Resolved>(child, kind));

  const costs = all.map(({ construction, execution }) => [...construction, ...execution]);
  const rows = costs[0]!.map(({ name }, row) => [name, ...costs.map((column) => us(column[row]!.medianUs))]);
  const added = all.map(({ execution: [plain, fromContainer] }) => us(fromContainer!.medianUs - plain!.medianUs));
  const ratios = all.map(({ execution: [, fromContainer] }) => ratioOf(fromContainer!.ratio));
  return [
    {
      title: 'A saga with six dependencies',
      explanation: 'What an execution pays in tsyringe for being given its instance, apart, and in all in a run of a saga of one step.',
      head: ['', ...Object.values(kinds)],
      rows: [...rows, ['what `fromContainer` adds', ...added], ['as a ratio of the two runs', ...ratios]],
    },
  ];
}

function us(value: number): string {
  return `${significant(value)} µs`;
}
