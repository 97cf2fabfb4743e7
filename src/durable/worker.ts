import { LogUnavailableError } from '../errors/log-errors.js';
import { codeOf } from '../errors/saga-error.js';
import type { SagaEvent } from '../kernel/events.js';
import { poisoned } from '../kernel/judge.js';
import type { ExecutionState } from '../kernel/state.js';
import { tellObservers } from '../runtime/observers.js';
import type { Environment } from '../runtime/options.js';
import type { Clock, ExecutionRef, ObservedEvent, Report } from '../runtime/ports.js';
import { disposeScope, openScope } from '../runtime/scopes.js';
import { warnOfLog } from '../runtime/warnings.js';
import { answerWithin, isUnavailable, pause, pauseBeforeAsking } from './asking.js';
import type { EventCodec } from './event-codec.js';
import type { Append, Claimed, Creation, ExecutionLog, Head, OwnedExecution, StoredEvent, Write, WriteResult } from './execution-log.js';
import { GroupWriter } from './group-writer.js';
import { fold, isUnreadable, loadEvents, newState } from './history.js';
import type { Host, Hosted } from './host.js';
import type { LateEffectReport } from './late-effects.js';
import { Lease } from './lease.js';
import type { Loaded } from './logged-execution.js';
import { LoggedExecution } from './logged-execution.js';
import type { LogSettings, WorkerOptions } from './options.js';
import { encodeOutput, errorOfHalt, poisonedEnd } from './outputs.js';
import { Periodic } from './periodic.js';
import type { RegisteredSaga, Registry } from './registry.js';
import type { Relay } from './relay.js';
import { isResting } from './status.js';
import { decodeMetadata, refOf } from './stored-metadata.js';
import { deathsOver } from './takeovers.js';

/** Claimed at once: what one answer carries. */
const claimedAtOnce = 50;

/** What is asked in vain so often is given up: the effect is reported as lost. */
const lateEffectSendings = 20;

/** Hears of the state of an execution that was taken up, and answers what to record first; `null`: nothing. */
export type News = (state: ExecutionState) => SagaEvent | null;

const noNews: News = () => null;

/** Where somebody asked for it, he is told, too. */
const isReported = (): void => {};

/** What became of the creation, and the execution: where it was created, it is running. */
interface Begun {
  readonly result: WriteResult;
  readonly execution: LoggedExecution;
}

export interface WorkerParts {
  readonly settings: LogSettings;
  readonly options: Required<WorkerOptions>;
  readonly environment: Environment;
  readonly events: EventCodec;
  readonly registry: Registry;
  readonly relay: Relay;
}

/** A process as a worker on a log: the executions that it runs, its lease on them, and how it comes by more. */
export class Worker implements Host {
  readonly events: EventCodec;
  readonly holdMs: number;
  readonly dropsHistory: boolean;
  readonly clock: Clock;
  readonly commitWithinMs: number;
  readonly transact: ExecutionLog['transact'];
  readonly #log: ExecutionLog;
  readonly #environment: Environment;
  readonly #registry: Registry;
  readonly #relay: Relay;
  readonly #options: Required<WorkerOptions>;
  readonly #lease: Lease;
  readonly #writer: GroupWriter;
  readonly #claims: Periodic;
  readonly #executions = new Map<string, LoggedExecution>();
  /** Claimed, and not yet running: the epoch of each. */
  readonly #takingUp = new Map<string, number>();
  #isOpen = false;
  #isDraining = false;
  #nonces = 0;
  /** When, on the monotonic clock, an answer was last lost that may have made this worker the owner of something; `null`: none was. */
  #answerLostAtMs: number | null = null;
  /** When it last asked what it owns, and gave back what it did not know of. */
  #ownedAskedAtMs = -Infinity;
  /** Being sent to the inboxes of their executions: nobody else knows of them. */
  #lateEffects = 0;
  /** Starts under way: each has its place. */
  #beginning = 0;
  /** Being claimed by their ids, and perhaps owned by now. */
  readonly #claiming = new Set<string>();
  /** Started here before this worker was opened, and lost: nobody else may ever claim them. */
  readonly #toReclaim = new Set<string>();
  #whenIdle: () => void = () => {};

