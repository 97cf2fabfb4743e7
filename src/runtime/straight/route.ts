import type { Blueprint } from '../../graph/blueprint.js';
import type { StraightCourse } from '../../kernel/straight-course.js';
import { straightCourseOf, templateOf } from '../../kernel/straight-course.js';
import type { Environment } from '../options.js';
import type { SagaClass } from '../ports.js';

/** What all straight runs of a saga have in common. */
export interface Route {
  readonly sagaClass: SagaClass;
  readonly blueprint: Blueprint;
  readonly course: StraightCourse;
  /** For its effects. */
  readonly template: Readonly<Record<string, undefined>>;
  readonly environment: Environment;
  /** Whether anybody is told of events. */
  readonly isObserved: boolean;
  /** Whether `finally` means anything. */
  readonly hasFinally: boolean;
}

/** `null`: executions of this saga have no straight course, or are not for memory alone. */
export function routeOf(sagaClass: SagaClass, blueprint: Blueprint, environment: Environment): Route | null {
  const course = straightCourseOf(blueprint.graph);
  if (course === null || blueprint.transactionalStep !== null) return null;
  const hasFinally = blueprint.graph.finally.length > 0 || environment.finallyHandlers.length > 0;
  const isObserved = environment.observers.length > 0;
  return { sagaClass, blueprint, course, template: templateOf(course), environment, isObserved, hasFinally };
}
