import { inChild } from '../child.js';
import { ratioOf, significant } from '../figures.js';
import type { Section } from '../report.js';
import { medianOf, ratiosTo } from '../statistics.js';
import type { Compared, Comparing } from './compare.js';
import type { ContenderName } from './contenders.js';
import { contenders } from './contenders.js';
import type { Shape, ShapeName } from './shapes.js';
import { shapes } from './shapes.js';

/** Every contender has this many processes for a shape, in turn with the others: compiled code differs a little from one to the next. */
const passes = 3;
const roundsOfPass = 7;
/** Medusa's runs of one workflow share an emitter, and Node warns where more than ten are in flight. */
const quiet = ['--disable-warning=MaxListenersExceededWarning'];

export interface Row {
  readonly shape: Shape;
  readonly rounds: ReadonlyMap<ContenderName, NonNullable<Compared>>;
}

/** `module` is `memory/compare` as built. */
export async function compareAll(module: string, names: readonly ContenderName[], of: readonly ShapeName[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const shapeName of of) {
    const row = { shape: shapes[shapeName], rounds: await roundsOf(module, names, shapes[shapeName]) };
    const ratios = names.map((name) => `${contenders[name]} ${ratioCell(row, name)}`);
    console.log(`${row.shape.title}: ${ratios.join(', ')}`);
    rows.push(row);
  }
  return rows;
}

async function roundsOf(module: string, names: readonly ContenderName[], shape: Shape): Promise<Row['rounds']> {
  const rounds = new Map<ContenderName, NonNullable<Compared>>();
  for (let pass = 0; pass < passes; pass++) {
    for (const contender of names) {
      const task: Comparing = { shape, contender, rounds: roundsOfPass };
      const more = await inChild<Compared>(module, task, quiet);
      if (more === null) continue;
      const { byHand, contender: others } = rounds.get(contender) ?? { byHand: [], contender: [] };
      rounds.set(contender, { byHand: [...byHand, ...more.byHand], contender: [...others, ...more.contender] });
    }
  }
  return rounds;
}

/** What an execution costs by hand, and the ratios of the others to that. */
export function ratioTable(names: readonly ContenderName[], rows: readonly Row[]): Pick<Section, 'head' | 'rows'> {
  return {
    head: ['', 'by hand', ...names.map((name) => contenders[name])],
    rows: rows.map((row) => [row.shape.title, `${significant(byHandUs(row))} µs`, ...names.map((name) => ratioCell(row, name))]),
  };
}

/** What a step costs by hand and in class-saga, and the ratios to by hand. */
export function growthTable(names: readonly ContenderName[], rows: readonly Row[]): Pick<Section, 'head' | 'rows'> {
  const nsPerStep = ({ shape }: Row, us: number): string => `${significant((us * 1_000) / shape.steps)} ns`;
  return {
    head: ['', 'a step by hand', 'a step of class-saga', ...names.map((name) => contenders[name])],
    rows: rows.map((row) => [
      row.shape.title,
      nsPerStep(row, byHandUs(row)),
      nsPerStep(row, medianOf(row.rounds.get('class-saga')!.contender)),
      ...names.map((name) => ratioCell(row, name)),
    ]),
  };
}

/** Of one execution, in microseconds, in all rounds whoever else was in them. */
function byHandUs({ shape, rounds }: Row): number {
  return medianOf([...rounds.values()].flatMap(({ byHand }) => byHand)) / shape.atATime;
}

function ratioCell({ rounds }: Row, name: ContenderName): string {
  const of = rounds.get(name);
  return of === undefined ? '–' : ratioOf(ratiosTo(of.byHand, of.contender));
}
