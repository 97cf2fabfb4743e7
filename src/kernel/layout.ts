import { localName } from '../graph/paths.js';
import type { SagaGraph } from '../graph/saga-graph.js';

/** What the kernel looks up in a graph again and again, computed once per graph. Steps are indices here. */
export interface Layout {
  readonly graph: SagaGraph;
  readonly indexOf: ReadonlyMap<string, number>;
  /** The name of each step in its own saga. */
  readonly localNames: readonly string[];
  /** The first step of each stage, and behind the last stage the number of steps. */
  readonly firstOfStage: readonly number[];
  /** How many of its own stage's steps each step needs. */
  readonly siblingsNeeded: readonly number[];
  /** The steps of its own stage that need this one. */
  readonly dependentSiblings: readonly (readonly number[])[];
  /** The step that opens the sub-saga each step belongs to; −1: it belongs to the saga itself (R24). */
  readonly openingOf: readonly number[];
  /** The steps that belong to a sub-saga itself, by its path; those of the saga under `''`. */
  readonly stepsWithin: ReadonlyMap<string, readonly number[]>;
}

const layouts = new WeakMap<SagaGraph, Layout>();

export function layoutOf(graph: SagaGraph): Layout {
  let layout = layouts.get(graph);
  if (layout === undefined) {
    layout = computeLayout(graph);
    layouts.set(graph, layout);
  }
  return layout;
}

function computeLayout(graph: SagaGraph): Layout {
  const indexOf = new Map(graph.steps.map((step, index) => [step.name, index]));
  const firstOfStage: number[] = [];
  let first = 0;
  for (const stage of graph.stages) {
    firstOfStage.push(first);
    first += stage.length;
  }
  firstOfStage.push(first);

  const siblingsNeeded = graph.steps.map(() => 0);
  const dependentSiblings: number[][] = graph.steps.map(() => []);
  const stepsWithin = new Map<string, number[]>();
  graph.steps.forEach((step, index) => {
    const siblings = stepsWithin.get(step.within);
    if (siblings === undefined) stepsWithin.set(step.within, [index]);
    else siblings.push(index);
    for (const name of step.needs) {
      const needed = indexOf.get(name)!;
      if (graph.steps[needed]!.stage === step.stage) {
        siblingsNeeded[index]! += 1;
        dependentSiblings[needed]!.push(index);
      }
    }
  });
  const openingOf = graph.steps.map(({ within }) => (within === '' ? -1 : indexOf.get(within)!));
  const localNames = graph.steps.map(({ name }) => localName(name));
  return { graph, indexOf, localNames, firstOfStage, siblingsNeeded, dependentSiblings, openingOf, stepsWithin };
}
