import { AsyncResource } from 'node:async_hooks';
import { isAbortSaga } from '../errors/abort-saga.js';
import { SagaCancelledError } from '../errors/runtime-errors.js';
import { unreachable } from '../errors/unreachable.js';
import type { Blueprint } from '../graph/blueprint.js';
import { compensationTimeoutMs } from '../graph/defaults.js';
import type { RetryPolicy, StepNode } from '../graph/saga-graph.js';
import type { Command } from '../kernel/commands.js';
import type { SagaEvent, SavepointBegun, WaitBegun } from '../kernel/events.js';
import { evolve } from '../kernel/evolve.js';
import type { Rejection } from '../kernel/judge.js';
import { cancelled } from '../kernel/judge.js';
import { hasBegunSteps, hasUndone } from '../kernel/outcome.js';
import { plan } from '../kernel/plan.js';
import type { ExecutionState } from '../kernel/state.js';
import { initialState } from '../kernel/state.js';
import type { AdoptedCalls } from './adopted-call.js';
import type { Alarm } from './alarms.js';
import { Alarms } from './alarms.js';
import type { CancelRequest } from './cancellation.js';
import { watchForCancellation } from './cancellation.js';
import { invoke } from './invoke.js';
import type { LiveExecution } from './live-execution.js';
import { tellObservers } from './observers.js';
import type { Environment } from './options.js';
import type { ExecutionRef, ObservedEvent, Report, SagaClass } from './ports.js';
import type { RetryIf } from './retry-if.js';
import { accepts } from './retry-if.js';
import type { RunSettings } from './run-settings.js';
import type { OpenScope } from './scopes.js';
import { StepRuns } from './step-runs.js';
import type { TransactionOption } from './transaction.js';
import { OpenTransaction, savepointStatement } from './transaction.js';
import { askErrorHandler, askFallback, compensate } from './undo-calls.js';
import { warnOfRollback } from './warnings.js';

/** How long the driver is awaited to roll back. */
const rollbackTimeoutMs = compensationTimeoutMs;

const nothing = (): void => {};

/**
 * One execution in memory: asks the kernel what to do, does it, and feeds back what happened, until nothing is left to do. It decides
 * nothing itself.
 */
export class Execution implements LiveExecution {
  readonly state: ExecutionState;
  readonly alarms: Alarms;
  readonly #steps: StepRuns;
  readonly #settings: RunSettings;
  readonly #stepWaits = new Map<string, Alarm>();
  #passWait: Alarm | undefined;
  #transaction: OpenTransaction | undefined;
  #savepointCall: { isGivenUp: boolean } | undefined;
  #stopWatching: () => void = nothing;
  #cancelRequest: CancelRequest | undefined;
  #isTelling = false;
  /** Who cancels has an asynchronous context of his own: what is done then is done in that of the run, or of its transaction's work. */
  #context: AsyncResource | undefined;
  #proceeding = false;
  #onEnd: () => void = nothing;
  #reject: (error: unknown) => void = nothing;
  #isDefect = false;

  constructor(
    readonly sagaClass: SagaClass,
    readonly blueprint: Blueprint,
    readonly scope: OpenScope,
    readonly input: unknown,
    readonly environment: Environment,
    settings: RunSettings,
    readonly identity: ExecutionRef,
  ) {
    const { transaction, savepoint } = settings;
    const { compensationRetry } = environment;
    const kind = transaction === null ? 'none' : savepoint === null ? 'plain' : 'savepoints';
    this.state = initialState(blueprint.graph, { compensationRetry, transaction: kind, haltsWhenStuck: false });
    this.alarms = new Alarms(environment.clock);
    this.#steps = new StepRuns(this);
    this.#settings = settings;
  }

