// What of a saga's shape an execution relies on that began with another version of the code. An execution on a log keeps the fingerprint
// of its graph, and is gone on with only by code that has the same, or, where that is allowed, the same up to where the execution is.
//
// Counted is what its events are read by: the steps' paths and order, what runs beside what, needs, which steps have a compensation or a
// fallback, what a compensation requires and needs, delivery, and where a sub-saga is opened or a step class used. Not counted is what may
// change under way: source text, the names of methods and of the classes that are used, time limits, retries, `@Finally`.
import { createHash } from 'node:crypto';
import { subPath } from './paths.js';
import type { SagaGraph, StepNode } from './saga-graph.js';

/** 128 bits, as hexadecimal digits. */
const length = 32;

/** Of the whole graph, with the declared version, and those of its sub-sagas. */
export function fingerprintOf(graph: SagaGraph): string {
  return fingerprintsOf(graph).whole;
}

/**
 * For each number of stages from 1, the fingerprint of the stages up to there, each as a whole. The saga's name counts in them, and no
 * version does: what differs in its version alone is just what is to be compared by them.
 */
export function prefixesOf(graph: SagaGraph): readonly string[] {
  return fingerprintsOf(graph).prefixes;
}

interface Fingerprints {
  readonly whole: string;
  readonly prefixes: readonly string[];
}

const known = new WeakMap<SagaGraph, Fingerprints>();

function fingerprintsOf(graph: SagaGraph): Fingerprints {
  let fingerprints = known.get(graph);
  if (fingerprints === undefined) {
    fingerprints = computeFingerprints(graph);
    known.set(graph, fingerprints);
  }
  return fingerprints;
}

function computeFingerprints(graph: SagaGraph): Fingerprints {
  const stepNamed = new Map(graph.steps.map((step) => [step.name, step]));
  const prefixes: string[] = [];
  let prefix = hashOf(['saga', graph.saga]);
  for (const names of graph.stages) {
    prefix = hashOf(['stage', prefix, names.map((name) => whatCountsOf(stepNamed.get(name)!))]);
    prefixes.push(prefix);
  }
  return { whole: hashOf(['whole', prefix, versionsIn(graph, '')]), prefixes };
}

/** Lists and not records, so that nothing depends on the order in which properties were written. */
function whatCountsOf({ name, async, needs, delivery, opens, stepClass, compensation, fallback }: StepNode): unknown {
  return [
    name,
    async,
    needs,
    delivery,
    opens === null ? null : [opens.effect],
    stepClass !== null,
    compensation === null ? null : [compensation.requiresEffect, compensation.needs],
    fallback !== null,
  ];
}

/** Of the saga, and of every one in it, by path. */
function versionsIn({ version, subSagas }: SagaGraph, within: string): unknown {
  return [
    within,
    version,
    subSagas.map(({ path, graph }) => versionsIn(graph, subPath(within, path))),
  ];
}

/** JSON tells any two of these apart: it escapes what is in a name, a lone surrogate included. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, length);
}
