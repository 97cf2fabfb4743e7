import { inChild } from '../child.js';
import { ratioOf, significant } from '../figures.js';
import type { Measured } from '../measure.js';
import type { Section } from '../report.js';
import type { Comparison } from './compare.js';
import type { ContenderName } from './contenders.js';
import { contenders } from './contenders.js';
import type { Shape, ShapeName } from './shapes.js';
import { shapes } from './shapes.js';

/** How a shape went, by contender; without those that cannot do it. */
export interface Compared {
  readonly shape: Shape;
  readonly measured: ReadonlyMap<string, Measured>;
}

/** Compares the contenders in each shape, in a child process for each. `module` is `memory/compare` as built. */
export async function compared(module: string, names: readonly ContenderName[], of: readonly ShapeName[]): Promise<readonly Compared[]> {
  const all: Compared[] = [];
  for (const shapeName of of) {
    const shape = shapes[shapeName];
    const task: Comparison = { shape, names };
    const measured = await inChild<readonly Measured[]>(module, task);
    all.push({ shape, measured: new Map(measured.map((one) => [one.name, one])) });
    console.log(`${shape.title}: ${measured.map(({ name, ratio }) => `${name} ${ratioOf(ratio)}`).join(', ')}`);
  }
  return all;
}

/** By hand in microseconds, the others as a ratio to it. */
export function ratioTable(names: readonly ContenderName[], all: readonly Compared[]): Pick<Section, 'head' | 'rows'> {
  const [byHand, ...others] = names;
  return {
    head: ['', ...names.map((name) => contenders[name])],
    rows: all.map(({ shape, measured }) => [
      shape.title,
      `${significant(measured.get(byHand!)!.medianUs / shape.atATime)} µs`,
      ...others.map((name) => ratioCell(measured.get(name))),
    ]),
  };
}

/** What one step costs by hand and in class-saga, and the ratios to by hand. */
export function growthTable(names: readonly ContenderName[], all: readonly Compared[]): Pick<Section, 'head' | 'rows'> {
  const [byHand, ...others] = names;
  const nsPerStep = ({ shape, measured }: Compared, name: ContenderName): string =>
    `${significant((measured.get(name)!.medianUs * 1_000) / shape.steps)} ns`;
  return {
    head: ['', 'a step by hand', 'a step of class-saga', ...others.map((name) => contenders[name])],
    rows: all.map((one) => [
      one.shape.title,
      nsPerStep(one, byHand!),
      nsPerStep(one, 'class-saga'),
      ...others.map((name) => ratioCell(one.measured.get(name))),
    ]),
  };
}

function ratioCell(measured: Measured | undefined): string {
  return measured === undefined ? '–' : ratioOf(measured.ratio);
}
