// The hot path. Most executions in memory take the straight course (kernel/straight-course.ts): every step succeeds, or one fails and all
// before it are undone. On it these files do what `Execution` would do, call for call and event for event, and leave out what only serves
// what does not happen: a state, commands, events that nobody hears, a timer for a call that settles in the turn in which it began. So
// they may decide nothing. Whatever is off the course (a retry, a skip, a time-out, a verdict, a compensation that fails, a failure
// beside siblings) is not handled here: an `Execution` takes over, with all that has happened and all that is under way.
//
// Callbacks, and no `await`: they take less time, and a call that times out holds nobody up. Two serve all plain steps, because these
// come one after the other. A loop, and no recursion, leads on, because methods may return at once.
import { isAbortSaga } from '../../errors/abort-saga.js';
import type { SagaEvent } from '../../kernel/events.js';
import type { Failure, Progress } from '../../kernel/straight-course.js';
import { effectsAt, effectsByName, emittedInOrder, eventsSoFar, unsettled } from '../../kernel/straight-course.js';
import { none } from '../../kernel/state.js';
import type { Settled } from '../../saga/settled.js';
import type { SagaFailure } from '../../saga/step-context.js';
import { isSkip } from '../../saga/verdicts.js';
import type { Adopted } from '../adopted-call.js';
import { threw } from '../adopted-call.js';
import { RunningStepContext } from '../contexts.js';
import { Execution } from '../execution.js';
import { whenSettled } from '../invoke.js';
import { isObject } from '../is-object.js';
import type { Method, Methods } from '../methods.js';
import { methodOf } from '../methods.js';
import { tellObservers } from '../observers.js';
import type { ExecutionRef, ObservedEvent } from '../ports.js';
import { CompensatedResult, CompletedResult } from '../results.js';
import { plainRun } from '../run-settings.js';
import type { OpenScope } from '../scopes.js';
import type { Route } from './route.js';
import { StraightStage } from './straight-stage.js';
import { StraightUnwinding } from './straight-unwinding.js';

const executionBegun: SagaEvent = Object.freeze({ type: 'execution-begun' });
const executionCompleted: SagaEvent = Object.freeze({ type: 'execution-ended', status: 'completed' });

/** Hears how a run came to its end. */
export interface RunEnd {
  ended(run: StraightRun, settled: Settled<object>): void;
  takenOver(execution: Execution, untilEnd: Promise<void>): void;
  /** A defect, of this library or of what was injected into the runner. */
  failed(run: StraightRun, error: unknown): void;
}

export class StraightRun {
  /** By step, what it returned. */
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
    readonly end: RunEnd,
  ) {
    this.effects = new Array<unknown>(route.course.nodes.length);
  }

  begin(): void {
    try {
      this.tell(executionBegun);
      this.goOnFrom(0);
    } catch (error) {
      this.end.failed(this, error);
    }
  }

  /** From this step to the end, or to a call that does not settle at once. */
  goOnFrom(step: number): void {
    const { nodes } = this.route.course;
    for (this.#next = step; this.#next < nodes.length; ) {
      const { async, timeoutMs, method } = nodes[this.#next]!;
      if (async || timeoutMs !== null) {
        const stage = new StraightStage(this, this.#next);
        if (!stage.begin()) return;
        this.#next = stage.end;
        continue;
      }
      const context = (this.#context = this.beginStep(this.#next));
      let returned: unknown;
      try {
        returned = this.methodNamed(method).call(this.scope.saga, context);
      } catch (error) {
        return this.#threw(error);
      }
      if (isObject(returned)) return whenSettled(returned, this.#onReturned, this.#onThrew);
      if (isSkip(returned)) return this.#leaveCourse(() => returned);
      this.stepSucceeded(this.#next++, returned, context);
    }
    this.#complete();
  }

  readonly #onReturned = (value: unknown): void => {
    try {
      if (isSkip(value)) return this.#leaveCourse(() => value);
      this.stepSucceeded(this.#next, value, this.#context!);
      this.goOnFrom(this.#next + 1);
    } catch (error) {
      this.end.failed(this, error);
    }
  };

  readonly #onThrew = (error: unknown): void => {
    try {
      this.#threw(error);
    } catch (defect) {
      this.end.failed(this, defect);
    }
  };

  #threw(error: unknown): void {
    const step = this.#next;
    const { name, retry, fallback } = this.route.course.nodes[step]!;
    if (retry !== null || fallback !== null) return this.#leaveCourse(threw(error));
    const outcome = isAbortSaga(error) ? 'aborted' : 'failed';
    const failure: Failure = { step, error, outcome };
    if (this.route.isObserved) {
      this.tell({ type: 'step-failed', step: name, error, outcome });
      this.tell({ type: 'unwinding-begun', failedStep: name });
    }
    new StraightUnwinding(this, failure).goOn();
  }

  #complete(): void {
    const { course } = this.route;
    this.tell(executionCompleted);
    const events = emittedInOrder(this.#emitted);
    this.end.ended(this, new CompletedResult(this.identity, effectsByName(course, this.effects), events));
  }

  compensated(failure: SagaFailure): void {
    this.end.ended(this, new CompensatedResult(this.identity, failure, none));
  }

  beginStep(step: number): RunningStepContext {
    const { begun, needs } = this.route.course;
    this.tell(begun[step]!);
    this.effects[step] = unsettled;
    return new RunningStepContext(this.identity, begun[step]!, this.input, effectsAt(needs[step]!, this.effects), undefined, false);
  }

  stepSucceeded(step: number, effect: unknown, context: RunningStepContext): void {
    this.effects[step] = effect;
    const events = context.close();
    if (events !== undefined) (this.#emitted ??= new Map()).set(step, events);
    if (!this.route.isObserved) return;
    const { name } = this.route.course.nodes[step]!;
    this.tell(events === undefined ? { type: 'step-succeeded', step: name, effect } : { type: 'step-succeeded', step: name, effect, events });
  }

  methodNamed(name: string): Method {
    return methodOf(this.route.blueprint, '', this.scope.saga as Methods, name);
  }

  tell(event: ObservedEvent): void {
    if (this.route.isObserved) tellObservers(this.route.environment.observers, event, this.identity);
  }

  /** What happened last is off the course. */
  leaveCourse(progress: Omit<Progress, 'effects' | 'emitted'>, adopted: readonly Adopted[]): void {
    const { sagaClass, blueprint, environment, course } = this.route;
    const execution = new Execution(sagaClass, blueprint, this.scope, this.input, environment, plainRun, this.identity);
    const events = eventsSoFar(course, { effects: this.effects, emitted: this.#emitted, ...progress });
    this.end.takenOver(execution, execution.takeOver(events, adopted));
  }

  #leaveCourse(outcome: () => unknown): void {
    const begun = this.route.course.begun[this.#next]!;
    const progress = { begun: this.#next + 1, failure: null, turn: -1, isUndoing: false };
    this.leaveCourse(progress, [{ begun, context: this.#context!, outcome, timeoutMs: null }]);
  }
}
