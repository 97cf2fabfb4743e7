import { EffectLostError, StepInDoubtError } from '../errors/log-errors.js';
import { isAbortSaga } from '../errors/abort-saga.js';
import { SagaCancelledError } from '../errors/runtime-errors.js';
import { unreachable } from '../errors/unreachable.js';
import type { Blueprint } from '../graph/blueprint.js';
import type { RetryPolicy, StepNode } from '../graph/saga-graph.js';
import type { Command } from '../kernel/commands.js';
import type { CompensationBegun, SagaEvent, StepBegun, WaitBegun } from '../kernel/events.js';
import { evolve } from '../kernel/evolve.js';
import { interruptions } from '../kernel/interruption.js';
import type { Rejection } from '../kernel/judge.js';
import { cancelled, compensationThrew, stepThrew } from '../kernel/judge.js';
import { plan } from '../kernel/plan.js';
import type { ExecutionState, Poison } from '../kernel/state.js';
import { Alarms } from '../runtime/alarms.js';
import { callFinallyHandlers, finallyHandlersOf } from '../runtime/finally.js';
import type { LiveExecution } from '../runtime/live-execution.js';
import type { Environment } from '../runtime/options.js';
import type { ExecutionRef, Report, SagaClass } from '../runtime/ports.js';
import { settledOf } from '../runtime/results.js';
import type { RetryIf } from '../runtime/retry-if.js';
import { accepts } from '../runtime/retry-if.js';
import type { OpenScope } from '../runtime/scopes.js';
import { disposeScope } from '../runtime/scopes.js';
import { StepRuns } from '../runtime/step-runs.js';
import { askErrorHandler, askFallback, compensate } from '../runtime/undo-calls.js';
import type { Settled } from '../saga/settled.js';
import { isUnavailable } from './asking.js';
import { lostEffect } from './codec/lost-effect.js';
import type { WrittenEvent } from './event-codec.js';
import type { Append, Creation, ExecutionStatus, InboxRow, WriteResult } from './execution-log.js';
import type { Host, Hosted } from './host.js';
import { judgeLateEffect, lateEffectIn, withKnownEffect } from './late-effects.js';
import type { LateEffectReport } from './late-effects.js';
import { encodeOutput, errorOfHalt, poisonedEnd } from './outputs.js';
import { isProgress } from './progress.js';
import { Segment } from './segment.js';
import { isResting, isUnderWay, statusOf } from './status.js';
import type { TransactionOwner } from './step-in-transaction.js';
import { StepInTransaction } from './step-in-transaction.js';
import { isUnstorable, withoutUnstorable } from './unstorable.js';
import { Waits } from './waits.js';
import { wholeMs } from './whole-ms.js';

/** What an execution is made of, at its start or when it is taken over. */
export interface Loaded {
  readonly sagaClass: SagaClass;
  readonly blueprint: Blueprint;
  readonly scope: OpenScope;
  readonly environment: Environment;
  readonly identity: ExecutionRef;
  readonly input: unknown;
  /** Folded from all its events so far. */
  readonly state: ExecutionState;
  readonly epoch: number;
  /** The number of these events. */
  readonly seq: number;
  /** The last stage with a step that was begun; −1: none. */
  readonly stage: number;
  /** Those under way, each with what is left of it. */
  readonly waits: readonly WaitBegun[];
  readonly deadline: Deadline | null;
}
export interface Deadline {
  /** From the start of the execution. */
  readonly deadlineMs: number;
  /** From now; below 0: it has passed. */
  readonly leftMs: number;
}

/** An append under way, and what it comes to. */
interface Flush {
  readonly segment: Segment;
  readonly append: Append;
  /** Where the execution ends or halts with it. */
  readonly settled: Settled<object> | null;
}

/**
 * One execution on a log, in the worker that owns it. As in memory it asks the kernel what to do, and decides nothing itself; but it acts
 * only when the append that says so is durable. One append is under way at a time, and what happens meanwhile is the next.
 */
