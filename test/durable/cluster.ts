import type { ExecutionLog, MemoryLog, ObservedEvent, Report, SagaRunnerOptions, LogOptions } from 'class-saga';
import { memoryLog, SagaRunner } from 'class-saga';
import type { Clock } from 'class-saga';
import { ManualClock } from '../support/manual-clock.js';

// Processes that share one execution log, in a test: each with a runner of its own, all under one clock that the test moves by hand. A
// process can die at any moment: from then on none of its timers fires, and nothing that it asks of the log is done or answered.

/** What a process does when it asks something of the log: it is done, or not, and answered, or not. */
export type Ask = (method: LogMethod, ask: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>;
export type LogMethod = keyof ExecutionLog;

/** A log that is asked through something else. */
export function logThrough<Log extends ExecutionLog>(log: Log, through: Ask): Log {
  return new Proxy(log, {
    get: (target, name) => {
      const part: unknown = Reflect.get(target, name, target);
      if (typeof part !== 'function') return part;
      return (...args: readonly unknown[]) => through(name as LogMethod, async () => Reflect.apply(part, target, args) as unknown, args);
    },
  });
}

/** The log's clock begins here, so that its times are told from those of processes. */
const epochMs = Date.UTC(2030, 0, 1);

/** More turns than anything takes to come to its next timer, once nothing is asked of the log any more. */
const quietTurns = 8;

type Options = SagaRunnerOptions & Omit<LogOptions, 'log'>;

export class Cluster {
  readonly log: MemoryLog;
  readonly #clock = new ManualClock();
  readonly #processes: Process[] = [];
  #asked = 0;

  constructor() {
    this.log = memoryLog({ now: () => epochMs + this.#clock.monotonicMs() });
  }

  /** Milliseconds since the test began. */
  get nowMs(): number {
    return this.#clock.monotonicMs();
  }

  process(options: Options = {}): Process {
    const process = new Process(`p${this.#processes.length + 1}`, this, options);
    this.#processes.push(process);
    return process;
  }

  /** A process that goes on with what is due, of these sagas. */
  async worker(options: Options): Promise<Process> {
    const process = this.process(options);
    await this.until(process.runner.open());
    return process;
  }

  /** Moves on by so many milliseconds; all that happens at one time comes to rest before the next. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.nowMs + byMs;
    await this.rest();
    for (let next = this.#clock.nextMs; next !== undefined && next <= untilMs; next = this.#clock.nextMs) {
      await this.#clock.advance(Math.max(0, next - this.nowMs));
      await this.rest();
    }
    await this.#clock.advance(untilMs - this.nowMs);
    await this.rest();
  }

  /** Moves on from timer to timer until this promise has settled. @throws Error where it has not within an hour */
  async until<T>(promise: Promise<T>, withinMs = 3_600_000): Promise<T> {
    let isOver = false;
    const end = (): void => void (isOver = true);
    promise.then(end, end);
    const latestMs = this.nowMs + withinMs;
    await this.rest();
    while (!isOver) {
      const next = this.#clock.nextMs;
      if (next === undefined || next > latestMs) throw new Error(`It has not settled ${this.nowMs} ms after the test began.`);
      await this.#clock.advance(Math.max(0, next - this.nowMs));
      await this.rest();
    }
    return promise;
  }

  /** For steps that take their time. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#clock.schedule(delayMs, resolve));
  }

  /** Lets everything that needs no timer run to its end. */
  async rest(): Promise<void> {
    for (let quiet = 0, before = this.#asked; quiet < quietTurns; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#asked !== before) quiet = 0;
      before = this.#asked;
    }
  }

  /** The log as a process asks it. */
  logFor(through: Ask): ExecutionLog {
    return logThrough(this.log, (method, ask, args) => {
      this.#asked += 1;
      return through(method, ask, args);
    });
  }

  /** The clock as a process reads it, for as long as it lives. */
  clockFor(isAlive: () => boolean): Clock {
    return {
      monotonicMs: () => this.#clock.monotonicMs(),
      schedule: (delayMs, callback) => this.#clock.schedule(delayMs, () => {
        if (isAlive()) callback();
      }),
    };
  }
}

const never = new Promise<never>(() => {});

export class Process {
  readonly runner: SagaRunner;
  /** What it asked of the log, in order. */
  readonly asked: LogMethod[] = [];
  /** What its observer was told. */
  readonly told: (ObservedEvent & { readonly id: string })[] = [];
  /** Stands between the process and the log; a test replaces it to lose answers. */
  ask: Ask = (_, ask) => ask();
  #isAlive = true;

  constructor(name: string, cluster: Cluster, { observers = [], ...options }: Options) {
    const log = cluster.logFor((method, ask, args) => {
      if (!this.#isAlive) return never;
      this.asked.push(method);
      return this.ask(method, ask, args).then(
        (answer) => (this.#isAlive ? answer : never),
        (error: unknown) => {
          if (!this.#isAlive) return never;
          throw error;
        },
      );
    });
    let ids = 0;
    this.runner = new SagaRunner({
      log,
      clock: cluster.clockFor(() => this.#isAlive),
      random: () => 0.5,
      newId: () => `${name}-${(ids += 1)}`,
      observers: [(event, { id }) => this.told.push({ ...event, id }), ...observers],
      ...options,
    });
  }

  /** As by SIGKILL: nothing more of it reaches the log, and nothing reaches it. */
  die(): void {
    this.#isAlive = false;
  }

  typesOf(id: string): string[] {
    return this.told.filter((event) => event.id === id).map(({ type }) => type);
  }

  reports<Type extends Report['type']>(type: Type): readonly (Extract<Report, { readonly type: Type }> & { readonly id: string })[] {
    return this.told.filter((event): event is Extract<Report, { readonly type: Type }> & { readonly id: string } => event.type === type);
  }
}
