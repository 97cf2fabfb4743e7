import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { LogUnavailableError, NoTransactionError, SagaIdConflictError } from '../errors/log-errors.js';
import { SagaError } from '../errors/saga-error.js';
import type { ExecutionEvent, Repair } from '../kernel/events.js';
import { repairOf } from '../kernel/judge.js';
import type { ExecutionState } from '../kernel/state.js';
import { tellObservers } from '../runtime/observers.js';
import type { Environment } from '../runtime/options.js';
import type { ExecutionRef, Report, SagaClass } from '../runtime/ports.js';
import { warnOfLog } from '../runtime/warnings.js';
import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import type { Settled } from '../saga/settled.js';
import { answerWithin } from './asking.js';
import { Codec } from './codec/codec.js';
import { EventCodec } from './event-codec.js';
import type { ExecutionLog, ExecutionStatus, Head, WriteResult } from './execution-log.js';
import { Executions } from './executions.js';
import { GroupWriter } from './group-writer.js';
import { isUnreadable } from './history.js';
import type { LoggedExecution } from './logged-execution.js';
import { Maintenance } from './maintenance.js';
import { letGo, takeHold } from './open-logs.js';
import type { LogSettings } from './options.js';
import type { RegisteredSaga } from './registry.js';
import { Registry } from './registry.js';
import { Relay } from './relay.js';
import { badRepair, notStuck, repairedByAnother } from './repairs.js';
import { checkId, Results, unknownExecution } from './results.js';
import { decodeMetadata, encodeMetadata } from './stored-metadata.js';
import { wholeMs } from './whole-ms.js';
import { Worker } from './worker.js';

/** Without a worker there is no lease to reckon with: this is how long the store has to answer, in milliseconds. */
const clientPatienceMs = 15_000;

export interface StartRequest {
  readonly id: string;
  readonly input: unknown;
  /** `null`: none. */
  readonly deadlineMs: number | null;
  readonly metadata: ExecutionMetadata;
  /** Where it is aborted before anything has begun, nothing does (R19). Whoever aborts it later is to cancel the execution. */
  readonly signal: AbortSignal | null;
}

/** What is written of a start. */
interface StartTexts {
  readonly input: string;
  readonly inputHash: string;
  readonly metadata: string | null;
  readonly deadlineMs: number | null;
}

/** An execution that was started or found: here, or wherever it runs. */
export interface Started {
  readonly id: string;
  /** How it ended, or that it is stuck. */
  settled(): Promise<Settled<object>>;
}

/** Executions on a log, as a runner asks for them: started and found, repaired, and, where this process is a worker, run. */
export class Engine {
  readonly executions: Executions;
  readonly #settings: LogSettings;
  readonly #environment: Environment;
  readonly #events: EventCodec;
  readonly #registry: Registry;
  readonly #results: Results;
  readonly #worker: Worker | null;
  readonly #writer: GroupWriter;
  readonly #maintenance: Maintenance;
  readonly #patienceMs: number;
  /** Starts under way, by id: two of the same id go one after the other. */
  readonly #starting = new Map<string, Promise<unknown>>();
  #ready: Promise<void> | null = null;
  #declaring: Promise<void> = Promise.resolve();
  readonly #declared = new Set<string>();
  /** From here on nothing begins; what there is can be read until the log is let go. */
  #closed: SagaError | null = null;
  #isLetGo = false;
  #closing: Promise<void> | null = null;
  #nonces = 0;