  /**
   * Runs until the end is recorded. Rejects for a transaction that could not begin, and then nothing has; else only for a defect, of this
   * library or of what was injected into the runner.
   */
  untilEnd(cancelledBefore: CancelRequest | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onEnd = resolve;
      this.#reject = reject;
      if (!this.#isCancellable) return this.#proceed();
      this.#enterContext();
      const cancel = (request: CancelRequest): void => this.#context!.runInAsyncScope(() => this.#cancel(request));
      this.#stopWatching = watchForCancellation(this.#settings, this.environment.clock, this.alarms, cancel);
      if (cancelledBefore !== undefined) this.#beginCancelled(cancelledBefore);
      else if (this.#settings.transaction === null) this.#begin();
      else this.#beginInTransaction(this.#settings.transaction);
    });
  }

  /** Goes on, from its straight course, with what has happened and what is under way. Until the end, as above. */
  takeOver(events: readonly SagaEvent[], { steps, compensation }: AdoptedCalls): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onEnd = resolve;
      this.#reject = reject;
      for (const event of events) evolve(this.state, event);
      for (const step of steps) this.#steps.begin(step.begun, false, null, step);
      if (compensation !== null) compensate(this, compensation.begun, compensation);
    });
  }

  /** Whether keys that begin with its id were sent, or may have been, whose effects do not stand (R25). */
  get hasSpentKeys(): boolean {
    return this.state.end === 'completed' ? hasUndone(this.state) : hasBegunSteps(this.state);
  }

  get transactionHandle(): unknown {
    return this.#transaction?.handle;
  }

  readonly report = (report: Report): void => {
    if (this.environment.observers.length === 0) return;
    this.#tell(report);
    if (this.#cancelRequest !== undefined) queueMicrotask(() => this.#cancelIfAsked());
  };

  readonly happened = (judge: () => SagaEvent | null): void => {
    if (!this.#isTelling) this.#cancelIfAsked(); // who asked for that before this happened comes first
    this.#takeIn(judge);
  };

  readonly onDefect = (error: unknown): void => {
    this.#isDefect = true;
    this.#reject(error);
    this.#stopWatching();
    this.alarms.takeAllBack();
    void this.#transaction?.rollBack(error);
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

  #begin(): void {
    this.#takeIn(() => ({ type: 'execution-begun' }));
  }

  /** What begins is cancelled before it does anything else. */
  #beginCancelled(request: CancelRequest): void {
    this.#cancelRequest = request;
    this.#begin();
  }

  #beginInTransaction(transaction: TransactionOption): void {
    this.#transaction = new OpenTransaction(this.identity.saga, {
      begun: () => {
        this.#enterContext();
        this.#begin();
      },
      notBegun: (error) => {
        this.#stopWatching();
        this.#reject(error);
      },
      lost: (error) => this.#context!.runInAsyncScope(() => this.#cancelWith(error, error)),
    });
    this.#transaction.begin(transaction);
  }

  /** From here on, what is done later is done in the asynchronous context of this moment. */
  #enterContext(): void {
    const context = new AsyncResource('class-saga');
    this.#context = context;
    this.alarms.ringIn((ring) => context.runInAsyncScope(ring));
  }

  get #isCancellable(): boolean {
    const { signal, deadlineAtMs, transaction } = this.#settings;
    return signal !== null || deadlineAtMs !== null || transaction !== null;
  }

  #cancel(request: CancelRequest): void {
    if (this.state.phase === 'new') return this.#beginCancelled(request); // it waits for its transaction no longer
    this.#cancelRequest ??= request;
    // An observer may have asked for it: first they all hear of the event that is being told (R18).
    if (!this.#isTelling) this.#cancelIfAsked();
  }

  #cancelIfAsked(): void {
    if (this.#cancelRequest === undefined) return;
    const { reason, deadlineMs } = this.#cancelRequest;
    this.#cancelRequest = undefined;
    const cause = this.state.passWait === null ? reason : this.state.passWait.failure.error;
    const error = new SagaCancelledError(this.identity.saga, { reason, deadlineMs, cause });
    this.#cancelWith(error, deadlineMs === undefined ? reason : error);
  }

  /** `signalReason`: what the signals of the running steps abort with. */
  #cancelWith(error: unknown, signalReason: unknown): void {
    this.#takeIn(() => cancelled(this.state, error), () => {
      if (this.#passWait !== undefined) this.alarms.takeBack(this.#passWait);
      this.#giveSavepointItsGrace(error);
      this.#steps.cancel(signalReason);
    });
  }

  #takeIn(judge: () => SagaEvent | null, afterwards?: () => void): void {
    if (this.#isDefect) return;
    try {
      const event = judge();
      if (event === null) return;
      this.#record(event);
      afterwards?.();
      this.#cancelIfAsked();
      this.#proceed();
    } catch (error) {
      this.onDefect(error);
    }
  }

  #record(event: SagaEvent): void {
    evolve(this.state, event);
    if (this.environment.observers.length > 0) this.#tell(event);
  }

  #tell(event: ObservedEvent): void {
    const isTellingAnother = this.#isTelling; // an observer may make something happen
    this.#isTelling = true;
    tellObservers(this.environment.observers, event, this.identity);
    this.#isTelling = isTellingAnother;
  }

  /** A loop and not a recursion: a method that settles at once only changes the state, and the loop goes on from there. */
  #proceed(): void {
    if (this.#proceeding) return;
    this.#proceeding = true;
    try {
      for (let command = plan(this.state); command !== undefined; command = plan(this.state)) {
        this.#perform(command);
        this.#cancelIfAsked();
      }
    } finally {
      this.#proceeding = false;
    }
  }

  #perform(command: Command): void {
    this.#record(command.event);
    switch (command.type) {
      case 'execute-step':
        return this.#steps.begin(command.event, this.#isCancellable);
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
    const statement = savepointStatement(stage, does);
    const call = (this.#savepointCall = { isGivenUp: false });
    const settled = (event: SagaEvent): void => {
      if (!call.isGivenUp) this.happened(() => event);
    };
    invoke(
      () => this.#settings.savepoint!(this.transactionHandle, statement),
      () => settled({ type: 'savepoint-succeeded' }),
      (error) => settled({ type: 'savepoint-failed', error }),
    );
  }

  /** A statement under way when the execution is cancelled has the runner's grace to settle. */
  #giveSavepointItsGrace(error: unknown): void {
    const call = this.#savepointCall;
    if (call === undefined || this.state.phase !== 'at-savepoint') return;
    this.alarms.set(this.environment.graceMs, () => {
      if (this.#savepointCall !== call || this.state.phase !== 'at-savepoint') return;
      call.isGivenUp = true;
      this.happened(() => ({ type: 'savepoint-failed', error }));
    });
  }

  #commit(): void {
    this.#transaction!.commit().then(
      () => this.happened(() => ({ type: 'commit-succeeded' })),
      (error: unknown) => this.happened(() => ({ type: 'commit-failed', error })),
    );
  }

  /** A driver that hangs does not hold the end for ever: whatever it does later, its work was rejected. */
  #rollBack(): void {
    let isOver = false;
    const end = (isConfirmed: boolean): void => {
      if (isOver) return;
      isOver = true;
      this.alarms.takeBack(alarm);
      if (!isConfirmed) this.#rollbackIsUnconfirmed();
      this.happened(() => ({ type: 'rollback-ended' }));
    };
    const alarm = this.alarms.set(rollbackTimeoutMs, () => end(false));
    void this.#transaction!.rollBack(this.state.failures[0]!.error).then(end);
  }

  #rollbackIsUnconfirmed(): void {
    if (this.environment.observers.length === 0) warnOfRollback(this.identity.saga);
    this.report({ type: 'rollback-unconfirmed' });
  }

  #end(): void {
    this.#stopWatching();
    if (this.state.cancelled) this.alarms.takeAllBack(); // of steps that were cancelled: their time-outs mean nothing any more
    this.#onEnd();
  }
}
