import type { CompensationNode, SagaGraph, StepNode } from '../graph/saga-graph.js';
import type { CompensationBegun, SagaEvent, StepBegun } from './events.js';
import { layoutOf } from './layout.js';
import { setPropertyAt } from './places.js';
import { none } from './state.js';

// The straight course of an execution: every step succeeds at its first run; or a plain one fails for good, and every compensation simply
// undoes. Nothing on it has to be decided, so a driver may follow it without asking the kernel at each turn, and without a state: what
// has happened follows from how far it has come. The moment anything else happens, `eventsSoFar` says it all, and the kernel takes over.

export type StraightCourse = readonly StraightStep[];

/** A step, and what on this course is always the same of it. */
export interface StraightStep {
  readonly name: string;
  readonly node: StepNode;
  /** The method of a plain step without a time-out; `null` of another one. */
  readonly plainMethod: string | null;
  /** Behind its stage. */
  readonly endOfStage: number;
  readonly needs: readonly NeededStep[];
  readonly compensation: CompensationNode | null;
  readonly compensationNeeds: readonly NeededStep[];
  readonly begun: StepBegun;
  readonly undo: FirstUndo;
}

export interface NeededStep {
  readonly name: string;
  readonly index: number;
}

/** Which call of a compensation undoes a step. */
export type FirstUndo = Pick<CompensationBegun, 'step' | 'round' | 'undo' | 'attempt'>;

const courses = new WeakMap<SagaGraph, StraightCourse | null>();

/**
 * `null`: the saga has none, because it has parts of its own (R24), or steps that await siblings of their stage (R2), or one whose name
 * cannot be assigned to.
 */
export function straightCourseOf(graph: SagaGraph): StraightCourse | null {
  let course = courses.get(graph);
  if (course === undefined) {
    course = hasStraightCourse(graph) ? computeCourse(graph) : null;
    courses.set(graph, course);
  }
  return course;
}

function hasStraightCourse(graph: SagaGraph): boolean {
  const { siblingsNeeded, indexOf } = layoutOf(graph);
  const hasParts = graph.steps.some(({ opens, stepClass }) => opens !== null || stepClass !== null);
  return !hasParts && siblingsNeeded.every((count) => count === 0) && !indexOf.has('__proto__');
}

function computeCourse(graph: SagaGraph): StraightCourse {
  const { firstOfStage, indexOf } = layoutOf(graph);
  const found = (needs: readonly string[]): readonly NeededStep[] =>
    needs.length === 0 ? none : needs.map((name) => ({ name, index: indexOf.get(name)! }));
  return graph.steps.map((node): StraightStep => {
    const { name, method, async, timeoutMs, stage, needs, compensation } = node;
    return {
      name,
      node,
      plainMethod: async || timeoutMs !== null ? null : method,
      endOfStage: firstOfStage[stage + 1]!,
      needs: found(needs),
      compensation,
      compensationNeeds: found(compensation?.needs ?? none),
      begun: Object.freeze({ type: 'step-begun', step: name, round: 1, attempt: 1 }),
      undo: Object.freeze({ step: name, round: 1, undo: 1, attempt: 1 }),
    };
  });
}

const noNeeds: Readonly<Record<string, unknown>> = Object.freeze({});

/** What a method named in its needs, by name; frozen, as ever. */
export function needsOf(needed: readonly NeededStep[], effects: CourseEffects): Readonly<Record<string, unknown>> {
  if (needed.length === 0) return noNeeds;
  const needs: Record<string, unknown> = {};
  for (const { name, index } of needed) setPropertyAt(needs, name, effects[index], index);
  return Object.freeze(needs);
}

/** An object with a property for each step. */
export function templateOf(course: StraightCourse): Readonly<Record<string, undefined>> {
  return Object.fromEntries(course.map(({ name }) => [name, undefined]));
}

/** Between these it is quicker to copy an object than to let one grow. */
const [fewSteps, manySteps] = [8, 1_000];

/** The effects of a completed execution, by name; of steps that returned nothing there are none. */
export function effectsByName(
  course: StraightCourse,
  effects: CourseEffects,
  template: Readonly<Record<string, undefined>>,
): Record<string, unknown> {
  const copies = course.length > fewSteps && course.length <= manySteps && !effects.includes(undefined);
  const byName: Record<string, unknown> = copies ? { ...template } : {};
  for (let index = 0; index < course.length; index++) {
    if (effects[index] !== undefined) setPropertyAt(byName, course[index]!.name, effects[index], index);
  }
  return byName;
}