  constructor(settings: LogSettings, environment: Environment) {
    const { log, sagas, worker, payloads } = settings;
    const { clock, random } = environment;
    this.#settings = settings;
    this.#environment = environment;
    this.#events = new EventCodec(new Codec(payloads));
    this.#registry = new Registry(worker?.upgrade === 'compatible-prefix');
    for (const saga of sagas) this.#checked(this.#registry.register(saga));
    this.#patienceMs = (worker?.leaseMs ?? clientPatienceMs) / 3;
    const { codec } = this.#events;
    const report = (problem: Report, execution: ExecutionRef): void => this.#report(problem, execution);
    const relay = new Relay(log, codec, environment, worker?.leaseMs ?? clientPatienceMs, report);
    this.#writer = new GroupWriter(log, clock, random, this.#patienceMs);
    const registry = this.#registry;
    this.#worker = worker && new Worker({ settings, options: worker, environment, events: this.#events, registry, relay });
    this.#results = new Results({ heads: (ids) => this.#heads(ids) }, codec, clock);
    const compareGraphs = (): Promise<void> => this.#compareGraphs();
    this.#maintenance = new Maintenance({ settings, environment, codec, registry, relay, report, compareGraphs });
    this.executions = new Executions(() => this.#readableLog(), codec, worker?.leaseMs ?? clientPatienceMs);
  }

  /** Starts the execution, or finds the one with this id. @throws SagaIdConflictError where that is of another saga, or input */
  async start(sagaClass: SagaClass, request: StartRequest): Promise<Started> {
    const { id } = request;
    const before = this.#starting.get(id);
    // At once: what the caller does to it afterwards changes nothing.
    const texts = this.#textsOf(request);
    const start = (): Promise<Started> => this.#start(sagaClass, request, texts);
    const started = before === undefined ? start() : before.catch(() => {}).then(start);
    this.#starting.set(id, started);
    try {
      return await started;
    } finally {
      if (this.#starting.get(id) === started) this.#starting.delete(id);
    }
  }

  /** @throws SagaError `SAGA_LOG_UNKNOWN_EXECUTION` for what is no id */
  find(id: string): Started {
    checkId(id);
    return { id, settled: () => this.#settledOf(id, this.#worker?.find(id)) };
  }

  async statusOf(id: string): Promise<ExecutionStatus> {
    return (await this.#head(id)).status;
  }

  /** Resolves when the request is durable; what has ended by then, or is stuck, stays so. */
  async cancel(id: string, reason: unknown): Promise<void> {
    const log = await this.#log();
    // Whoever could take the request in may be long gone.
    if ((await this.#head(id)).endedAtMs !== null) return;
    const { codec } = this.#events;
    const data = codec.encode({ reason: codec.decode(codec.encodeLeniently(reason)) }, Infinity);
    if ((await this.#ask(() => log.request(id, { kind: 'cancel', data }))) === 'unknown') throw unknownExecution(id);
    const execution = this.#worker?.find(id);
    if (execution === undefined) this.#worker?.kick();
    else this.#worker!.hasInbox(execution);
  }

  /** Goes on with what is due from now on: what others left, and what nobody has begun. */
  async open(): Promise<void> {
    await this.#log();
    if (this.#worker === null) throw noWorker();
    await this.#declare();
    await this.#worker.open();
    if (this.#closed === null) this.#maintenance.start();
  }

  close(drainMs: number): Promise<void> {
    return (this.#closing ??= this.#close(drainMs));
  }

  async #close(drainMs: number): Promise<void> {
    this.#closed = closedError();
    this.#maintenance.stop();
    await this.#worker?.close(drainMs);
    this.#writer.giveUp(new LogUnavailableError(this.#closed));
    this.#results.close(this.#closed);
    this.#isLetGo = true;
    if (this.#ready !== null) await this.#ready.then(() => letGo(this.#settings.log), () => {});
  }

  async repair(id: string, repair: Repair, by: string): Promise<void> {
    if (this.#worker === null) throw noWorker();
    const head = await this.#head(id);
    const canRun = this.#registry.claimableAs(head.saga, head.fingerprint, head.stage) !== undefined;
    if (repair.kind === 'abandon' && !canRun && head.endedAtMs === null) return this.#abandonUnrun(head, repair.reason, by);
    if (head.status !== 'stuck') throw notStuck(id, head.status);
    if (!canRun) throw badRepair(`this runner lacks the saga ${head.saga}, or has another graph of it, and can only abandon it`);
    if (repair.kind === 'resolve') this.#events.codec.encode(repair.effect);
    const judge = (state: ExecutionState): ExecutionEvent => {
      const judged = repairOf(state, repair, by);
      if ('problem' in judged) throw badRepair(judged.problem.replace(/\.$/, ''));
      return judged.event;
    };
    try {
      if (!(await this.#worker.takeUpNow(head, judge))) throw repairedByAnother(id);
    } catch (error) {
      if (repair.kind !== 'abandon' || !isUnreadable(error)) throw error;
      await this.#abandonUnrun(await this.#head(id), repair.reason, by);
    }
  }

  async #abandonUnrun(head: Head, reason: string, by: string): Promise<void> {
    if (!(await this.#worker!.abandonUnrun(head, reason, by))) throw repairedByAnother(head.id);
  }

  /** The very value that was thrown, where that was in this process (R16). */
  thrown(error: unknown): unknown {
    return this.#events.thrown(error);
  }

  #textsOf({ input: given, metadata, deadlineMs }: StartRequest): StartTexts {
    const { codec } = this.#events;
    const input = codec.encode(given);
    const inputHash = createHash('sha256').update(input).digest('hex');
    const metadataText = encodeMetadata(codec, metadata);
    return { input, inputHash, metadata: metadataText, deadlineMs: deadlineMs === null ? null : wholeMs(deadlineMs) };
  }

  async #start(sagaClass: SagaClass, { id, signal }: StartRequest, texts: StartTexts): Promise<Started> {
    await this.#log();
    const registered = this.#checked(this.#registry.register(sagaClass));
    const { blueprint, fingerprint } = registered;
    const { saga } = blueprint.graph;
    const { codec } = this.#events;
    const { input, inputHash, metadata } = texts;
    await this.#declare();
    if (this.#worker?.hasRoom === true) {
      const identity = { id, saga, metadata: decodeMetadata(codec, metadata) };
      const { result, execution } = await this.#worker.begin(registered, identity, codec.decode(input), texts, signal);
      if (result.type === 'exists') return this.#attachedTo(result.head, saga, inputHash, input);
      return { id, settled: () => this.#settledOf(id, execution) };
    }
    this.#nonces += 1;
    const nonce = `${this.#environment.newId()}:${this.#nonces}`;
    const unowned = { owner: null, status: 'pending', stage: -1, events: [] } as const;
    // Not for ever: whoever waits for the answer may start it again, under the same id, and this may still land.
    const write = (): Promise<WriteResult> => this.#writer.write({ type: 'create', id, saga, fingerprint, nonce, ...texts, ...unowned });
    const result = await answerWithin(clientPatienceMs, this.#environment.clock, write);
    if (result.type === 'exists') return this.#attachedTo(result.head, saga, inputHash, input);
    this.#worker?.kick();
    return this.find(id);
  }

  #attachedTo(head: Head, saga: string, inputHash: string, input: string): Started {
    if (head.saga !== saga) throw new SagaIdConflictError(saga, head.id, `it is an execution of ${head.saga}`);
    // Written by another version, or with the parts in another order, the same input may be another text.
    if (head.inputHash !== inputHash && !this.#isSame(head.input, input)) {
      throw new SagaIdConflictError(saga, head.id, 'it was started with another input');
    }
    return this.find(head.id);
  }

  #isSame(one: string, other: string): boolean {
    const { codec } = this.#events;
    return isDeepStrictEqual(codec.decode(one), codec.decode(other));
  }

  async #settledOf(id: string, execution: LoggedExecution | undefined): Promise<Settled<object>> {
    const isOver = execution !== undefined && this.#worker?.find(id) !== execution;
    const settled = (await execution?.outcome) ?? null;
    // What was stuck before this was asked may have been repaired since.
    return settled === null || (isOver && settled.status === 'stuck') ? this.#results.of(id) : settled;
  }

  async #heads(ids: readonly string[]): Promise<readonly Head[]> {
    const log = await this.#readableLog();
    return this.#ask(() => log.heads(ids));
  }

  async #head(id: string): Promise<Head> {
    checkId(id);
    const [head] = await this.#heads([id]);
    if (head === undefined) throw unknownExecution(id);
    return head;
  }

  /** @throws SagaError `SAGA_LOG_NO_TRANSACTION` */
  #checked(registered: RegisteredSaga): RegisteredSaga {
    const { graph, transactionalStep } = registered.blueprint;
    if (transactionalStep === null || this.#settings.log.transact !== undefined) return registered;
    throw new NoTransactionError(graph.saga, transactionalStep);
  }

  /** Remembers the graphs that are new here, and looks which others there are. */
  #declare(): Promise<void> {
    const news = this.#registry.graphs.filter(({ fingerprint }) => !this.#declared.has(fingerprint));
    if (news.length > 0) {
      for (const { fingerprint } of news) this.#declared.add(fingerprint);
      this.#declaring = this.#declaring.catch(() => {}).then(() => this.#declareAll(news.map(({ fingerprint }) => fingerprint)));
    }
    return this.#declaring;
  }

  async #declareAll(fingerprints: readonly string[]): Promise<void> {
    const { log } = this.#settings;
    try {
      await this.#ask(() => log.declare(this.#registry.graphs));
      await this.#compareGraphs();
    } catch (error) {
      for (const fingerprint of fingerprints) this.#declared.delete(fingerprint);
      throw error;
    }
  }

  async #compareGraphs(): Promise<void> {
    this.#registry.compareWith(await this.#ask(() => this.#settings.log.graphsOf(this.#registry.names)));
  }

  /** The log, once it is ready, to begin something. */
  async #log(): Promise<ExecutionLog> {
    if (this.#closed !== null) throw this.#closed;
    return this.#readableLog();
  }

  /** The log, once it is ready, also while this runner drains. */
  async #readableLog(): Promise<ExecutionLog> {
    if (this.#isLetGo) throw this.#closed!;
    this.#ready ??= takeHold(this.#settings.log);
    try {
      await this.#ready;
    } catch (error) {
      // The next call tries again.
      if (this.#ready !== null) void letGo(this.#settings.log).catch(() => {});
      this.#ready = null;
      throw error;
    }
    return this.#settings.log;
  }

  #report(report: Report, execution: ExecutionRef): void {
    const { observers } = this.#environment;
    if (observers.length > 0) tellObservers(observers, report, execution);
    else warnOfLog(`${execution.saga} ${execution.id}: ${report.type}`, 'error' in report ? report.error : report);
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return answerWithin(this.#patienceMs, this.#environment.clock, question);
  }
}

function closedError(): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_CLOSED',
    problem: 'This runner is closed.',
    remedy: 'What it had not ended goes on in another worker; ask there, or with a new runner.',
  });
}

function noWorker(): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: 'This runner was told to be no worker (`worker: false`), and is asked to run or repair executions.',
    remedy: 'Ask a runner that is a worker, or leave the option out.',
  });
}
