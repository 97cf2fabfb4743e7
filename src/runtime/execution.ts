import { isAbortSaga } from '../errors/abort-saga.js';
import { SagaCancelledError } from '../errors/runtime-errors.js';
import { unreachable } from '../errors/unreachable.js';
import type { Blueprint } from '../graph/compile.js';
import type { RetryPolicy, StepNode } from '../graph/saga-graph.js';
import type { Command } from '../kernel/commands.js';
import type { SagaEvent, SavepointBegun, WaitBegun } from '../kernel/events.js';
import { evolve } from '../kernel/evolve.js';
import type { Rejection } from '../kernel/judge.js';
import { cancelled } from '../kernel/judge.js';
import { plan } from '../kernel/plan.js';
import type { ExecutionState } from '../kernel/state.js';
import { initialState } from '../kernel/state.js';
import type { Alarm } from './alarms.js';
import { Alarms } from './alarms.js';
import type { CancelRequest } from './cancellation.js';
import { cancelRequestOf, watchForCancellation } from './cancellation.js';
import { Identity } from './identity.js';
import { invoke } from './invoke.js';
import { tellObservers } from './observers.js';
import type { Environment } from './options.js';
import type { ExecutionRef, Report, SagaClass } from './ports.js';
import type { RetryIf } from './retry-if.js';
import { accepts } from './retry-if.js';
import type { RunSettings } from './run-settings.js';
import type { Running } from './running.js';
import type { OpenScope } from './scopes.js';
import { StepRuns } from './step-runs.js';
import type { TransactionOption } from './transaction.js';
import { OpenTransaction, savepointStatement } from './transaction.js';
import { askErrorHandler, askFallback, compensate } from './undo-calls.js';

/**
 * One execution in memory: asks the kernel what to do, does it, and feeds back what happened, until nothing is left to do. It decides
 * nothing itself.
 */
export class Execution implements Running {
  readonly identity: ExecutionRef;
  readonly state: ExecutionState;
  readonly alarms: Alarms;
  readonly steps: StepRuns;
  readonly #settings: RunSettings;
  readonly #stepWaits = new Map<string, Alarm>();
  #passWait: Alarm | undefined;
  #transaction: OpenTransaction | undefined;
  #stopWatching: () => void = () => {};
  #proceeding = false;
  #onEnd: () => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #isDefect = false;

  constructor(
    readonly sagaClass: SagaClass,
    readonly blueprint: Blueprint,
    readonly scope: OpenScope,
    readonly input: unknown,
    readonly environment: Environment,
    settings: RunSettings,
  ) {
    const { executionId, transaction, savepoint } = settings;
    this.identity = new Identity(blueprint.graph.saga, executionId === null ? environment.newId : () => executionId);
    const { compensationRetry } = environment;
    const kind = transaction === null ? 'none' : savepoint === null ? 'plain' : 'savepoints';
    this.state = initialState(blueprint.graph, { compensationRetry, transaction: kind });
    this.alarms = new Alarms(environment.clock);
    this.steps = new StepRuns(this);
    this.#settings = settings;
  }

  /**
   * Runs until the end is recorded. Rejects for a transaction that could not begin, and then nothing has; else only for a defect, of this
   * library or of what was injected into the runner.
   */
  untilEnd(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onEnd = resolve;
      this.#reject = reject;
      if (!this.#isCancellable) return this.#proceed();
      const { clock } = this.environment;
      this.#stopWatching = watchForCancellation(this.#settings, clock, this.alarms, (request) => this.#cancel(request));
      if (this.#settings.transaction === null) this.#begin(cancelRequestOf(this.#settings, clock));
      else this.#beginInTransaction(this.#settings.transaction);
    });
  }

  readonly report = (report: Report): void => {
    if (this.environment.observers.length > 0) tellObservers(this.environment.observers, report, this.identity);
  };

  happened(judge: () => SagaEvent | null, afterwards?: () => void): void {
    if (this.#isDefect) return;
    try {
      const event = judge();
      if (event === null) return;
      this.#record(event);
      afterwards?.();
      this.#proceed();
    } catch (error) {
      this.onDefect(error);
    }
  }

  readonly onDefect = (error: unknown): void => {
    this.#isDefect = true;
    this.#stopWatching();
    this.alarms.takeAllBack();
    void this.#transaction?.rollBack(error);
    this.#reject(error);
  };

  rejection(error: unknown, retryIf: RetryIf | null | undefined): Rejection {
    return { error, aborts: isAbortSaga(error), retryable: accepts(retryIf, error), sample: this.environment.random() };
  }

  retryIfOf(retry: RetryPolicy | null): RetryIf | undefined {
    return retry === null ? undefined : this.blueprint.retryIf.get(retry);
  }

  nodeOf(step: string): StepNode {
    return this.blueprint.graph.steps[this.state.layout.indexOf.get(step)!]!;
  }

  /** `cancelled`: it is to end at once. */
  #begin(cancelled?: CancelRequest): void {
    this.happened(() => ({ type: 'execution-begun' }), () => {
      if (cancelled !== undefined) this.#cancel(cancelled);
    });
  }