  constructor({ settings, options, environment, events, registry, relay }: WorkerParts) {
    const { log } = settings;
    const { clock, random, newId } = environment;
    const { leaseMs } = options;
    this.events = events;
    this.holdMs = leaseMs;
    this.clock = clock;
    this.commitWithinMs = leaseMs / 3;
    this.dropsHistory = settings.history === 'failures';
    this.transact = log.transact?.bind(log);
    this.#log = log;
    this.#environment = environment;
    this.#registry = registry;
    this.#relay = relay;
    this.#options = options;
    this.#writer = new GroupWriter(log, clock, random, leaseMs / 3);
    this.#claims = new Periodic(clock, random, options.pollMs, () => this.#claim());
    this.#lease = new Lease({
      log,
      clock,
      newId,
      leaseMs,
      claimable: () => registry.claimable,
      leaseLost: () => this.#leaseLost(),
      withInbox: (ids) => this.#withInbox(ids),
      beatFailed: (error) => this.#failed('The lease of this worker could not be extended', error),
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get mayBegin(): boolean {
    return this.#lease.mayBegin;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get hasRoom(): boolean {
    // Before it is opened it claims nothing: what it starts then, nobody else may ever run.
    return !this.#isDraining && (!this.#isOpen || this.#occupied < this.#options.concurrency);
  }

  get #occupied(): number {
    return this.#executions.size + this.#takingUp.size + this.#beginning;
  }

  find(id: string): LoggedExecution | undefined {
    return this.#executions.get(id);
  }

