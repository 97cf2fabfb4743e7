import type { SagaGraph, StepNode } from '../graph/saga-graph.js';
import type { CompensationBegun, SagaEvent, StepBegun } from './events.js';
import { layoutOf } from './layout.js';
import { setOwn } from './own-property.js';
import { none } from './state.js';

// The straight course of an execution: every step succeeds at its first run; or a plain one fails for good, and every compensation simply
// undoes. Nothing on it has to be decided, so a driver may follow it without asking the kernel at each turn, and without a state: what
// has happened follows from how far it has come. The moment anything else happens, `eventsSoFar` says it all, and the kernel takes over.

export interface StraightCourse {
  readonly nodes: readonly StepNode[];
  /** What says that each step begins: on this course always the same. */
  readonly begun: readonly StepBegun[];
  /** Behind each step's stage. */
  readonly endOfStage: readonly number[];
  readonly needs: readonly (readonly Need[])[];
  readonly compensationNeeds: readonly (readonly Need[])[];
  /** Which call of its compensation undoes each step: on this course always the first. */
  readonly undone: readonly FirstUndo[];
  /** An object with a property for each step: a copy of it is quicker made than one that grows. `null`: not with these names. */
  readonly template: Readonly<Record<string, undefined>> | null;
}

export type FirstUndo = Pick<CompensationBegun, 'step' | 'round' | 'undo' | 'attempt'>;

/** A step that is needed: its name, and where it is. */
export interface Need {
  readonly name: string;
  readonly index: number;
}

const courses = new WeakMap<SagaGraph, StraightCourse | null>();

/** `null`: the saga has none, because it has parts of its own (R24), or steps that await siblings of their stage (R2). */
export function straightCourseOf(graph: SagaGraph): StraightCourse | null {
  let course = courses.get(graph);
  if (course === undefined) {
    course = hasStraightCourse(graph) ? computeCourse(graph) : null;
    courses.set(graph, course);
  }
  return course;
}

function hasStraightCourse(graph: SagaGraph): boolean {
  const { siblingsNeeded } = layoutOf(graph);
  return graph.steps.every(({ opens, stepClass }, index) => opens === null && stepClass === null && siblingsNeeded[index] === 0);
}

function computeCourse(graph: SagaGraph): StraightCourse {
  const { steps } = graph;
  const { firstOfStage, indexOf } = layoutOf(graph);
  const found = (needs: readonly string[]): Need[] => needs.map((name) => ({ name, index: indexOf.get(name)! }));
  return {
    nodes: steps,
    begun: steps.map(({ name }) => Object.freeze({ type: 'step-begun', step: name, round: 1, attempt: 1 })),
    endOfStage: steps.map(({ stage }) => firstOfStage[stage + 1]!),
    needs: steps.map(({ needs }) => found(needs)),
    compensationNeeds: steps.map(({ compensation }) => found(compensation?.needs ?? [])),
    undone: steps.map(({ name }) => Object.freeze({ step: name, round: 1, undo: 1, attempt: 1 })),
    template: indexOf.has('__proto__') ? null : Object.fromEntries(steps.map(({ name }) => [name, undefined])),
  };
}

const noEffects: Readonly<Record<string, unknown>> = Object.freeze({});

/** What a method named in its needs, by name. */
export function effectsAt(needs: readonly Need[], effects: readonly unknown[]): Readonly<Record<string, unknown>> {
  if (needs.length === 0) return noEffects;
  const needed: Record<string, unknown> = {};
  for (const { name, index } of needs) setOwn(needed, name, effects[index]);
  return needed;
}

/** The effects of a completed execution, by name; of steps that returned nothing there are none. */
export function effectsByName({ nodes, template }: StraightCourse, effects: readonly unknown[]): Record<string, unknown> {
  const byName: Record<string, unknown> = template !== null && !effects.includes(undefined) ? { ...template } : {};
  for (let index = 0; index < nodes.length; index++) {
    if (effects[index] !== undefined) setOwn(byName, nodes[index]!.name, effects[index]);
  }
  return byName;
}

