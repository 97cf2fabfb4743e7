import { StepTimeoutError } from '../errors/runtime-errors.js';
import type { StepNode } from '../graph/saga-graph.js';
import { effectsNeeded, subSagaInput } from '../kernel/effects.js';
import type { StepBegun, StepEvent } from '../kernel/events.js';
import { stepGraceEnded, stepReturned, stepSkipped, stepThrew, stepTimedOut } from '../kernel/judge.js';
import type { ExecutionState } from '../kernel/state.js';
import { isSkip } from '../saga/verdicts.js';
import type { AdoptedStep } from './adopted-call.js';
import { callStep } from './calls.js';
import type { RunningStepContext } from './contexts.js';
import { SpecialStepContext } from './contexts.js';
import { calling } from './invoke.js';
import type { LiveExecution } from './live-execution.js';
import { timedCall } from './timed-call.js';

interface LastRun {
  readonly run: StepBegun;
  readonly context: RunningStepContext;
}

/** A transaction that is of one run alone, and whoever hears first what becomes of that run. */
export interface OwnTransaction {
  readonly transactionHandle: unknown;
  readonly happened: (judge: () => StepEvent | null) => void;
  /** Called before that, once the method has settled. */
  readonly settled: () => void;
}

/** The runs of an execution's steps. */
export class StepRuns {
  readonly #execution: LiveExecution;
  /** Each step's last run, where it may have to be told that the execution is cancelled. */
  #lastRuns: Map<string, LastRun> | undefined;

  constructor(execution: LiveExecution) {
    this.#execution = execution;
  }

  begin(run: StepBegun, isCancellable: boolean, own: OwnTransaction | null = null, adopted: AdoptedStep | null = null): void {
    const execution = this.#execution;
    const { transactionHandle, happened } = own ?? execution;
    const { state, identity } = execution;
    const node = execution.nodeOf(run.step);
    const context = adopted?.context ?? this.#contextOf(run, node, transactionHandle);
    if (isCancellable) (this.#lastRuns ??= new Map()).set(run.step, { run, context });
    const limit = adopted === null ? node : { timeoutMs: adopted.timeoutMs, graceMs: node.graceMs };
    const call = adopted?.settling ?? calling(() => callStep(execution.blueprint, execution.scope, node, context));
    timedCall(execution.alarms, limit, call, {
      returned: (value) => {
        own?.settled();
        happened(() => judgeReturned(state, run, value, context.close()));
      },
      threw: (error) => {
        own?.settled();
        happened(() => stepThrew(state, run, execution.rejection(error, execution.retryIfOf(node.retry))));
      },
      timedOut: () => {
        const error = new StepTimeoutError(identity.saga, run.step, node.timeoutMs!);
        happened(() => stepTimedOut(state, run, error));
        context.abort(error);
      },
      graceEnded: () => happened(() => stepGraceEnded(state, run)),
    });
  }

  #contextOf(run: StepBegun, node: StepNode, transactionHandle: unknown): RunningStepContext {
    const { state, identity, input } = this.#execution;
    const { inDoubt } = state.steps[state.layout.indexOf.get(run.step)!]!; // as it is now: this run may be given up in doubt itself
    const ownInput = node.within === '' ? input : subSagaInput(state, node);
    return new SpecialStepContext(identity, run, ownInput, effectsNeeded(state, node.needs), transactionHandle, inDoubt);
  }

  /** Aborts the signals of the steps that run; each has its grace to settle (R19). */
  cancel(reason: unknown): void {
    const execution = this.#execution;
    const { state, alarms } = execution;
    for (const { run, context } of this.#lastRuns?.values() ?? []) {
      const step = state.steps[state.layout.indexOf.get(run.step)!]!;
      if (step.status !== 'running' || step.round !== run.round || step.attempt !== run.attempt) continue;
      alarms.set(execution.nodeOf(run.step).graceMs, () => execution.happened(() => stepGraceEnded(state, run)));
      context.abort(reason);
    }
  }
}

function judgeReturned(state: ExecutionState, run: StepBegun, value: unknown, events: readonly unknown[] | undefined): StepEvent | null {
  return isSkip(value) ? stepSkipped(state, run, events) : stepReturned(state, run, value, events);
}
