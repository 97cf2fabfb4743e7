// The hot path. Most executions in memory take the straight course (kernel/straight-course.ts): every step succeeds, or one fails and all
// before it are undone. On it these files do what `Execution` would do, call for call and event for event, and leave out what only serves
// what does not happen: a state, commands, events that nobody hears, a timer for a call that settles in the turn in which it began. So
// they may decide nothing. Whatever is off the course (a retry, a skip, a time-out, a verdict, a compensation that fails, a failure
// beside siblings) is not handled here: an `Execution` takes over, with all that has happened and all that is under way.
//
// Callbacks, and no `await`: they take less time, and a call that times out holds nobody up. Two serve all plain steps, because these
// come one after the other. A loop, and no recursion, leads on, because methods may return at once. Methods are `private` and not `#`:
// each instance of a class with such methods is branded when it is made, and looked at at each call.
import { isAbortSaga } from '../../errors/abort-saga.js';
import type { SagaEvent } from '../../kernel/events.js';
import { compensationMethodAt, stepMethodAt } from '../../kernel/places.js';
import { none } from '../../kernel/state.js';
import type { CourseFailure, CourseProgress } from '../../kernel/straight-course.js';
import { effectsByName, emittedInOrder, eventsSoFar, needsOf, stepSucceeded, unsettled } from '../../kernel/straight-course.js';
import type { Settled } from '../../saga/settled.js';
import type { SagaFailure } from '../../saga/step-context.js';
import { isSkip } from '../../saga/verdicts.js';
import type { AdoptedCalls } from '../adopted-call.js';
import { hasReturned, hasThrown } from '../adopted-call.js';
import { Alarms } from '../alarms.js';
import type { Caller } from '../caller.js';
import { conclude, conclusionOf } from '../conclusion.js';
import { RunningStepContext } from '../contexts.js';
import { Execution } from '../execution.js';
import type { Settling } from '../invoke.js';
import { whenSettled } from '../invoke.js';
import { isObject } from '../is-object.js';
import type { Method, Methods } from '../methods.js';
import { isMethod, noMethod } from '../methods.js';
import { tellOnlyObservers } from '../observers.js';
import type { ExecutionRef, ObservedEvent, Report } from '../ports.js';
import { CompensatedResult, CompletedResult } from '../results.js';
import { plainRun } from '../run-settings.js';
import type { OpenScope } from '../scopes.js';
import { disposeScope } from '../scopes.js';
import type { CourseRun } from './course-run.js';
import type { Route } from './route.js';
import { StraightStage } from './straight-stage.js';
import { StraightUnwinding } from './straight-unwinding.js';

const executionBegun: SagaEvent = Object.freeze({ type: 'execution-begun' });
const executionCompleted: SagaEvent = Object.freeze({ type: 'execution-ended', status: 'completed' });

export class StraightRun implements CourseRun {
  readonly effects: unknown[];
  #emitted: Map<number, readonly unknown[]> | null = null;
  #next = 0;
  /** That of the plain step under way. */
  #context: RunningStepContext | undefined;

  constructor(
    readonly route: Route,
    readonly scope: OpenScope,
    readonly input: unknown,
    readonly identity: ExecutionRef,
    readonly caller: Caller,
  ) {
    this.effects = new Array<unknown>(route.course.length);
  }

  readonly begin = (): void => {
    try {
      this.tell(executionBegun);
      this.goOnFrom(0);
    } catch (error) {
      this.failed(error);
    }
  };