export class LoggedExecution implements LiveExecution, Hosted {
  readonly identity: ExecutionRef;
  readonly sagaClass: SagaClass;
  readonly blueprint: Blueprint;
  readonly scope: OpenScope;
  readonly input: unknown;
  readonly environment: Environment;
  readonly state: ExecutionState;
  readonly alarms: Alarms;
  readonly transactionHandle = undefined;
  readonly epoch: number;
  /** How it ended, or that it is stuck, where that was here; `null`: others go on with it. */
  readonly outcome: Promise<Settled<object> | null>;
  #resolveOutcome!: (settled: Settled<object> | null) => void;
  readonly #host: Host;
  readonly #steps: StepRuns;
  readonly #waits: Waits;
  /** By the monotonic clock. */
  readonly #deadlineAtMs: number;
  readonly #deadlineMs: number | undefined;
  /** Effects that could not be stored, as long as this process knows them, by step and round. */
  #unstored: Map<string, unknown> | undefined;
  /** Of steps that run in one, by step. */
  #transactions: Map<string, StepInTransaction> | undefined;
  #seq: number;
  #stage: number;
  #heardThrough = 0;
  #segment: Segment | null = null;
  #writing: Flush | null = null;
  #whenQuiet: (() => void)[] = [];
  #isProceeding = false;
  #isActing = false;
  /** What it was poisoned with when a person abandoned it: all that is to be told of its end. */
  #abandonedFor: Poison | null = null;
  /** What it is to halt for. */
  #defect: { readonly error: unknown } | null = null;
  /** Nothing of it is written by this process any more. */
  #isGone = false;

