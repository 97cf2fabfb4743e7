import type { Started } from '../durable/engine.js';
import { Engine } from '../durable/engine.js';
import type { Executions } from '../durable/executions.js';
import type { LogOptions } from '../durable/options.js';
import { logOptionNames, logSettingsOf } from '../durable/options.js';
import type { Repairs } from '../durable/repairs.js';
import { repairsBy, said } from '../durable/repairs.js';
import { SagaStuckError } from '../errors/runtime-errors.js';
import { codeOf, SagaError } from '../errors/saga-error.js';
import { blueprintOf } from '../graph/compile.js';
import type { TellEnd } from '../runtime/caller.js';
import { metadataOf } from '../runtime/execution-metadata.js';
import { rememberOrigin } from '../runtime/failure-registry.js';
import { MemoryRuns } from '../runtime/memory-runs.js';
import type { Environment, SagaRunnerOptions } from '../runtime/options.js';
import { environmentOf } from '../runtime/options.js';
import type { ExecutionName, SagaClass } from '../runtime/ports.js';
import { isMilliseconds } from '../runtime/option-rules.js';
import { isExecutionId, runSettingsOf } from '../runtime/run-settings.js';
import type { RunArguments } from '../saga/inference.js';
import type { RunOptions } from '../saga/run-options.js';
import type { Completed, Settled } from '../saga/settled.js';
import type { StartOptions } from '../saga/start-options.js';
import type { StartArguments } from '../saga/storable.js';
import { checkAll } from './check.js';
import type { ExecutionHandle } from './execution-handle.js';
import { startSettingsOf } from './start-settings.js';

/** How long to wait where the log cannot be reached, in milliseconds. */
const cancelAgainMs = 1_000;

export interface CloseOptions {
  /** How long what runs may still take, in milliseconds, at least 0; then it is left to other workers. @defaultValue 10_000 */
  readonly drainMs?: number;
}
export interface RepairOptions {
  /** Who does it: logged with the repair. */
  readonly by: string;
}

/**
 * Runs sagas, any number at once: in memory, or, where it is given a `log`, durably. Then every execution is kept there, survives the
 * death of the process that runs it, and is gone on with by whichever process has the time.
 */
export class SagaRunner {
  readonly #environment: Environment;
  readonly #memory: MemoryRuns;
  readonly #engine: Engine | null;
  readonly #sagas: readonly SagaClass[];

  /** @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS`, `SAGA_LOG_BAD_OPTIONS` when an option is unknown or of the wrong type */
  constructor(options: SagaRunnerOptions & LogOptions = {}) {
    this.#environment = environmentOf(options, logOptionNames);
    this.#memory = new MemoryRuns(this.#environment);
    const settings = logSettingsOf(options);
    this.#engine = settings && new Engine(settings, this.#environment);
    this.#sagas = settings?.sagas ?? [];
  }

  /**
   * Runs a saga to its end, with its input and, behind it, the options of this run. Resolves with its effects. Rejects, once everything is
   * undone, with the very value that the failing step threw (R16), where that was in this process, with {@link SagaCancelledError} where it
   * was cancelled (R19), or with what the commit failed with (R21); with {@link SagaStuckError} when a compensation failed for good (R15);
   * with a `SagaError` when nothing could begin: the options are wrong, the id is taken, the saga could not be resolved, the transaction
   * could not begin, the log cannot be reached.
   */
  run<S extends object>(saga: SagaClass<S>, ...args: RunArguments<S>): Promise<Completed<S>>;
  run(saga: SagaClass, input?: unknown, options?: RunOptions): Promise<unknown> {
    return this.#end(saga, input, options, this.#tellOfRun);
  }

  /**
   * Runs a saga to its end and tells how it ended: `completed`, `compensated` or `stuck`. Never rejects for the saga's own failure, only
   * with a `SagaError` when nothing could begin.
   */
  settle<S extends object>(saga: SagaClass<S>, ...args: RunArguments<S>): Promise<Settled<S>>;
  settle(saga: SagaClass, input?: unknown, options?: RunOptions): Promise<unknown> {
    return this.#end(saga, input, options, tellOfSettling);
  }

