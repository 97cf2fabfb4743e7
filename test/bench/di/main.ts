// What it costs that a container supplies the instance of each execution: `npm run bench -- di`.
import { createRequire } from 'node:module';
import { built } from '../built.js';
import { inChild } from '../child.js';
import { ratioOf, significant } from '../figures.js';
import type { Section } from '../report.js';
import { medianOf, ratiosTo } from '../statistics.js';
import type { Cost, Costs } from './resolve.js';
import type { Kind } from './trip.js';

const kinds: Readonly<Record<Kind, string>> = {
  singletons: 'six singletons',
  transients: 'six transients',
  oneScoped: 'five singletons, one ContainerScoped',
};

const costs: Readonly<Record<Cost, string>> = {
  byHand: 'the instance, made by hand',
  resolve: '`container.resolve(Trip)`',
  child: '`container.createChildContainer()`',
  childAndResolve: '`container.createChildContainer().resolve(Trip)`',
  plainRun: '`runner.run(Trip)`, with a resolver that makes it by hand',
  containerRun: '`runner.run(Trip)`, with `fromContainer(container)`',
};

/** tsyringe wants it loaded before itself, and a bundle in parts keeps no order of imports between them. */
const reflectMetadata = `--require=${createRequire(import.meta.url).resolve('reflect-metadata')}`;

export async function di(): Promise<readonly Section[]> {
  const child = built('di/resolve')('di/resolve');
  const all: Costs[] = [];
  for (const kind of Object.keys(kinds)) all.push(await inChild<Costs>(child, kind, [reflectMetadata]));
  const us = (cost: Cost): string[] => all.map((of) => microseconds(medianOf(of[cost])));
  return [
    {
      title: 'A saga with six dependencies',
      explanation: 'What an execution pays for being given its instance, apart, and in all in a run of a saga of one trivial step.',
      head: ['', ...Object.values(kinds)],
      rows: [
        ...(Object.keys(costs) as Cost[]).map((cost) => [costs[cost], ...us(cost)]),
        ['what `fromContainer` adds', ...all.map((of) => microseconds(medianOf(of.containerRun) - medianOf(of.plainRun)))],
        ['the two runs as a ratio', ...all.map((of) => ratioOf(ratiosTo(of.plainRun, of.containerRun)))],
      ],
    },
  ];
}

function microseconds(us: number): string {
  return `${significant(us)} µs`;
}
