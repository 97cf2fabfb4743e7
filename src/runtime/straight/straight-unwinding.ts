import type { CourseFailure } from '../../kernel/straight-course.js';
import { compensationBegun, compensationSucceeded, isToBeUndone, needsOf } from '../../kernel/straight-course.js';
import type { SagaFailure } from '../../saga/step-context.js';
import { hasReturned, hasThrown } from '../adopted-call.js';
import type { ToldFacts } from '../contexts.js';
import { RunningCompensationContext } from '../contexts.js';
import type { Settling } from '../invoke.js';
import { whenSettled } from '../invoke.js';
import { isObject } from '../is-object.js';
import type { CourseRun } from './course-run.js';
import type { Heir } from './heir.js';
import { inherited } from './heir.js';
import { TurnTimer } from './turn-timer.js';

const executionCompensated = Object.freeze({ type: 'execution-ended', status: 'compensated' } as const);

/** Backward recovery on the straight course: the failed step first, then all before it, one at a time. One timer serves them all. */
export class StraightUnwinding {
  readonly #run: CourseRun;
  readonly #failure: CourseFailure;
  readonly #toldFailure: SagaFailure;
  readonly #factsOfDone: ToldFacts;
  #turn: number;
  /** That of the compensation under way. */
  #context: RunningCompensationContext | undefined;
  #timer: TurnTimer | undefined;
  /** A method or an observer may move an injected clock: what rings before a compensation is awaited is seen to when it is. */
  #isAwaited = false;
  #hasRung = false;
  #heir: Heir | undefined;

  constructor(run: CourseRun, failure: CourseFailure) {
    this.#run = run;
    this.#failure = failure;
    this.#toldFailure = { step: run.route.course[failure.step]!.name, error: failure.error };
    this.#factsOfDone = { outcome: 'succeeded', error: undefined, failure: this.#toldFailure };
    this.#turn = failure.step;
  }

  /** From the step whose turn it is to the end, or to a compensation that does not settle at once. */
  goOn(): void {
    const run = this.#run;
    const { course, isObserved } = run.route;
    for (; this.#turn >= 0; this.#turn -= 1) {
      const step = this.#turn;
      const { name, compensation } = course[step]!;
      if (!isToBeUndone(course, this.#failure, step)) {
        if (isObserved) run.tell({ type: 'step-passed-over', step: name });
        continue;
      }
      if (isObserved) run.tell(compensationBegun(course, run.effects, this.#failure, step));
      const { method, timeoutMs } = compensation!;
      const effect = step === this.#failure.step ? undefined : run.effects[step];
      const context = (this.#context = this.#contextOf(step));
      this.#limitTo(timeoutMs);
      let returned: unknown;
      try {
        returned = run.compensationOf(step, method).call(run.scope.saga, effect, context);
      } catch (error) {
        return this.#leaveCourse(hasThrown(error), null);
      }
      if (isObject(returned)) return this.#await(returned);
      if (returned !== undefined) return this.#leaveCourse(hasReturned(returned), null);
      if (isObserved) run.tell(compensationSucceeded(name));
    }
    this.#timer?.takeBack();
    run.tell(executionCompensated);
    run.compensated(this.#toldFailure);
  }

  #await(returned: object): void {
    whenSettled(returned, this.#onReturned, this.#onThrew);
    this.#isAwaited = true;
    if (this.#hasRung) this.#onDue();
  }

  readonly #onReturned = (value: unknown): void => {
    if (this.#heir !== undefined) return this.#heir.onReturn(value);
    this.#isAwaited = false;
    try {
      if (value !== undefined) return this.#leaveCourse(hasReturned(value), null);
      const { course, isObserved } = this.#run.route;
      if (isObserved) this.#run.tell(compensationSucceeded(course[this.#turn]!.name));
      this.#turn -= 1;
      this.goOn();
    } catch (error) {
      this.#failed(error);
    }
  };

  readonly #onThrew = (error: unknown): void => {
    if (this.#heir !== undefined) return this.#heir.onThrow(error);
    this.#isAwaited = false;
    try {
      this.#leaveCourse(hasThrown(error), null);
    } catch (defect) {
      this.#failed(defect);
    }
  };

  #contextOf(step: number): RunningCompensationContext {
    const { identity, input, effects, route } = this.#run;
    const { undo, compensationNeeds } = route.course[step]!;
    const facts = step === this.#failure.step ? this.#factsOfFailed : this.#factsOfDone;
    return new RunningCompensationContext(identity, '', undo, facts, input, needsOf(compensationNeeds, effects));
  }

  get #factsOfFailed(): ToldFacts {
    const { outcome, error } = this.#failure;
    return { outcome, error, failure: this.#toldFailure };
  }

  #limitTo(timeoutMs: number | null): void {
    this.#hasRung = false;
    if (timeoutMs === null) return this.#timer?.takeBack();
    this.#timer ??= new TurnTimer(this.#run.route.environment.clock, () => this.#onDue());
    this.#timer.setTo(this.#timer.dueIn(timeoutMs));
  }

  #onDue(): void {
    this.#hasRung = true;
    if (!this.#isAwaited) return;
    try {
      this.#leaveCourse(inherited((heir) => (this.#heir = heir)), 'passed');
    } catch (error) {
      this.#failed(error);
    }
  }

  #leaveCourse(settling: Settling, timeoutMs: 'passed' | null): void {
    this.#timer?.takeBack();
    const { route, effects } = this.#run;
    const progress = { begun: this.#failure.step + 1, failure: this.#failure, turn: this.#turn, isUndoing: true };
    const begun = compensationBegun(route.course, effects, this.#failure, this.#turn);
    const compensation = { begun, context: this.#context!, settling, timeoutMs };
    this.#run.leaveCourse(progress, { steps: [], compensation });
  }

  #failed(defect: unknown): void {
    this.#timer?.takeBack();
    this.#run.failed(defect);
  }
}