/** What steps emitted, in declaration order (R20). */
export function emittedInOrder(emitted: CourseProgress['emitted']): readonly unknown[] {
  if (emitted === null) return none;
  const inOrder = [...emitted].sort(([one], [other]) => one - other);
  return Object.freeze(inOrder.flatMap(([, events]) => events));
}

/** By step, what it returned. By place and not by name, because a place is found at once, however many steps there are. */
export type CourseEffects = readonly unknown[];

/** The effect of a step that has begun, and not settled. */
export const unsettled: unique symbol = Symbol('unsettled');

export interface CourseFailure {
  readonly step: number;
  readonly error: unknown;
  readonly outcome: 'failed' | 'aborted';
}

/** How far an execution has come. */
export interface CourseProgress {
  /** The steps before this one have begun: of their stages, all but the last are done. */
  readonly begun: number;
  readonly effects: CourseEffects;
  /** By step, what it emitted, where it did. */
  readonly emitted: ReadonlyMap<number, readonly unknown[]> | null;
  /** That of the last step begun. */
  readonly failure: CourseFailure | null;
  /** Of an execution that has failed: the step whose turn it is. Those behind it had theirs. */
  readonly turn: number;
  /** Whether its compensation was called. */
  readonly isUndoing: boolean;
}

/** What has happened to an execution that has come so far. */
export function eventsSoFar(course: StraightCourse, progress: CourseProgress): SagaEvent[] {
  const events: SagaEvent[] = [{ type: 'execution-begun' }];
  addForward(events, course, progress);
  if (progress.failure !== null) addBackward(events, course, progress, progress.failure);
  return events;
}

function addForward(events: SagaEvent[], course: StraightCourse, { begun, effects, emitted, failure }: CourseProgress): void {
  for (let first = 0; first < begun; first = course[first]!.endOfStage) {
    const end = Math.min(course[first]!.endOfStage, begun);
    for (let index = first; index < end; index++) events.push(course[index]!.begun);
    for (let index = first; index < end; index++) {
      if (effects[index] === unsettled || failure?.step === index) continue;
      events.push(stepSucceeded(course[index]!.name, effects[index], emitted?.get(index)));
    }
  }
}

export function stepSucceeded(step: string, effect: unknown, events: readonly unknown[] | undefined): SagaEvent {
  return events === undefined ? { type: 'step-succeeded', step, effect } : { type: 'step-succeeded', step, effect, events };
}

function addBackward(events: SagaEvent[], course: StraightCourse, progress: CourseProgress, failure: CourseFailure): void {
  const { error, outcome } = failure;
  const failedStep = course[failure.step]!.name;
  events.push({ type: 'step-failed', step: failedStep, error, outcome }, { type: 'unwinding-begun', failedStep });
  for (let index = failure.step; index > progress.turn; index--) {
    const { name: step } = course[index]!;
    if (isToBeUndone(course, failure, index)) {
      events.push(compensationBegun(course, progress.effects, failure, index), compensationSucceeded(step));
    } else {
      events.push({ type: 'step-passed-over', step });
    }
  }
  if (progress.isUndoing) events.push(compensationBegun(course, progress.effects, failure, progress.turn));
}

export function compensationSucceeded(step: string): SagaEvent {
  return { type: 'compensation-succeeded', step, round: 1, undo: 1, answer: { type: 'compensated' } };
}

/** Whether undoing this step calls its compensation: of the failed step the effect is unknown, of all before it, it is known (R9). */
export function isToBeUndone(course: StraightCourse, failure: CourseFailure, index: number): boolean {
  const { compensation } = course[index]!;
  return compensation !== null && (index !== failure.step || !compensation.requiresEffect);
}

export function compensationBegun(
  course: StraightCourse,
  effects: CourseEffects,
  failure: CourseFailure,
  index: number,
): CompensationBegun {
  const effect = index === failure.step ? undefined : effects[index];
  return { type: 'compensation-begun', ...course[index]!.undo, effect, late: false };
}