/** What steps emitted, in declaration order (R20). */
export function emittedInOrder(emitted: Progress['emitted']): readonly unknown[] {
  if (emitted === null) return none;
  const inOrder = [...emitted].sort(([one], [other]) => one - other);
  return Object.freeze(inOrder.flatMap(([, events]) => events));
}

/** The effect of a step that has begun, and not settled. */
export const unsettled: unique symbol = Symbol('unsettled');

export interface Failure {
  readonly step: number;
  readonly error: unknown;
  readonly outcome: 'failed' | 'aborted';
}

/** How far an execution has come. */
export interface Progress {
  /** The steps before this one have begun: of their stages, all but the last are done. */
  readonly begun: number;
  /** By step, what it returned. */
  readonly effects: readonly unknown[];
  /** By step, what it emitted, where it did. */
  readonly emitted: ReadonlyMap<number, readonly unknown[]> | null;
  /** That of the last step begun. */
  readonly failure: Failure | null;
  /** Of an execution that has failed: the step whose turn it is. Those behind it had theirs. */
  readonly turn: number;
  /** Whether its compensation was called. */
  readonly isUndoing: boolean;
}

/** What has happened to an execution that has come so far. */
export function eventsSoFar(course: StraightCourse, progress: Progress): SagaEvent[] {
  const events: SagaEvent[] = [{ type: 'execution-begun' }, ...forwardEvents(course, progress)];
  if (progress.failure !== null) events.push(...backwardEvents(course, progress, progress.failure));
  return events;
}

function forwardEvents(course: StraightCourse, progress: Progress): SagaEvent[] {
  const events: SagaEvent[] = [];
  for (let first = 0; first < progress.begun; first = course.endOfStage[first]!) {
    const end = Math.min(course.endOfStage[first]!, progress.begun);
    events.push(...course.begun.slice(first, end));
    for (let index = first; index < end; index++) {
      if (progress.effects[index] !== unsettled && progress.failure?.step !== index) events.push(stepSucceeded(course, progress, index));
    }
  }
  return events;
}

function stepSucceeded({ nodes }: StraightCourse, { effects, emitted }: Progress, index: number): SagaEvent {
  const events = emitted?.get(index);
  return { type: 'step-succeeded', step: nodes[index]!.name, effect: effects[index], ...(events !== undefined && { events }) };
}

function backwardEvents(course: StraightCourse, progress: Progress, failure: Failure): SagaEvent[] {
  const { error, outcome } = failure;
  const failedStep = course.nodes[failure.step]!.name;
  const events: SagaEvent[] = [
    { type: 'step-failed', step: failedStep, error, outcome },
    { type: 'unwinding-begun', failedStep },
  ];
  for (let index = failure.step; index > progress.turn; index--) events.push(...turnEvents(course, progress, failure, index));
  if (progress.isUndoing) events.push(compensationBegun(course, progress.effects, failure, progress.turn));
  return events;
}

function turnEvents(course: StraightCourse, { effects }: Progress, failure: Failure, index: number): SagaEvent[] {
  const { name: step } = course.nodes[index]!;
  if (!isToBeUndone(course, failure, index)) return [{ type: 'step-passed-over', step }];
  return [compensationBegun(course, effects, failure, index), compensationSucceeded(step)];
}

export function compensationSucceeded(step: string): SagaEvent {
  return { type: 'compensation-succeeded', step, round: 1, undo: 1, answer: { type: 'compensated' } };
}

/** Whether undoing this step calls its compensation: of the failed step the effect is unknown, of all before it, it is known (R9). */
export function isToBeUndone({ nodes }: StraightCourse, failure: Failure, index: number): boolean {
  const { compensation } = nodes[index]!;
  return compensation !== null && (index !== failure.step || !compensation.requiresEffect);
}

export function compensationBegun(
  { undone }: StraightCourse,
  effects: readonly unknown[],
  failure: Failure,
  index: number,
): CompensationBegun {
  const effect = index === failure.step ? undefined : effects[index];
  return { type: 'compensation-begun', ...undone[index]!, effect, late: false };
}