  /**
   * Starts a saga on the log, with its input and, behind it, options, and resolves when that is durable: from then on it comes to an end,
   * whatever happens to this process. Safe to repeat with the same `id` where the answer was lost.
   *
   * @throws SagaIdConflictError where the id is of another saga, or of another input; SagaError `SAGA_LOG_UNAVAILABLE` where nobody knows
   * whether it was started
   */
  async start<S extends object>(saga: SagaClass<S>, ...args: StartArguments<S>): Promise<ExecutionHandle<S>> {
    const [input, options] = args as readonly unknown[] as readonly [unknown, StartOptions | undefined];
    const { saga: name } = blueprintOf(saga).graph;
    const engine = this.#logged('start');
    const { id = this.#newId(), deadlineMs = Infinity, metadata: given } = startSettingsOf(name, options);
    const metadata = metadataOf(this.#environment, given);
    const request = { id, input, deadlineMs: deadlineMs === Infinity ? null : deadlineMs, metadata, signal: null };
    return this.#handleOf<S>(name, await engine.start(saga, request));
  }

  /**
   * An execution that was started before, here or anywhere; of which saga is believed. Whether there is one is told when it is first asked;
   * what is no id at once: `SAGA_LOG_UNKNOWN_EXECUTION`.
   */
  handle<S extends object>(saga: SagaClass<S>, id: string): ExecutionHandle<S> {
    return this.#handleOf<S>(blueprintOf(saga).graph.saga, this.#logged('handle').find(id));
  }

  /** Executions on the log: which there are, what happened to them, and whether all is well. */
  get executions(): Executions {
    return this.#logged('executions').executions;
  }

  /**
   * What can be done about an execution that is stuck: `runner.repair(id, { by: 'ann' }).skip('hotel', 'cancelled by phone')`. This runner
   * then goes on with it, so it must be a worker that has the saga and can resolve it.
   */
  repair(id: string, options: RepairOptions): Repairs {
    const engine = this.#logged('repair');
    // From JavaScript they may be left out.
    return repairsBy(async (repair) => engine.repair(id, repair, said('by', (options as Partial<RepairOptions> | undefined)?.by)));
  }

  /**
   * Resolves these sagas, each with all of its parts, as an execution without metadata would, and disposes of them: at boot, so that what
   * is not registered is found there and not by the first execution. None of their methods is called. Of several things that a saga lacks
   * the first is told. Awaits, without limit, what the resolver takes to make and to dispose.
   *
   * @param sagas - where none is given, on a log: the runner's `sagas`; in memory nothing is looked at then
   * @throws SagaCheckError when some of them cannot be resolved: all of them in one
   */
  async check(...sagas: readonly SagaClass[]): Promise<void> {
    await checkAll(this.#environment, sagas.length > 0 ? sagas : this.#sagas);
  }

  /**
   * Makes this process a worker: from now on it goes on with what is due on the log, of its `sagas` and of those that it starts. Without it
   * this process runs what it starts itself, and nothing else. Rejects where the log cannot be reached or is not ready.
   */
  async open(): Promise<void> {
    await this.#logged('open').open();
  }

  /**
   * Takes up nothing more, lets what runs go on for a while, and leaves the rest to other workers. Until that is done `executions`
   * and `status()` answer as before; then whoever still waits here is rejected with `SAGA_LOG_CLOSED`. In memory there is nothing to close.
   * Safe to call twice.
   */
  async close({ drainMs = 10_000 }: CloseOptions = {}): Promise<void> {
    if (!isMilliseconds(drainMs)) throw badDrain(drainMs);
    await this.#engine?.close(drainMs);
  }

  #end(saga: SagaClass, input: unknown, options: RunOptions | undefined, tellEnd: TellEnd): Promise<unknown> {
    if (this.#engine === null) return this.#memory.run(saga, input, options, tellEnd);
    return this.#endOnLog(this.#engine, saga, input, options, tellEnd);
  }

  async #endOnLog(
    engine: Engine,
    saga: SagaClass,
    input: unknown,
    options: RunOptions | undefined,
    tellEnd: TellEnd,
  ): Promise<unknown> {
    const { saga: name } = blueprintOf(saga).graph;
    const { signal, deadlineMs, executionId, transaction } = runSettingsOf(name, options, this.#environment.clock);
    if (transaction !== null) throw noTransactionOnLog(name);
    const metadata = metadataOf(this.#environment, options?.metadata);
    const id = executionId ?? this.#newId();
    const withinMs = deadlineMs === Infinity ? null : (deadlineMs ?? null);
    const started = await engine.start(saga, { id, input, signal, deadlineMs: withinMs, metadata });
    let isOver = false;
    const cancel = (): void => void this.#cancel(engine, id, signal!.reason, () => isOver);
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await told(await started.settled(), { id, saga: name }, tellEnd);
    } finally {
      isOver = true;
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Until the log has heard of it, or there is nothing to cancel any more. */
  async #cancel(engine: Engine, id: string, reason: unknown, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        return await engine.cancel(id, reason);
      } catch (error) {
        if (codeOf(error) !== 'SAGA_LOG_UNAVAILABLE') return; // it has ended, or this runner is closed
      }
      await new Promise<void>((resolve) => this.#environment.clock.schedule(cancelAgainMs, resolve));
    }
  }

  readonly #tellOfRun: TellEnd = (settled, execution, promised) => {
    if (settled.status === 'completed') return promised.resolve(settled);
    const cause = this.#engine === null ? settled.error : this.#engine.thrown(settled.error);
    const error = settled.status === 'stuck' ? new SagaStuckError(execution.saga, settled) : cause;
    rememberOrigin(settled.error, execution, settled.failedStep);
    if (error !== settled.error) rememberOrigin(error, execution, settled.failedStep);
    promised.reject(error);
  };

  #handleOf<S extends object>(saga: string, started: Started): ExecutionHandle<S> {
    const engine = this.#engine!;
    const { id } = started;
    return {
      id,
      result: async () => (await told(await started.settled(), { id, saga }, this.#tellOfRun)) as Completed<S>,
      settled: async () => (await told(await started.settled(), { id, saga }, tellOfSettling)) as Settled<S>,
      cancel: async (reason?: unknown) => engine.cancel(id, reason),
      status: async () => engine.statusOf(id),
    };
  }

  /** @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS` where the runner's `newId` makes what is no id */
  #newId(): string {
    const id: unknown = this.#environment.newId();
    if (isExecutionId(id)) return id;
    throw new SagaError({
      code: 'SAGA_RUNTIME_BAD_OPTIONS',
      problem: `The 'newId' of this runner made ${JSON.stringify(id)}, and an id is 1 to 200 characters of printable ASCII, no spaces.`,
      remedy: 'Correct it, or leave it out to have UUIDs.',
    });
  }

  #logged(method: string): Engine {
    if (this.#engine !== null) return this.#engine;
    throw new SagaError({
      code: 'SAGA_LOG_BAD_OPTIONS',
      problem: `runner.${method} needs an execution log, and this runner has none.`,
      remedy: "Give it one:  new SagaRunner({ log: sqliteLog('sagas.db') }).",
    });
  }
}

const tellOfSettling: TellEnd = (settled, execution, promised) => {
  if (settled.status !== 'completed') rememberOrigin(settled.error, execution, settled.failedStep);
  promised.resolve(settled);
};

function told(settled: Settled<object>, execution: ExecutionName, tellEnd: TellEnd): Promise<unknown> {
  return new Promise((resolve, reject) => tellEnd(settled, execution, { resolve, reject }));
}

function badDrain(drainMs: unknown): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: `'drainMs' is ${String(drainMs)}, and must be a finite number of milliseconds, at least 0.`,
    remedy: 'Correct it, or leave it out to have 10 seconds.',
  });
}

function noTransactionOnLog(saga: string): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_NO_TRANSACTION',
    problem: `${saga} cannot run in a \`transaction\` of its caller, because none outlives the process that the log is there for.`,
    remedy: 'Mark the steps that write to the database of the log with  @Step({ transactional: true }).',
  });
}