  goOnFrom(step: number): void {
    const { course } = this.route;
    this.#next = step;
    while (this.#next < course.length) {
      const { plainMethod } = course[this.#next]!;
      if (plainMethod === null) {
        const stage = new StraightStage(this, this.#next);
        if (!stage.begin()) return;
        this.#next = stage.end;
        continue;
      }
      const context = (this.#context = this.beginStep(this.#next));
      let returned: unknown;
      try {
        const instance = this.scope.saga as Methods;
        const method = stepMethodAt(instance, plainMethod, this.#next);
        returned = isMethod(method) ? method.call(instance, context) : noMethod(this.route.blueprint, '', instance, plainMethod);
      } catch (error) {
        return this.stepThrew(error);
      }
      if (isObject(returned)) return whenSettled(returned, this.#onReturned, this.#onThrew);
      if (isSkip(returned)) return this.leaveAtStep(hasReturned(returned));
      this.stepSucceeded(this.#next++, returned, context);
    }
    this.complete();
  }

  readonly #onReturned = (value: unknown): void => {
    try {
      if (isSkip(value)) return this.leaveAtStep(hasReturned(value));
      this.stepSucceeded(this.#next, value, this.#context!);
      this.goOnFrom(this.#next + 1);
    } catch (error) {
      this.failed(error);
    }
  };

  readonly #onThrew = (error: unknown): void => {
    try {
      this.stepThrew(error);
    } catch (defect) {
      this.failed(defect);
    }
  };

  private stepThrew(error: unknown): void {
    const step = this.#next;
    const { name, node: { retry, fallback } } = this.route.course[step]!;
    if (retry !== null || fallback !== null) return this.leaveAtStep(hasThrown(error));
    const outcome = isAbortSaga(error) ? 'aborted' : 'failed';
    const failure: CourseFailure = { step, error, outcome };
    if (this.route.isObserved) {
      this.tell({ type: 'step-failed', step: name, error, outcome });
      this.tell({ type: 'unwinding-begun', failedStep: name });
    }
    new StraightUnwinding(this, failure).goOn();
  }

  private complete(): void {
    this.tell(executionCompleted);
    const effects = effectsByName(this.route.course, this.effects, this.route.template);
    const events = emittedInOrder(this.#emitted);
    this.ended(new CompletedResult(this.identity, effects, events), events.length > 0);
  }

  compensated(failure: SagaFailure): void {
    this.ended(new CompensatedResult(this.identity, failure, none), false);
  }

  private ended(settled: Settled<object>, hasEmitted: boolean): void {
    if (hasEmitted || this.route.hasFinally) void this.conclude(settled);
    else if (this.scope.dispose === undefined) this.tellCaller(settled);
    else this.dispose(settled);
  }

  private dispose(settled: Settled<object>): void {
    const disposal = disposeScope(this.scope, this.report());
    if (disposal === undefined) this.tellCaller(settled);
    else void disposal.then(() => this.tellCaller(settled));
  }

  private async conclude(settled: Settled<object>): Promise<void> {
    const { identity, input, scope, route } = this;
    const { blueprint, environment } = route;
    const alarms = new Alarms(environment.clock);
    try {
      await conclude({ identity, blueprint, scope, input, environment, alarms, report: this.report(), state: null }, settled);
      this.tellCaller(settled);
    } catch (error) {
      this.caller.reject(error);
    }
  }

  failed(error: unknown): void {
    void Promise.resolve(disposeScope(this.scope, this.report())).then(() => this.caller.reject(error));
  }

  private tellCaller(settled: Settled<object>): void {
    this.caller.tellEnd(settled, this.identity, this.caller);
  }

  private report(): (report: Report) => void {
    return (report) => this.tell(report);
  }

  beginStep(step: number): RunningStepContext {
    const { begun, needs } = this.route.course[step]!;
    if (this.route.isObserved) this.tell(begun);
    return new RunningStepContext(this.identity, begun, this.input, needsOf(needs, this.effects));
  }

  stepSucceeded(step: number, effect: unknown, context: RunningStepContext): void {
    this.effects[step] = effect;
    const events = context.close();
    if (events !== undefined || this.route.isObserved) this.noteSuccess(step, effect, events);
  }

  private noteSuccess(step: number, effect: unknown, events: readonly unknown[] | undefined): void {
    if (events !== undefined) (this.#emitted ??= new Map()).set(step, events);
    this.tell(stepSucceeded(this.route.course[step]!.name, effect, events));
  }

  methodOf(step: number, name: string): Method {
    return this.found(stepMethodAt(this.scope.saga as Methods, name, step), name);
  }

  compensationOf(step: number, name: string): Method {
    return this.found(compensationMethodAt(this.scope.saga as Methods, name, step), name);
  }

  private found(method: unknown, name: string): Method {
    return isMethod(method) ? method : noMethod(this.route.blueprint, '', this.scope.saga as Methods, name);
  }

  tell(event: ObservedEvent): void {
    if (this.route.isObserved) tellOnlyObservers(this.route.environment.observers, event, this.identity);
  }

  isUnderWay(step: number): void {
    this.effects[step] = unsettled;
  }

  leaveCourse(progress: Omit<CourseProgress, 'effects' | 'emitted'>, adopted: AdoptedCalls): void {
    const { sagaClass, blueprint, environment, course } = this.route;
    const execution = new Execution(sagaClass, blueprint, this.scope, this.input, environment, plainRun, this.identity);
    const events = eventsSoFar(course, { effects: this.effects, emitted: this.#emitted, ...progress });
    const concluded = conclusionOf(execution, execution.takeOver(events, adopted));
    concluded.then((settled) => this.tellCaller(settled), this.caller.reject);
  }

  private leaveAtStep(settling: Settling): void {
    const { begun } = this.route.course[this.#next]!;
    this.isUnderWay(this.#next);
    const progress = { begun: this.#next + 1, failure: null, turn: -1, isUndoing: false };
    this.leaveCourse(progress, { steps: [{ begun, context: this.#context!, settling, timeoutMs: null }], compensation: null });
  }
}
