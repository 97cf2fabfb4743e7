import { StepTimeoutError } from '../errors/runtime-errors.js';
import type { StepNode } from '../graph/saga-graph.js';
import { effectsNeeded, subSagaInput } from '../kernel/effects.js';
import type { SagaEvent, StepBegun } from '../kernel/events.js';
import { stepGraceEnded, stepReturned, stepSkipped, stepThrew, stepTimedOut } from '../kernel/judge.js';
import { isSkip } from '../saga/verdicts.js';
import { callStep } from './calls.js';
import { RunningStepContext } from './contexts.js';
import type { Running } from './running.js';
import { inputFor } from './running.js';
import { timedCall } from './timed-call.js';

interface LastRun {
  readonly run: StepBegun;
  readonly context: RunningStepContext;
}

/** The runs of an execution's steps. */
export class StepRuns {
  #inputsOfSubSagas: Map<string, unknown> | undefined;
  readonly #running: Running;
  /** Each step's last run, where it may have to be told that the execution is cancelled. */
  #lastRuns: Map<string, LastRun> | undefined;
  #cancelled: { readonly reason: unknown } | undefined;

  constructor(running: Running) {
    this.#running = running;
  }

  /** What each sub-saga that was opened was last opened with, by path. */
  get inputsOfSubSagas(): ReadonlyMap<string, unknown> {
    return (this.#inputsOfSubSagas ??= new Map());
  }

  begin(run: StepBegun, transaction: unknown, isCancellable: boolean): void {
    const running = this.#running;
    const { state, identity } = running;
    const node = running.nodeOf(run.step);
    const input = inputFor(running, node, subSagaInput(state, state.layout.indexOf.get(run.step)!));
    const context = new RunningStepContext(identity, run, input, effectsNeeded(state, node.needs), transaction);
    if (isCancellable) (this.#lastRuns ??= new Map()).set(run.step, { run, context });
    if (this.#cancelled !== undefined) this.#cancelRun({ run, context }, this.#cancelled.reason); // by who observed that it begins
    timedCall(running.alarms, node, () => callStep(identity.saga, running.scope, node, context), {
      returned: (value) => running.happened(() => this.#returned(run, node, value, context.close())),
      threw: (error) => running.happened(() => stepThrew(state, run, running.rejection(error, running.retryIfOf(node.retry)))),
      timedOut: () => {
        const error = new StepTimeoutError(identity.saga, run.step, node.timeoutMs!);
        running.happened(() => stepTimedOut(state, run, error));
        context.abort(error);
      },
      graceEnded: () => running.happened(() => stepGraceEnded(state, run)),
    });
  }

  /** Aborts the signals of the steps that run; each has its grace to settle (R19). */
  cancel(reason: unknown): void {
    this.#cancelled = { reason };
    for (const lastRun of this.#lastRuns?.values() ?? []) this.#cancelRun(lastRun, reason);
  }

  #cancelRun({ run, context }: LastRun, reason: unknown): void {
    const running = this.#running;
    const { state, alarms } = running;
    const step = state.steps[state.layout.indexOf.get(run.step)!]!;
    if (step.status !== 'running' || step.round !== run.round || step.attempt !== run.attempt) return;
    alarms.set(running.nodeOf(run.step).graceMs, () => running.happened(() => stepGraceEnded(state, run)));
    context.abort(reason);
  }

  #returned(run: StepBegun, node: StepNode, value: unknown, events: readonly unknown[] | undefined): SagaEvent | null {
    if (isSkip(value)) return stepSkipped(this.#running.state, run, events);
    const event = stepReturned(this.#running.state, run, value, events);
    if (node.opens !== null && event?.type === 'step-succeeded') (this.#inputsOfSubSagas ??= new Map()).set(run.step, value);
    return event;
  }
}
