// What class-saga costs, next to others: `npm run bench`, or a part of it: `npm run bench -- di`. Results go to RESULTS.md.
// While one works on it, with nothing written: `npm run bench -- compare happy` compares in that shape (`compare happy class-saga`: only
// that one, to by hand), `npm run bench -- profile happy` executes it in class-saga for ten seconds, under the engine's profiler, and
// `npm run bench -- log sqlite` prints one section of what is measured on a log. The shapes are in memory/shapes.ts.
import { built } from './built.js';
import { di } from './di/main.js';
import { durable } from './durable/main.js';
import { endurance } from './endurance/main.js';
import { compareAll } from './memory/comparison.js';
import type { ContenderName } from './memory/contenders.js';
import { everyone, isContenderName } from './memory/contenders.js';
import { memory } from './memory/main.js';
import { profile } from './memory/profile.js';
import type { ShapeName } from './memory/shapes.js';
import { isShapeName, shapes } from './memory/shapes.js';
import { installPeers } from './peers.js';
import type { Section } from './report.js';
import { textOf, writeChapter } from './results.js';

interface Part {
  readonly title: string;
  readonly needsPeers: boolean;
  readonly sections: () => Promise<readonly Section[]>;
}

const parts: Readonly<Record<string, Part>> = {
  memory: { title: 'In memory', needsPeers: true, sections: memory },
  endurance: { title: 'Endurance', needsPeers: false, sections: endurance },
  di: { title: 'Dependency injection', needsPeers: false, sections: di },
  durable: { title: 'On a log', needsPeers: true, sections: () => durable() },
};
const titles = Object.values(parts).map(({ title }) => title);

const [, , mode, ...names] = process.argv;
if (mode === undefined) for (const part of Object.values(parts)) await run(part);
else if (mode === 'compare') await compare(shapeNamed(names[0]), names.slice(1).map(contenderNamed));
else if (mode === 'log') await log(names);
else if (mode === 'profile') await profile(shapeNamed(names[0]));
else await run(parts[mode] ?? failWith(`there is no part ${mode}; there are ${Object.keys(parts).join(', ')}`));

async function run({ title, needsPeers, sections }: Part): Promise<void> {
  if (needsPeers) installPeers();
  console.log(`\n${writeChapter(title, await sections(), titles)}\n`);
}

async function compare(shape: ShapeName, contenders: readonly ContenderName[]): Promise<void> {
  installPeers();
  await compareAll(built('memory/compare')('memory/compare'), contenders.length === 0 ? everyone : contenders, [shape]);
}

async function log(sections: readonly string[]): Promise<void> {
  installPeers();
  for (const section of await durable(sections)) console.log(`\n${textOf(section)}`);
}

function shapeNamed(name = ''): ShapeName {
  return isShapeName(name) ? name : failWith(`there is no shape '${name}'; there are ${Object.keys(shapes).join(', ')}`);
}

function contenderNamed(name: string): ContenderName {
  return isContenderName(name) ? name : failWith(`there is no contender '${name}'; there are ${everyone.join(', ')}`);
}

function failWith(problem: string): never {
  throw new Error(problem);
}