  constructor(loaded: Loaded, host: Host) {
    const { environment, state, waits, deadline } = loaded;
    this.identity = loaded.identity;
    this.sagaClass = loaded.sagaClass;
    this.blueprint = loaded.blueprint;
    this.scope = loaded.scope;
    this.input = loaded.input;
    this.environment = environment;
    this.state = state;
    this.epoch = loaded.epoch;
    this.alarms = new Alarms(environment.clock);
    this.outcome = new Promise((resolve) => (this.#resolveOutcome = resolve));
    this.#host = host;
    this.#steps = new StepRuns(this);
    this.#waits = new Waits(this.alarms, environment.clock, (ended) => this.happened(() => ({ type: 'wait-ended', for: ended })));
    this.#seq = loaded.seq;
    this.#stage = loaded.stage;
    this.#deadlineMs = deadline?.deadlineMs;
    this.#deadlineAtMs = deadline === null ? Infinity : environment.clock.monotonicMs() + deadline.leftMs;
    for (const wait of waits) this.#waits.begin(wait);
  }

  /**
   * Adds the execution to the log, begun and owned by this worker. Where that is refused, it is gone, and nothing has begun. Where it is
   * cancelled by now, none of its steps begins (R19).
   */
  async create(
    creation: Pick<Creation, 'saga' | 'fingerprint' | 'input' | 'inputHash' | 'metadata' | 'deadlineMs' | 'owner'>,
    signal: AbortSignal | null,
  ): Promise<WriteResult> {
    this.#record({ type: 'execution-begun' });
    if (signal?.aborted === true) this.#cancelBy(signal.reason, undefined);
    else this.#proceed();
    const segment = this.#takeSegment();
    const append: Append = { ...this.#flushOf(segment).append, keepsOwner: true };
    this.#writing = { segment, append, settled: null };
    const { id, nonce, events, status, stage } = append;
    try {
      const result = await this.#host.write({ type: 'create', id, nonce, events, status, stage, ...creation });
      if (result.type === 'written') this.#landed({ segment, append, settled: null }, result);
      else this.#leave();
      this.#watchDeadline();
      if (this.state.cancelled && !this.#isGone) this.#takeIn(() => {}); // its end is another write
      return result;
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /**
   * Goes on with what was taken over: what was under way is interrupted, and planned anew (R26); before that it hears of its inbox, of a
   * deadline that has passed, and of `news`, or else of `poison`. Resolves with whether all this is durable; `false`: others have it by
   * now. Rejects where nobody knows.
   */
  resume(inbox: readonly InboxRow[], news: SagaEvent | null, poison: (state: ExecutionState) => SagaEvent | null): Promise<boolean> {
    const landed = new Promise<boolean>((resolve, reject) => void Object.assign(this.#open(), { settle: resolve, fail: reject }));
    this.#takeIn(() => {
      const { saga } = this.identity;
      if (this.state.phase === 'new') this.#record({ type: 'execution-begun' }); // before that it could not be cancelled
      const isOutcome = news?.type === 'step-failed' || news?.type === 'step-attempt-failed';
      if (isOutcome) this.#record(news); // of a run that is known, and so was not interrupted
      for (const event of interruptions(this.state, (step) => new StepInDoubtError(saga, step))) this.#record(event);
      this.#hear(inbox);
      if (this.#deadlineAtMs <= this.environment.clock.monotonicMs()) this.#cancelBy(undefined, this.#deadlineMs);
      const first = isOutcome ? null : (news ?? poison(this.state));
      if (first !== null) this.#record(first);
    });
    this.#watchDeadline();
    return landed;
  }

  readonly happened = (judge: () => SagaEvent | null): void => {
    if (this.#isLeaving) return this.#reportLateEffect(judge());
    this.#takeIn(() => {
      const event = judge();
      if (event !== null) this.#record(event);
    });
  };

  /** What others asked of the execution: to be cancelled (R19), or to hear of an effect that came to a worker which had lost it (R5a). */
  takeInbox(rows: readonly InboxRow[]): void {
    if (!this.#isLeaving && rows.length > 0) this.#takeIn(() => this.#hear(rows));
  }

  /** Gives up what it can, because the host drains: what waits at once, what runs once it has settled. */
  drain(): void {
    if (!this.#isLeaving && !isUnderWay(this.state)) this.#takeIn(() => void this.#open());
  }

  /** Another worker owns it by now, or soon will: nothing of it is written any more, and what runs is told to stop. */
  lose(): void {
    if (this.#isGone) return;
    const unwritten = [this.#writing, { segment: this.#segment }].flatMap((flush) => flush?.segment?.written ?? []);
    this.#leave();
    for (const { event } of unwritten) this.#reportLateEffect(event);
    this.#steps.cancel(new Error('This worker has lost the execution, and another goes on with it.'));
    this.alarms.takeAllBack();
    this.#host.isGone(this);
  }

  readonly report = (report: Report): void => this.#host.tell(report, this.identity);

  /** The execution halts, and it alone: a person is to look at it (durability.md, guarantee 8). */
  readonly onDefect = (error: unknown): void => {
    if (this.#isGone || this.#defect !== null) return;
    this.#defect = { error };
    this.#segment?.settle(false);
    this.#segment = null;
    this.#dismissWaiting();
    if (this.#writing === null) this.#halt(error);
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

  get isResting(): boolean {
    return isResting(statusOf(this.state));
  }

  /** What is being written gives it up, or ends it: what happens now is for whoever has it next. */
  get #isLeaving(): boolean {
    return this.#isGone || this.#writing?.append.keepsOwner === false;
  }

  #takeIn(change: () => void): void {
    this.#defend(() => {
      change();
      this.#proceed();
      this.#flush();
    });
  }

  #defend(work: () => void): void {
    if (this.#defect !== null) return;
    try {
      work();
    } catch (error) {
      this.onDefect(error);
    }
  }

  #record(event: SagaEvent): void {
    const { event: copied, stored } = this.#writable(event);
    const written = { event: withKnownEffect(this.state, this.#host.events.codec, copied), stored };
    if (event.type === 'execution-repaired') this.#abandonedFor = this.state.poison;
    evolve(this.state, written.event);
    this.#open().written.push(written);
    if (written.event.type === 'step-begun') this.#stage = Math.max(this.#stage, this.nodeOf(written.event.step).stage);
    // Completed, it fits no graph that goes on behind this one.
    if (this.state.end === 'completed') this.#stage = this.blueprint.graph.stages.length;
    if (written.event.type === 'wait-begun') this.#waits.begin(written.event);
    if (written.event.type === 'step-in-doubt') this.#transactions?.get(written.event.step)?.abandon();
    this.#waits.prune(written.event, this.state);
  }

  /** The event, or a failure, where what it holds cannot be stored. */
  #storable(event: SagaEvent): SagaEvent {
    try {
      this.#host.events.write(event);
      return event;
    } catch (error) {
      return (isUnstorable(error) ? withoutUnstorable(this.state, event, error)?.event : null) ?? event;
    }
  }

  #writable(event: SagaEvent): WrittenEvent {
    const { events } = this.#host;
    try {
      return events.write(event);
    } catch (error) {
      const instead = isUnstorable(error) ? withoutUnstorable(this.state, event, error) : null;
      if (instead === null) throw error;
      const { live } = instead;
      if (live !== null) (this.#unstored ??= new Map()).set(liveKey(live), live.effect);
      return events.write(instead.event);
    }
  }

  /** A loop and not a recursion, as in memory. */
  #proceed(): void {
    if (this.#isProceeding) return;
    this.#isProceeding = true;
    try {
      for (let command = plan(this.state); command !== undefined && this.#mayTakeUp(command); command = plan(this.state)) {
        this.#record(command.event);
        const act = this.#actOf(command);
        if (act !== null) this.#open().acts.push(act);
      }
    } finally {
      this.#isProceeding = false;
    }
  }

  /** A begin is recorded only by a worker that goes on to perform it (durability.md, How). */
  #mayTakeUp({ type }: Command): boolean {
    return !this.#host.isDraining || type === 'record' || type === 'wait';
  }

  #actOf(command: Command): (() => void) | null {
    switch (command.type) {
      case 'execute-step':
        return () => this.#execute(command.event);
      case 'compensate':
        return () => this.#compensate(command.event);
      case 'ask-fallback':
        return () => askFallback(this, command.event);
      case 'ask-error-handler':
        return () => askErrorHandler(this, command.event);
      case 'wait':
      case 'record':
        return null;
      case 'savepoint':
      case 'commit':
      case 'roll-back':
        throw new Error(`An execution on a log has no transaction, and was to ${command.type}.`);
      default:
        return unreachable(command);
    }
  }

  #execute(run: StepBegun): void {
    if (!this.nodeOf(run.step).transactional) return this.#steps.begin(run, true);
    const inTransaction = new StepInTransaction(this.#host, this.#steps, run, this.#transactionOwner());
    (this.#transactions ??= new Map()).set(run.step, inTransaction);
    inTransaction.begin();
  }

  #transactionOwner(): TransactionOwner {
    return {
      isGone: () => this.#isLeaving || this.#defect !== null,
      isWanted: ({ step, attempt }) => {
        const { status, attempt: current } = this.state.steps[this.state.layout.indexOf.get(step)!]!;
        const isWaitedFor = status === 'running' && current === attempt && !this.state.cancelled;
        return isWaitedFor && !this.#isLeaving && this.#defect === null && this.#host.mayBegin;
      },
      storable: (event) => this.#storable(event),
      failed: (run, error) => stepThrew(this.state, run, this.#rejectionOf(run, error)),
      happened: (judge) => this.happened(judge),
      whenQuiet: (then) => this.#callWhenQuiet(then),
      /** Records the outcome of the step and what follows from it, to be written by its own transaction. `null`: that is a defect. */
      record: (event) => {
        this.#defend(() => {
          this.#record(event);
          this.#proceed();
          this.#writing = this.#flushOf(this.#takeSegment());
        });
        return this.#defect === null ? this.#writing!.append : null;
      },
      landed: (result) => this.#landed(this.#writing!, result),
      // What is known here is ahead of the log, and did not come true: whoever claims it begins from what is there.
      rolledBack: (run, refused) => {
        if (this.#isGone) return;
        this.#writing = null;
        this.lose();
        // Refused, the step has failed with that; else nobody knows, and whoever goes on with it is told so.
        if (refused === null) this.#host.release(this);
        else this.#host.takeUpAgain(this, (state) => stepThrew(state, run, this.#rejectionOf(run, refused.error)));
      },
    };
  }

  #rejectionOf({ step }: StepBegun, error: unknown): Rejection {
    return this.rejection(error, this.retryIfOf(this.nodeOf(step).retry));
  }

  #compensate(call: CompensationBegun): void {
    if (call.effect !== lostEffect) return compensate(this, call);
    const { step, attempt } = call;
    const key = liveKey(call);
    if (this.#unstored?.has(key) === true) return compensate(this, { ...call, effect: this.#unstored.get(key) });
    if (!this.nodeOf(step).compensation!.requiresEffect) return compensate(this, { ...call, effect: undefined });
    const error = new EffectLostError(this.identity.saga, step);
    this.happened(() => compensationThrew(this.state, call, attempt, { error, aborts: false, retryable: false, sample: 0 }));
  }

  #cancelBy(reason: unknown, deadlineMs: number | undefined): void {
    const { passWait } = this.state;
    const cause = passWait === null ? reason : passWait.failure.error;
    const error = new SagaCancelledError(this.identity.saga, { reason, deadlineMs, cause });
    const event = cancelled(this.state, error);
    if (event === null) return;
    this.#record(event);
    this.#open().acts.push(() => this.#steps.cancel(deadlineMs === undefined ? reason : error));
  }

  #watchDeadline(): void {
    if (this.#deadlineAtMs === Infinity || this.#isGone) return;
    const leftMs = this.#deadlineAtMs - this.environment.clock.monotonicMs();
    this.alarms.set(Math.max(0, leftMs), () => {
      if (!this.#isLeaving) this.#takeIn(() => this.#cancelBy(undefined, this.#deadlineMs));
    });
  }

  #hear(rows: readonly InboxRow[]): void {
    for (const { number, kind, data } of rows) {
      if (number <= this.#heardThrough) continue; // read twice, because it is not yet taken out
      this.#hearOne(kind, data);
      this.#heardThrough = number;
      this.#open().inboxThrough = number;
    }
  }

  /** What cannot be read stands in nobody's way: a request to be cancelled is one all the same, and an effect is reported as lost. */
  #hearOne(kind: InboxRow['kind'], data: string): void {
    let asked: unknown;
    try {
      asked = this.#host.events.codec.decode(data);
    } catch (error) {
      if (kind === 'cancel') this.#cancelBy(error, undefined);
      else this.report({ type: 'late-effect-lost', step: '', effect: undefined, error });
      return;
    }
    if (kind === 'cancel') this.#cancelBy((asked as { readonly reason: unknown }).reason, undefined);
    else this.#takeLateEffect(asked as LateEffectReport);
  }

  #takeLateEffect(late: LateEffectReport): void {
    const event = judgeLateEffect(this.state, late);
    if (event !== null) this.#record(event);
  }

  #open(): Segment {
    return (this.#segment ??= new Segment());
  }

  #takeSegment(): Segment {
    const segment = this.#open();
    this.#segment = null;
    return segment;
  }

  #flush(): void {
    if (this.#segment === null || this.#writing !== null || this.#isActing || this.#isGone) return;
    const flush = (this.#writing = this.#flushOf(this.#takeSegment()));
    this.#host.write(flush.append).then(
      (result) => this.#landed(flush, result),
      (error: unknown) => {
        if (isUnavailable(error)) flush.segment.fail(error);
        else flush.segment.settle(false);
        this.#refused(error);
      },
    );
  }

  #flushOf(segment: Segment): Flush {
    const { state } = this;
    const { codec } = this.#host.events;
    const status = statusOf(state);
    const ended = segment.find('execution-ended');
    const settled = ended || segment.find('execution-halted') ? Object.freeze(this.#settled()) : null;
    const underWay = isUnderWay(state);
    const wakeInMs = underWay ? 0 : this.#wakeInMs(status);
    const append: Append = {
      type: 'append',
      id: this.identity.id,
      epoch: this.epoch,
      fromSeq: this.#seq,
      nonce: this.#host.nextNonce(),
      events: segment.written.map(({ stored }) => stored),
      status,
      stage: this.#stage,
      keepsOwner: underWay || !this.#isReleased(wakeInMs),
      wakeInMs: isResting(status) && !underWay && this.#waits.isEmpty ? null : wakeInMs,
      output: settled === null ? null : encodeOutput(codec, settled),
      isProgress: segment.written.some(({ event }) => isProgress(event)),
      hasEnded: ended !== undefined,
      outbox: ended && settled?.status === 'completed' ? settled.events.map((event) => codec.encode(event)) : [],
      inboxThrough: segment.inboxThrough,
      // What is in doubt may still come late, and then it takes the history to undo it.
      dropsEvents: ended?.status === 'completed' && this.#host.dropsHistory && state.doubtful.length === 0,
    };
    return { segment, append, settled };
  }

  /** When nothing is under way: whether somebody else is to go on, at once or after a long wait. */
  #isReleased(wakeInMs: number): boolean {
    // Not opened, this worker would never claim it again, and there may be no other.
    return this.#host.isDraining || this.#waits.isEmpty || (this.#host.isOpen && wakeInMs > this.#host.holdMs);
  }

  #wakeInMs(status: ExecutionStatus): number {
    if (this.#waits.isEmpty) return 0;
    // After the end a late compensation may wait to be tried again (R5a), and no deadline counts any more.
    const deadlineInMs = this.state.cancelled || isResting(status) ? Infinity : this.#deadlineAtMs - this.environment.clock.monotonicMs();
    return wholeMs(Math.max(0, Math.min(this.#waits.nextInMs, deadlineInMs)));
  }

  #landed({ segment, append, settled }: Flush, result: WriteResult): void {
    segment.settle(result.type === 'written');
    if (this.#isGone) return;
    if (result.type !== 'written') return this.lose();
    this.#writing = null;
    this.#seq += segment.written.length;
    for (const { event } of segment.written) this.#host.tell(event, this.identity);
    if (!append.keepsOwner) return void this.#finish(append, settled);
    if (result.hasInbox) this.#host.hasInbox(this);
    if (this.#defect !== null) return this.#halt(this.#defect.error);
    this.#host.whenMayBegin(() => this.#act(segment));
    this.#becomeQuiet();
  }

  #act({ acts }: Segment): void {
    if (this.#isGone || this.#defect !== null) return;
    this.#isActing = true;
    for (const act of acts) this.#defend(act);
    this.#isActing = false;
    this.#defend(() => this.#flush());
  }

  #callWhenQuiet(then: () => void): void {
    this.#whenQuiet.push(then);
    this.#becomeQuiet();
  }

  #becomeQuiet(): void {
    this.#defend(() => this.#flush());
    if (this.#writing === null && this.#segment === null) this.#whenQuiet.shift()?.();
  }

  #abandonTransactions(): void {
    for (const transaction of this.#transactions?.values() ?? []) transaction.abandon();
  }

  /** Whoever waits for quiet is to see that there is nothing to wait for any more. */
  #dismissWaiting(): void {
    const waiting = this.#whenQuiet;
    this.#whenQuiet = [];
    for (const then of waiting) then();
  }

  /** The store cannot take it, or the writer gave up. */
  #refused(error: unknown): void {
    if (isUnavailable(error)) return this.lose();
    this.#writing = null;
    this.onDefect(error);
  }

  /** Nobody owns it any more: it has ended, is stuck, waits for long, or the host drains. */
  async #finish({ hasEnded }: Append, settled: Settled<object> | null): Promise<void> {
    this.#isGone = true;
    this.#dismissWaiting();
    this.#abandonTransactions();
    this.alarms.takeAllBack();
    if (hasEnded) {
      if (settled!.status === 'completed' && settled!.events.length > 0) await this.#host.publish(this);
      const handlers = finallyHandlersOf(this.blueprint, this.scope, this.environment);
      if (handlers.length > 0) await callFinallyHandlers(handlers, settled!, this);
    }
    await disposeScope(this.scope, this.report);
    this.#host.isGone(this);
    this.#resolveOutcome(settled);
  }

  #settled(): Settled<object> {
    const { state, identity } = this;
    const poison = state.abandoned ? this.#abandonedFor : state.poison;
    if (poison !== null) return poisonedEnd(identity, poison.error);
    return settledOf(state, identity, state.end ?? 'stuck');
  }

  /** Written behind what is durable, whatever is known here beyond that. */
  #halt(error: unknown): void {
    if (this.#isGone) return;
    const { phase, poison } = this.state;
    if (phase === 'new' || phase === 'ended' || poison !== null) {
      // There is no halting it (any more): somebody else may do better.
      this.report({ type: 'not-taken-up', error });
      this.lose();
      return this.#host.release(this);
    }
    const { events } = this.#host;
    const halt = events.write({ type: 'execution-halted', because: 'poisoned', error });
    const settled = poisonedEnd(this.identity, errorOfHalt(halt.event));
    const segment = new Segment();
    segment.written.push(halt);
    const append: Append = {
      type: 'append',
      id: this.identity.id,
      epoch: this.epoch,
      fromSeq: this.#seq,
      nonce: this.#host.nextNonce(),
      events: [halt.stored],
      status: 'stuck',
      stage: this.#stage,
      keepsOwner: false,
      wakeInMs: null,
      output: encodeOutput(events.codec, settled),
      isProgress: false,
      hasEnded: false,
      outbox: [],
      inboxThrough: null,
      dropsEvents: false,
    };
    const flush = (this.#writing = { segment, append, settled });
    this.#host.write(append).then(
      (result) => this.#landed(flush, result),
      () => {
        this.#writing = null;
        this.lose();
        this.#host.release(this);
      },
    );
  }

  #leave(): void {
    this.#isGone = true;
    this.#segment = null;
    this.#dismissWaiting();
    this.#abandonTransactions();
    this.alarms.takeAllBack();
    this.#resolveOutcome(null);
    void disposeScope(this.scope, this.report);
  }

  /** What a call that goes on here has come to is for whoever has the execution now, if it left something to undo. */
  #reportLateEffect(event: SagaEvent | null): void {
    const late = lateEffectIn(this.state, event);
    if (late === null) return;
    const { compensation, transactional } = this.nodeOf(late.step);
    // What a transactional step did is rolled back where it is not recorded.
    if (compensation !== null && !transactional) this.#host.sendLateEffect(this.identity, late);
  }
}

function liveKey({ step, round }: { readonly step: string; readonly round: number }): string {
  return `${step}:${round}`;
}
