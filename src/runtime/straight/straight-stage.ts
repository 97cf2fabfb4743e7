import type { StepNode } from '../../graph/saga-graph.js';
import { isSkip } from '../../saga/verdicts.js';
import type { AdoptedStep } from '../adopted-call.js';
import { hasReturned, hasThrown } from '../adopted-call.js';
import type { RunningStepContext } from '../contexts.js';
import type { Settling } from '../invoke.js';
import { whenSettled } from '../invoke.js';
import { isObject } from '../is-object.js';
import type { CourseRun } from './course-run.js';
import type { Heir } from './heir.js';
import { inherited } from './heir.js';
import { TurnTimer } from './turn-timer.js';

interface StageCall {
  readonly step: number;
  readonly context: RunningStepContext;
  /** On the runner's clock; `null`: it has no time-out. */
  readonly dueAtMs: number | null;
  hasSettled: boolean;
  heir: Heir | undefined;
}

/** A stage on the straight course whose steps run at the same time, or have time-outs. One timer serves them all. */
export class StraightStage {
  /** Behind its last step. */
  readonly end: number;
  readonly #run: CourseRun;
  readonly #first: number;
  readonly #calls: StageCall[] = [];
  #open: number;
  #timer: TurnTimer | undefined;
  /** What the timer is set for. */
  #earliestMs = Infinity;
  /** A method or an observer may move an injected clock: what is due while steps begin is seen to between two of them. */
  #isBeginning = false;
  #hasRung = false;

  constructor(run: CourseRun, first: number) {
    this.#run = run;
    this.#first = first;
    this.end = run.route.course[first]!.endOfStage;
    this.#open = this.end - first;
  }

  /** Answers whether all settled at once. Else the run goes on when they have, or is taken over. */
  begin(): boolean {
    this.#isBeginning = true;
    for (let step = this.#first; step < this.end; step++) {
      if (!this.#begin(step) || (this.#hasRung && this.#leavesWhatIsDue())) return false;
    }
    this.#isBeginning = false;
    return this.#open === 0;
  }

  /** Answers whether this is still on the course. */
  #begin(step: number): boolean {
    const { node } = this.#run.route.course[step]!;
    const context = this.#run.beginStep(step);
    const call: StageCall = { step, context, dueAtMs: this.#dueAtMs(node), hasSettled: false, heir: undefined };
    this.#calls.push(call);
    let returned: unknown;
    try {
      returned = this.#run.methodOf(step, node.method).call(this.#run.scope.saga, context);
    } catch (error) {
      this.#leaveCourse(call, hasThrown(error));
      return false;
    }
    if (isObject(returned)) {
      whenSettled(returned, (value) => this.#onReturned(call, value), (error) => this.#onThrew(call, error));
    } else if (isSkip(returned)) {
      this.#leaveCourse(call, hasReturned(returned));
      return false;
    } else {
      this.#succeeded(call, returned);
    }
    return true;
  }

  #onReturned(call: StageCall, value: unknown): void {
    if (call.heir !== undefined) return call.heir.onReturn(value);
    try {
      if (isSkip(value)) return this.#leaveCourse(call, hasReturned(value));
      this.#succeeded(call, value);
      if (this.#open === 0) this.#run.goOnFrom(this.end);
    } catch (error) {
      this.#failed(error);
    }
  }

  #onThrew(call: StageCall, error: unknown): void {
    if (call.heir !== undefined) return call.heir.onThrow(error);
    try {
      this.#leaveCourse(call, hasThrown(error));
    } catch (defect) {
      this.#failed(defect);
    }
  }

  #succeeded(call: StageCall, effect: unknown): void {
    call.hasSettled = true;
    this.#run.stepSucceeded(call.step, effect, call.context);
    this.#open -= 1;
    if (this.#open === 0) this.#timer?.takeBack();
  }

  #dueAtMs({ timeoutMs }: StepNode): number | null {
    if (timeoutMs === null) return null;
    this.#timer ??= new TurnTimer(this.#run.route.environment.clock, () => this.#onDue());
    const dueAtMs = this.#timer.dueIn(timeoutMs);
    if (dueAtMs < this.#earliestMs) this.#ringAt(dueAtMs);
    return dueAtMs;
  }

  #ringAt(dueAtMs: number): void {
    this.#earliestMs = dueAtMs;
    if (dueAtMs < Infinity) this.#timer!.setTo(dueAtMs);
  }

  #onDue(): void {
    this.#hasRung = true;
    if (this.#isBeginning) return;
    try {
      this.#leavesWhatIsDue();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What the timer was set for may have settled. Answers whether something was due, so that the course is left. */
  #leavesWhatIsDue(): boolean {
    this.#hasRung = false;
    let nextMs = Infinity;
    for (const { hasSettled, dueAtMs } of this.#calls) if (!hasSettled && dueAtMs !== null && dueAtMs < nextMs) nextMs = dueAtMs;
    const isDue = nextMs <= this.#earliestMs;
    if (isDue) this.#leaveCourse();
    else this.#ringAt(nextMs);
    return isDue;
  }

  /** `settled`: the call that has just settled otherwise than on the course, and how; left out where a time-out has passed. */
  #leaveCourse(settled?: StageCall, settling?: Settling): void {
    this.#timer?.takeBack();
    const { clock } = this.#run.route.environment;
    const nowMs = Math.max(clock.monotonicMs(), settled === undefined ? this.#earliestMs : 0);
    const steps = this.#calls.flatMap((call): AdoptedStep[] => {
      if (call.hasSettled) return [];
      this.#run.isUnderWay(call.step);
      const { begun } = this.#run.route.course[call.step]!;
      const { context, dueAtMs } = call;
      if (call === settled) return [{ begun, context, settling: settling!, timeoutMs: null }];
      return [{ begun, context, settling: inherited((heir) => (call.heir = heir)), timeoutMs: timeLeftMs(dueAtMs, nowMs) }];
    });
    const begun = this.#first + this.#calls.length;
    this.#run.leaveCourse({ begun, failure: null, turn: -1, isUndoing: false }, { steps, compensation: null });
  }

  #failed(defect: unknown): void {
    this.#timer?.takeBack();
    this.#run.failed(defect);
  }
}

function timeLeftMs(dueAtMs: number | null, nowMs: number): number | null | 'passed' {
  if (dueAtMs === null) return null;
  return dueAtMs <= nowMs ? 'passed' : dueAtMs - nowMs;
}