  /** Takes its lease, and looks for what is due from now on. */
  async open(): Promise<void> {
    await this.#join();
    if (this.#isDraining) return; // closed meanwhile
    this.#isOpen = true;
    this.#claims.kick();
  }

  /** Starts an execution here. `execution`: where it was created, and is running. */
  async begin(
    registered: RegisteredSaga,
    identity: ExecutionRef,
    input: unknown,
    creation: Pick<Creation, 'input' | 'inputHash' | 'metadata' | 'deadlineMs'>,
    signal: AbortSignal | null,
  ): Promise<Begun> {
    this.#beginning += 1;
    try {
      return await this.#begin(registered, identity, input, creation, signal);
    } finally {
      this.#beginning -= 1;
      this.#tellWhenIdle();
    }
  }

  async #begin(
    { class: sagaClass, blueprint, fingerprint }: RegisteredSaga,
    identity: ExecutionRef,
    input: unknown,
    { deadlineMs, ...texts }: Pick<Creation, 'input' | 'inputHash' | 'metadata' | 'deadlineMs'>,
    signal: AbortSignal | null,
  ): Promise<Begun> {
    const environment = this.#environment;
    const scope = await openScope(environment.resolver, sagaClass, blueprint.parts, identity);
    await this.#join(); // after that, because it may take long, and the lease is to last when it is written
    if (this.#isDraining) {
      await disposeScope(scope, (report) => this.tell(report, identity));
      throw new LogUnavailableError(new Error('This worker is being closed.'));
    }
    const state = newState(blueprint, environment);
    const deadline = deadlineMs === null ? null : { deadlineMs, leftMs: deadlineMs };
    const loaded = { sagaClass, blueprint, scope, environment, identity, input, state, epoch: 1, seq: 0, stage: -1, waits: [], deadline };
    const execution = new LoggedExecution(loaded, this);
    // Another with this id goes on: it is the one that there is, unless the log has forgotten it.
    if (!this.#executions.has(identity.id)) this.#executions.set(identity.id, execution);
    try {
      const creation = { saga: identity.saga, fingerprint, owner: this.#lease.worker, deadlineMs, ...texts };
      const result = await execution.create(creation, signal);
      if (result.type === 'written') this.#executions.set(identity.id, execution);
      else this.#forget(execution);
      return { result, execution };
    } catch (error) {
      this.#forget(execution);
      throw error;
    }
  }

  /** Takes up an execution that nobody with a lease owns, whatever its status, and lets it hear of something; `false`: others have it. */
  async takeUpNow(head: Head, news: News): Promise<boolean> {
    const claimed = await this.#claimNow(head);
    return claimed !== null && this.#takeUp(claimed, claimed.owner!, news);
  }

  /** Ends an execution that this process cannot run, because a person says so; `false`: others have it. */
  async abandonUnrun(head: Head, reason: string, by: string): Promise<boolean> {
    const claimed = await this.#claimNow(head);
    if (claimed === null) return false;
    const error = new Error(`It was abandoned by ${by}, unread: ${reason}`);
    const unread: readonly SagaEvent[] = [
      ...(claimed.seq === 0 ? [{ type: 'execution-begun' } as const] : []),
      ...(claimed.status === 'stuck' ? [] : [{ type: 'execution-halted', because: 'poisoned', error } as const]),
      { type: 'execution-repaired', repair: { kind: 'abandon', reason }, by },
      { type: 'execution-ended', status: 'stuck' },
    ];
    const events = unread.map((event) => this.events.write(event).stored);
    const output = claimed.output ?? encodeOutput(this.events.codec, poisonedEnd(claimed, error));
    const ended = { status: 'abandoned', hasEnded: true, output } as const;
    const result = await this.write({ ...this.#changeOf(claimed, events, { wakeInMs: null, inboxThrough: null }), ...ended });
    return result.type === 'written';
  }

  /** Makes this worker the owner, where nobody else is and nothing has changed since; `null`: it is not. */
  async #claimNow({ id, saga, fingerprint, stage, seq }: Head): Promise<Claimed | null> {
    await this.#join();
    const { worker } = this.#lease;
    const becomes = this.#registry.claimableAs(saga, fingerprint, stage) ?? fingerprint;
    const claimable = [{ saga, fingerprint, belowStage: Infinity, becomes }];
    this.#claiming.add(id);
    try {
      const [claimed] = await this.#ask(() => this.#log.claim({ worker, claimable, limit: 1, id }));
      if (claimed === undefined || claimed.seq === seq) return claimed ?? null;
      await this.#ask(() => this.#log.release([claimed]));
      return null;
    } catch (error) {
      this.#answerLost();
      throw error;
    } finally {
      // Only when whoever asked has it: until then nobody here knows of it.
      queueMicrotask(() => this.#claiming.delete(id));
    }
  }

  /** Resolves when nothing of it is here any more, after `drainMs` at the latest; what is left is given up. */
  async close(drainMs: number): Promise<void> {
    this.#isDraining = true;
    this.#claims.stop();
    for (const execution of [...this.#executions.values()]) execution.drain();
    await this.#idle(drainMs);
    const left = [...this.#executions.values()];
    for (const execution of left) execution.lose();
    this.#writer.giveUp(new LogUnavailableError(new Error('This worker is closed.')));
    try {
      await this.#lease.end();
      if (left.length > 0) await this.#ask(() => this.#log.release(left.map(ownedAs)));
    } catch (error) {
      this.#failed('What this worker had could not be released; others wait for the end of its lease', error);
    }
  }

  /** Looks for what is due without waiting for its time. */
  kick(): void {
    this.#claims.kick();
  }

  nextNonce(): string {
    this.#nonces += 1;
    return `${this.#lease.worker}:${this.#nonces}`;
  }

  write(write: Write): Promise<WriteResult> {
    return this.#writer.write(write);
  }

  whenMayBegin(begin: () => void): void {
    this.#lease.whenMayBegin(begin);
  }

  tell(event: ObservedEvent, execution: ExecutionRef): void {
    const { observers } = this.#environment;
    if (observers.length > 0) tellObservers(observers, event, execution);
  }

  hasInbox(execution: Hosted): void {
    this.#ask(() => this.#log.inbox(execution.identity.id)).then(
      (rows) => execution.takeInbox(rows),
      (error: unknown) => this.#failed('An inbox could not be read', error), // the next beat tells of it again
    );
  }

  sendLateEffect(execution: ExecutionRef, late: LateEffectReport): void {
    this.#lateEffects += 1;
    void this.#sendLateEffect(execution, late).finally(() => {
      this.#lateEffects -= 1;
      this.#tellWhenIdle();
    });
  }

  async publish({ identity }: Hosted): Promise<void> {
    try {
      await this.#relay.publishAll(identity.id);
    } catch (error) {
      this.#failed('What an execution emitted could not be taken from the outbox', error);
    }
  }

  isGone(execution: Hosted): void {
    this.#forget(execution);
    if (!this.#isOpen && !this.#isDraining && !execution.isResting) this.#toReclaim.add(execution.identity.id);
    if (this.#executions.size === this.#options.concurrency - 1) this.kick();
  }

  release(execution: Hosted): void {
    this.#ask(() => this.#log.release([ownedAs(execution)])).catch(() => this.#answerLost());
  }

  /** From what is durable, and with what became of it, where that is known. */
  takeUpAgain(execution: Hosted, news: News): void {
    const { id } = execution.identity;
    const takeUp = async (): Promise<void> => {
      await this.#ask(() => this.#log.release([ownedAs(execution)]));
      const [head] = await this.#ask(() => this.#log.heads([id]));
      if (head !== undefined) await this.takeUpNow(head, news);
    };
    takeUp().catch(() => this.#answerLost());
  }

  async #join(): Promise<void> {
    await this.#lease.join();
    if (!this.#isDraining) this.#claims.start();
  }

  #forget(execution: Hosted): void {
    const { id } = execution.identity;
    if (this.#executions.get(id) === execution) this.#executions.delete(id);
    this.#tellWhenIdle();
  }

  #tellWhenIdle(): void {
    const isIdle = this.#executions.size + this.#takingUp.size + this.#lateEffects + this.#beginning === 0;
    if (isIdle) this.#whenIdle();
  }

  #idle(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const takeBack = this.#environment.clock.schedule(withinMs, resolve);
      this.#whenIdle = () => {
        takeBack();
        resolve();
      };
      this.#tellWhenIdle();
    });
  }

  #leaseLost(): void {
    this.#writer.giveUp(new LogUnavailableError(new Error('The lease of this worker is over.')));
    for (const execution of [...this.#executions.values()]) execution.lose();
  }

  #withInbox(ids: readonly string[]): void {
    for (const id of ids) {
      const execution = this.#executions.get(id);
      if (execution !== undefined) this.hasInbox(execution);
      else if (!this.#takingUp.has(id)) this.#answerLost();
    }
  }

  async #claim(): Promise<void> {
    try {
      await this.#giveBackUnknown();
      await this.#reclaim();
      for (;;) {
        const room = this.#options.concurrency - this.#occupied;
        const limit = Math.min(room, claimedAtOnce);
        const { worker } = this.#lease;
        const { claimable } = this.#registry;
        if (!this.#isOpen || limit < 1 || this.#isDraining || !this.#lease.lasts || claimable.length === 0) return;
        const claimed = await this.#ask(() => this.#log.claim({ worker, claimable, limit }));
        for (const one of claimed) this.#takeUp(one, worker, noNews).catch(isReported);
        if (claimed.length < limit) return;
      }
    } catch (error) {
      this.#answerLost();
      this.#failed('Executions could not be claimed', error);
    }
  }

  #answerLost(): void {
    this.#answerLostAtMs = this.#environment.clock.monotonicMs();
  }

  /** What was claimed by a call whose answer was lost belongs to nobody else, and would wait for as long as this worker lives. */
  async #giveBackUnknown(): Promise<void> {
    const lostAtMs = this.#answerLostAtMs;
    if (lostAtMs === null || !this.#lease.lasts) return;
    const { leaseMs } = this.#options;
    const nowMs = this.#environment.clock.monotonicMs();
    // The store may still be about to do what nobody waits for any more: it is asked each time for as long as a lease, then once a lease.
    if (nowMs - lostAtMs > leaseMs && nowMs - this.#ownedAskedAtMs < leaseMs) return;
    const owned = await this.#ask(() => this.#log.owned(this.#lease.worker));
    // By epoch, because it may be here from before: being started anew, or lost since.
    const isKnown = ({ id, epoch }: OwnedExecution): boolean =>
      this.#claiming.has(id) || this.#executions.get(id)?.epoch === epoch || this.#takingUp.get(id) === epoch;
    const unknown = owned.filter((one) => !isKnown(one));
    if (unknown.length > 0) await this.#ask(() => this.#log.release(unknown));
    this.#ownedAskedAtMs = nowMs;
  }

  async #reclaim(): Promise<void> {
    if (this.#isDraining || !this.#lease.lasts) return;
    for (const id of [...this.#toReclaim]) {
      const [head] = await this.#ask(() => this.#log.heads([id]));
      const isOver = head === undefined || isResting(head.status) || (head.owner === null && head.wakeAtMs === null);
      if (isOver || (await this.takeUpNow(head, noNews))) this.#toReclaim.delete(id);
    }
  }

  /** One execution that cannot be taken up never stops the others. */
  async #takeUp(claimed: Claimed, worker: string, news: News): Promise<boolean> {
    const { id } = claimed;
    this.#executions.get(id)?.lose(); // it was taken from this worker, by itself
    this.#takingUp.set(id, claimed.epoch);
    try {
      const inbox = claimed.hasInbox ? await this.#ask(() => this.#log.inbox(id)) : [];
      const poison = await this.#poisonOf(claimed);
      const loaded = await this.#load(claimed);
      if (this.#lease.worker !== worker || this.#isDraining) {
        await disposeScope(loaded.scope, (report) => this.tell(report, loaded.identity));
        this.#answerLost();
        return false;
      }
      const first = news(loaded.state);
      const execution = new LoggedExecution(loaded, this);
      this.#executions.set(id, execution);
      return await execution.resume(inbox, first, poison);
    } catch (error) {
      await this.#notTakenUp(claimed, error);
      throw error;
    } finally {
      if (this.#takingUp.get(id) === claimed.epoch) this.#takingUp.delete(id);
      this.#tellWhenIdle();
    }
  }

  async #load(claimed: Claimed): Promise<Loaded> {
    const { id, saga, input, metadata, nowMs, deadlineAtMs, startedAtMs } = claimed;
    const { class: sagaClass, blueprint } = this.#registry.find(saga)!;
    const environment = this.#environment;
    const events = await loadEvents({ events: (...page) => this.#ask(() => this.#log.events(...page)) }, id, claimed.seq);
    const { state, waits } = fold(blueprint, environment, this.events, events, nowMs);
    const { codec } = this.events;
    const decoded = codec.decode(input);
    const identity = { id, saga, metadata: decodeMetadata(codec, metadata) };
    const scope = await openScope(environment.resolver, sagaClass, blueprint.parts, identity);
    const deadline = deadlineAtMs === null ? null : { deadlineMs: deadlineAtMs - startedAtMs, leftMs: deadlineAtMs - nowMs };
    const { epoch, seq, stage } = claimed;
    return { sagaClass, blueprint, scope, environment, identity, input: decoded, state, epoch, seq, stage, waits, deadline };
  }

  async #poisonOf(claimed: Claimed): Promise<News> {
    const deaths = claimed.takenFrom === null ? 0 : await this.#ask(() => deathsOver(claimed, this.#log));
    if (deaths < this.#options.deaths) return noNews;
    return (state) => poisoned(state, new Error(`${deaths} workers died over it, and it got nowhere in between.`));
  }

  async #notTakenUp(claimed: Claimed, error: unknown): Promise<void> {
    try {
      if (isUnavailable(error)) throw error;
      if (codeOf(error) !== 'SAGA_LOG_BAD_REPAIR') this.#report({ type: 'not-taken-up', error }, refOf(this.events.codec, claimed));
      await this.#writer.write(isUnreadable(error) ? await this.#haltOf(claimed, error) : this.#putBack(claimed));
    } catch {
      this.#answerLost();
    }
  }

  /** For later: perhaps it can be resolved then, or elsewhere. */
  #putBack(claimed: Claimed): Append {
    return this.#changeOf(claimed, [], { wakeInMs: claimed.wakeAtMs === null ? null : this.#options.leaseMs, inboxThrough: null });
  }

  /** Nobody can read what is in the log of it: it is stuck alone, until somebody can, or a person ends it. */
  async #haltOf(claimed: Claimed, error: unknown): Promise<Append> {
    const rows = await this.#ask(() => this.#log.inbox(claimed.id));
    const inboxThrough = rows[rows.length - 1]?.number ?? null;
    if (isResting(claimed.status)) return this.#changeOf(claimed, [], { wakeInMs: null, inboxThrough });
    const halt = this.events.write({ type: 'execution-halted', because: 'poisoned', error });
    const begun = claimed.seq === 0 ? [this.events.write({ type: 'execution-begun' }).stored] : [];
    const output = encodeOutput(this.events.codec, poisonedEnd(claimed, errorOfHalt(halt.event)));
    return { ...this.#changeOf(claimed, [...begun, halt.stored], { wakeInMs: null, inboxThrough }), status: 'stuck', output };
  }

  #changeOf(claimed: Claimed, events: readonly StoredEvent[], change: Pick<Append, 'wakeInMs' | 'inboxThrough'>): Append {
    const { id, epoch, seq, status, stage } = claimed;
    const rest = { isProgress: false, hasEnded: false, outbox: [], dropsEvents: false, keepsOwner: false, output: null };
    return { type: 'append', id, epoch, fromSeq: seq, nonce: this.nextNonce(), events, status, stage, ...rest, ...change };
  }

  async #sendLateEffect(execution: ExecutionRef, late: LateEffectReport): Promise<void> {
    const { clock, random } = this.#environment;
    for (let sending = 1; ; sending++) {
      try {
        const data = this.events.codec.encode(late, Infinity);
        const answer = await this.#ask(() => this.#log.request(execution.id, { kind: 'late-effect', data }));
        if (answer === 'unknown') throw new Error('The execution is not in the log any more.');
        return;
      } catch (error) {
        if (!isUnavailable(error) || sending === lateEffectSendings) {
          const { step, effect } = late;
          return this.#report({ type: 'late-effect-lost', step, effect, error }, execution);
        }
        await pause(clock, pauseBeforeAsking(sending, random));
      }
    }
  }

  #report(report: Report, execution: ExecutionRef): void {
    const { observers } = this.#environment;
    const what = `${execution.saga} ${execution.id}: ${report.type}`;
    if (observers.length === 0) warnOfLog(what, 'error' in report ? report.error : report);
    this.tell(report, execution);
  }

  #failed(what: string, error: unknown): void {
    if (!isUnavailable(error)) warnOfLog(what, error);
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return answerWithin(this.#options.leaseMs / 3, this.#environment.clock, question);
  }
}

function ownedAs({ identity, epoch }: Hosted): { readonly id: string; readonly epoch: number } {
  return { id: identity.id, epoch };
}
