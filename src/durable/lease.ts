import type { Clock } from '../runtime/ports.js';
import { answerWithin } from './asking.js';
import type { Claimable, ExecutionLog } from './execution-log.js';

export interface LeaseHost {
  readonly log: ExecutionLog;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly leaseMs: number;
  /** What this worker can run: the same array for as long as that is so. */
  claimable(): readonly Claimable[];
  /** The lease is over: whatever is under way under it belongs to nobody, or to another worker by now. */
  leaseLost(): void;
  /** These have something in their inbox. */
  withInbox(ids: readonly string[]): void;
  /** A beat failed, and the next will be tried all the same. */
  beatFailed(error: unknown): void;
}

/**
 * The lease of this process as a worker, one incarnation after the other. Only the store's clock decides whether it lasts. Here its end is
 * reckoned from when the last good beat was *sent*, on the monotonic clock, so that this process gives up before the others take over.
 */
export class Lease {
  readonly #host: LeaseHost;
  readonly #beatMs: number;
  #worker: string;
  /** An incarnation that is over, and is to be told of: the process lives on. */
  #former: string | null = null;
  /** On the monotonic clock; −∞: there is none. */
  #goodUntilMs = -Infinity;
  #beating: Promise<void> | null = null;
  #isEnded = false;
  /** What the store was last told of what this incarnation can run; `null`: it does not know of it. */
  #declared: readonly Claimable[] | null = null;
  #cancelNext: () => void = () => {};
  #cancelExpiry: () => void = () => {};
  #waiting: (() => void)[] = [];

  constructor(host: LeaseHost) {
    this.#host = host;
    this.#beatMs = host.leaseMs / 5;
    this.#worker = host.newId();
  }

  /** This incarnation: a new name after each lease that was lost. */
  get worker(): string {
    return this.#worker;
  }

  get lasts(): boolean {
    return this.#host.clock.monotonicMs() < this.#goodUntilMs;
  }

  /** Begins to beat; resolves with the first lease. Rejects where the store cannot be reached. Safe to call again. */
  async join(): Promise<void> {
    while (!this.lasts && !this.#isEnded) await this.#beat();
  }

  /** Calls back once something may begin: at once while two thirds of the lease are not over, else after the next beat. */
  whenMayBegin(begin: () => void): void {
    if (this.mayBegin) begin();
    else this.#waiting.push(begin);
  }

  /** Gives the lease up, because this process is about to end. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#goodUntilMs = -Infinity;
    this.#cancelNext();
    this.#cancelExpiry();
    this.#waiting = [];
    if (this.#declared !== null) await this.#ask((log) => log.retire(this.#worker, true));
  }

  /** While two thirds of it are not over. */
  get mayBegin(): boolean {
    return this.#host.clock.monotonicMs() < this.#goodUntilMs - this.#host.leaseMs / 3;
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#beatOnce().finally(() => {
      this.#beating = null;
      this.#scheduleNext();
    });
    return this.#beating;
  }

  async #beatOnce(): Promise<void> {
    const { clock, leaseMs } = this.#host;
    await this.#bury();
    const worker = this.#worker;
    const claimable = this.#host.claimable();
    const sentAtMs = clock.monotonicMs();
    const news = claimable === this.#declared ? undefined : claimable;
    const { isAlive, withInbox } = await this.#ask((log) => log.beat(worker, leaseMs, news));
    if (this.#isEnded || worker !== this.#worker) return; // it was lost before this was answered
    if (!isAlive) return this.#lose();
    this.#declared = claimable;
    this.#extend(sentAtMs + leaseMs);
    if (withInbox.length > 0) this.#host.withInbox(withInbox);
  }

  #scheduleNext(): void {
    this.#cancelNext();
    if (this.#isEnded) return;
    this.#cancelNext = this.#host.clock.schedule(this.#beatMs, () => {
      this.#beat().catch((error: unknown) => this.#host.beatFailed(error));
    });
  }

  #extend(untilMs: number): void {
    this.#goodUntilMs = untilMs;
    this.#cancelExpiry();
    const { clock } = this.#host;
    this.#cancelExpiry = clock.schedule(Math.max(0, untilMs - clock.monotonicMs()), () => this.#lose());
    if (!this.mayBegin) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const begin of waiting) begin();
  }

  #lose(): void {
    if (this.#isEnded) return;
    this.#cancelExpiry();
    this.#goodUntilMs = -Infinity;
    this.#waiting = [];
    if (this.#declared !== null) this.#former = this.#worker;
    this.#declared = null;
    this.#worker = this.#host.newId();
    this.#host.leaseLost();
  }

  /** Says that the incarnation before did not die, so that what is taken over from it counts against no execution. */
  async #bury(): Promise<void> {
    const former = this.#former;
    if (former === null) return;
    await this.#ask((log) => log.retire(former, true));
    this.#former = null;
  }

  #ask<T>(question: (log: ExecutionLog) => Promise<T>): Promise<T> {
    const { log, clock, leaseMs } = this.#host;
    return answerWithin(leaseMs / 3, clock, () => question(log));
  }
}
