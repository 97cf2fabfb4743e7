import type { StepNode } from '../../graph/saga-graph.js';
import { unsettled } from '../../kernel/straight-course.js';
import { isSkip } from '../../saga/verdicts.js';
import type { AdoptedStep } from '../adopted-call.js';
import { threw } from '../adopted-call.js';
import type { RunningStepContext } from '../contexts.js';
import { whenSettled } from '../invoke.js';
import { isObject } from '../is-object.js';
import type { Heir } from './heir.js';
import { inheritanceOf } from './heir.js';
import type { StraightRun } from './straight-run.js';
import { TurnTimer } from './turn-timer.js';

interface StageCall {
  readonly step: number;
  readonly context: RunningStepContext;
  /** On the runner's clock; `null`: it has no time-out. */
  readonly dueAtMs: number | null;
  heir: Heir | undefined;
}

/** A stage on the straight course whose steps run at the same time, or have time-outs. One timer serves them all. */
export class StraightStage {
  /** Behind its last step. */
  readonly end: number;
  readonly #run: StraightRun;
  readonly #calls: StageCall[] = [];
  #open: number;
  #timer: TurnTimer | undefined;
  /** What the timer is set for. */
  #earliestMs = Infinity;

  constructor(run: StraightRun, readonly first: number) {
    this.#run = run;
    this.end = run.route.course.steps[first]!.endOfStage;
    this.#open = this.end - first;
  }

  /** Answers whether all settled at once. Else the run goes on when they have, or is taken over. */
  begin(): boolean {
    const { steps } = this.#run.route.course;
    for (let step = this.first; step < this.end; step++) {
      const { node } = steps[step]!;
      const context = this.#run.beginStep(step);
      this.#run.effects[step] = unsettled;
      const call: StageCall = { step, context, dueAtMs: this.#dueAtMs(node), heir: undefined };
      this.#calls.push(call);
      let returned: unknown;
      try {
        returned = this.#run.methodOf(step, node.method).call(this.#run.scope.saga, context);
      } catch (error) {
        this.#leaveCourse(call, threw(error));
        return false;
      }
      if (isObject(returned)) {
        whenSettled(returned, (value) => this.#onReturned(call, value), (error) => this.#onThrew(call, error));
      } else if (isSkip(returned)) {
        this.#leaveCourse(call, () => returned);
        return false;
      } else {
        this.#succeeded(call, returned);
      }
    }
    return this.#open === 0;
  }

  #onReturned(call: StageCall, value: unknown): void {
    if (call.heir !== undefined) return call.heir.resolve(value);
    try {
      if (isSkip(value)) return this.#leaveCourse(call, () => value);
      this.#succeeded(call, value);
      if (this.#open === 0) this.#run.goOnFrom(this.end);
    } catch (error) {
      this.#failed(error);
    }
  }

  #onThrew(call: StageCall, error: unknown): void {
    if (call.heir !== undefined) return call.heir.reject(error);
    try {
      this.#leaveCourse(call, threw(error));
    } catch (defect) {
      this.#failed(defect);
    }
  }

  #succeeded({ step, context }: StageCall, effect: unknown): void {
    this.#run.stepSucceeded(step, effect, context);
    this.#open -= 1;
    if (this.#open === 0) this.#timer?.takeBack();
  }

  /** `settled`: the call that has just settled otherwise than on the course; `null`: a time-out has passed. */
  #leaveCourse(settled: StageCall | null, outcome: () => unknown): void {
    this.#timer?.takeBack();
    const { clock } = this.#run.route.environment;
    const nowMs = clock.monotonicMs();
    const adopted = this.#running().map((call): AdoptedStep => {
      const { begun } = this.#run.route.course.steps[call.step]!;
      const { context, dueAtMs } = call;
      if (call === settled) return { begun, context, outcome, timeoutMs: null };
      const inherited = inheritanceOf(call);
      return { begun, context, outcome: () => inherited, timeoutMs: dueAtMs === null ? null : Math.max(0, dueAtMs - nowMs) };
    });
    const begun = this.first + this.#calls.length;
    this.#run.leaveCourse({ begun, failure: null, turn: -1, isUndoing: false }, adopted);
  }

  #dueAtMs({ timeoutMs }: StepNode): number | null {
    if (timeoutMs === null) return null;
    this.#timer ??= new TurnTimer(this.#run.route.environment.clock, () => this.#onDue());
    const dueAtMs = this.#timer.dueIn(timeoutMs);
    if (dueAtMs < this.#earliestMs) this.#ringAt(this.#timer, dueAtMs);
    return dueAtMs;
  }

  /** What it was set for may have settled. */
  #onDue(): void {
    const rungForMs = this.#earliestMs;
    const nextMs = Math.min(...this.#running().map(({ dueAtMs }) => dueAtMs ?? Infinity));
    if (nextMs > rungForMs) this.#ringAt(this.#timer!, nextMs);
    else this.#leaveCourse(null, threw(undefined));
  }

  #ringAt(timer: TurnTimer, dueAtMs: number): void {
    this.#earliestMs = dueAtMs;
    timer.setTo(dueAtMs);
  }

  #running(): StageCall[] {
    return this.#calls.filter(({ step }) => this.#run.effects[step] === unsettled);
  }

  #failed(defect: unknown): void {
    this.#timer?.takeBack();
    this.#run.failed(defect);
  }
}
