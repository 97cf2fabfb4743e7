import type { CourseEffects, CourseProgress } from '../../kernel/straight-course.js';
import type { SagaFailure } from '../../saga/step-context.js';
import type { AdoptedCalls } from '../adopted-call.js';
import type { RunningStepContext } from '../contexts.js';
import type { Method } from '../methods.js';
import type { ExecutionRef, ObservedEvent } from '../ports.js';
import type { OpenScope } from '../scopes.js';
import type { Route } from './route.js';

/** A run on its straight course, as its stages and its unwinding know it. */
export interface CourseRun {
  readonly route: Route;
  readonly scope: OpenScope;
  readonly input: unknown;
  readonly identity: ExecutionRef;
  readonly effects: CourseEffects;
  tell(event: ObservedEvent): void;
  /** The method of this name, of the step at this index. */
  methodOf(step: number, name: string): Method;
  /** The same for its compensation. */
  compensationOf(step: number, name: string): Method;
  /** Tells that it begins, and answers what its method is called with. */
  beginStep(step: number): RunningStepContext;
  stepSucceeded(step: number, effect: unknown, context: RunningStepContext): void;
  /** It has begun, and not settled on the course: to be said before that is left. */
  isUnderWay(step: number): void;
  /** From this step to the end, or to a call that does not settle at once. */
  goOnFrom(step: number): void;
  /** Everything is undone. */
  compensated(failure: SagaFailure): void;
  /** What happened last is off the course: all that has happened, and all that is under way, is for an `Execution` to go on with. */
  leaveCourse(progress: Omit<CourseProgress, 'effects' | 'emitted'>, adopted: AdoptedCalls): void;
  /** A defect, of this library or of what was injected into the runner. */
  failed(defect: unknown): void;
}