  #beginInTransaction(transaction: TransactionOption): void {
    this.#transaction = new OpenTransaction(this.identity.saga, {
      begun: () => this.#begin(),
      notBegun: (error) => {
        this.#stopWatching();
        this.#reject(error);
      },
      lost: (error) => this.#cancelWith(error, error),
    });
    this.#transaction.begin(transaction);
  }

  get #isCancellable(): boolean {
    const { signal, deadlineAtMs, transaction } = this.#settings;
    return signal !== null || deadlineAtMs !== null || transaction !== null;
  }

  #cancel(request: CancelRequest): void {
    if (this.state.phase === 'new') return this.#begin(request); // no longer waiting for its transaction
    const { reason, deadlineMs } = request;
    const cause = this.state.passWait === null ? reason : this.state.passWait.failure.error;
    const error = new SagaCancelledError(this.identity.saga, { reason, deadlineMs, cause });
    this.#cancelWith(error, deadlineMs === undefined ? reason : error);
  }

  #cancelWith(error: unknown, reason: unknown): void {
    this.happened(() => cancelled(this.state, error), () => {
      if (this.#passWait !== undefined) this.alarms.takeBack(this.#passWait);
      this.steps.cancel(reason);
    });
  }

  #record(event: SagaEvent): void {
    evolve(this.state, event);
    if (this.environment.observers.length > 0) tellObservers(this.environment.observers, event, this.identity);
  }

  /** A loop and not a recursion: a method that settles at once only changes the state, and the loop goes on from there. */
  #proceed(): void {
    if (this.#proceeding) return;
    this.#proceeding = true;
    try {
      for (let command = plan(this.state); command !== undefined; command = plan(this.state)) this.#perform(command);
    } finally {
      this.#proceeding = false;
    }
  }

  #perform(command: Command): void {
    this.#record(command.event);
    switch (command.type) {
      case 'execute-step':
        return this.steps.begin(command.event, this.#transaction?.handle, this.#isCancellable);
      case 'compensate':
        return compensate(this, command.event);
      case 'ask-fallback':
        return askFallback(this, command.event);
      case 'ask-error-handler':
        return askErrorHandler(this, command.event);
      case 'wait':
        return this.#wait(command.event);
      case 'savepoint':
        return this.#savepoint(command.event);
      case 'commit':
        return this.#commit();
      case 'roll-back':
        return this.#rollBack();
      case 'record':
        if (command.event.type === 'step-failed') this.#takeBackWait(command.event.step);
        if (command.event.type === 'execution-ended') this.#end();
        return;
      default:
        return unreachable(command);
    }
  }

  #wait({ for: what, delayMs }: WaitBegun): void {
    if (what.of === 'pass' && this.state.passWait === null) return; // who observed that it begins has cancelled the execution
    const alarm = this.alarms.set(delayMs, () => {
      if (what.of === 'step') this.#stepWaits.delete(what.step);
      this.happened(() => ({ type: 'wait-ended', for: what }));
    });
    if (what.of === 'step') this.#stepWaits.set(what.step, alarm);
    if (what.of === 'pass') this.#passWait = alarm;
  }

  #takeBackWait(step: string): void {
    const alarm = this.#stepWaits.get(step);
    if (alarm === undefined) return;
    this.#stepWaits.delete(step);
    this.alarms.takeBack(alarm);
  }

  #savepoint({ stage, does }: SavepointBegun): void {
    const { handle } = this.#transaction!;
    invoke(
      () => this.#settings.savepoint!(handle, savepointStatement(stage, does)),
      () => this.happened(() => ({ type: 'savepoint-succeeded' })),
      (error) => this.happened(() => ({ type: 'savepoint-failed', error })),
    );
  }

  #commit(): void {
    this.#transaction!.commit().then(
      () => this.happened(() => ({ type: 'commit-succeeded' })),
      (error: unknown) => this.happened(() => ({ type: 'commit-failed', error })),
    );
  }

  #rollBack(): void {
    void this.#transaction!.rollBack(this.state.failures[0]!.error).then((isConfirmed) => {
      if (!isConfirmed) this.report({ type: 'rollback-unconfirmed' });
      this.happened(() => ({ type: 'rollback-ended' }));
    });
  }

  #end(): void {
    this.#stopWatching();
    this.alarms.takeAllBack(); // of steps that were cancelled: their time-outs mean nothing any more
    this.#onEnd();
  }
}
