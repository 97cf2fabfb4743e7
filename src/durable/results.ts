import { SagaError } from '../errors/saga-error.js';
import type { Clock } from '../runtime/ports.js';
import { isExecutionId } from '../runtime/run-settings.js';
import type { Settled } from '../saga/settled.js';
import { isUnavailable } from './asking.js';
import type { Codec } from './codec/codec.js';
import type { ExecutionLog, Head } from './execution-log.js';
import { decodeOutput } from './outputs.js';
import { isResting } from './status.js';

interface Waiter {
  readonly resolve: (settled: Settled<object>) => void;
  readonly reject: (error: unknown) => void;
}

/** How often the log is asked for the ends of executions that other workers run, in milliseconds. */
const askEveryMs = 200;

/** Who waits here for the ends of which executions that other workers run: the log is asked for all of them at once. */
export class Results {
  readonly #log: Pick<ExecutionLog, 'heads'>;
  readonly #codec: Codec;
  readonly #clock: Clock;
  readonly #waiters = new Map<string, Waiter[]>();
  #isAsking = false;
  #closed: unknown = null;

  constructor(log: Pick<ExecutionLog, 'heads'>, codec: Codec, clock: Clock) {
    this.#log = log;
    this.#codec = codec;
    this.#clock = clock;
  }

  /** Resolves when the execution has ended or is stuck. Rejects where it is not in the log, or no longer. */
  of(id: string): Promise<Settled<object>> {
    return new Promise((resolve, reject) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an Error that was given to close
      if (this.#closed !== null) return reject(this.#closed);
      const waiters = this.#waiters.get(id) ?? [];
      waiters.push({ resolve, reject });
      this.#waiters.set(id, waiters);
      if (!this.#isAsking) void this.#ask();
    });
  }

  /** Rejects whoever waits, and whoever will. */
  close(error: unknown): void {
    this.#closed = error;
    for (const id of [...this.#waiters.keys()]) this.#fail(id, error);
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiters.size > 0) {
      await this.#askFor([...this.#waiters.keys()]);
      if (this.#waiters.size > 0) await new Promise<void>((resolve) => this.#clock.schedule(askEveryMs, resolve));
    }
    this.#isAsking = false;
  }

  async #askFor(ids: readonly string[]): Promise<void> {
    let heads: ReadonlyMap<string, Head>;
    try {
      heads = new Map((await this.#log.heads(ids)).map((head) => [head.id, head]));
    } catch (error) {
      // It may be reached the next time, and nobody is told what is not known.
      if (!isUnavailable(error)) for (const id of ids) this.#fail(id, error);
      return;
    }
    for (const id of ids) {
      const head = heads.get(id);
      if (head === undefined) this.#fail(id, unknownExecution(id));
      else if (isResting(head.status) && head.output !== null) this.#read(head, head.output);
    }
  }

  #read({ id }: Head, output: string): void {
    try {
      this.#has(id, decodeOutput(this.#codec, output));
    } catch (error) {
      this.#fail(id, error);
    }
  }

  #has(id: string, settled: Settled<object>): void {
    const waiters = this.#waiters.get(id) ?? [];
    this.#waiters.delete(id);
    for (const { resolve } of waiters) resolve(settled);
  }

  #fail(id: string, error: unknown): void {
    const waiters = this.#waiters.get(id) ?? [];
    this.#waiters.delete(id);
    for (const { reject } of waiters) reject(error);
  }
}

/** @throws SagaError `SAGA_LOG_UNKNOWN_EXECUTION` for what no execution can be called: no database is asked for it */
export function checkId(id: unknown): void {
  if (!isExecutionId(id)) throw unknownExecution(String(id));
}

export function unknownExecution(id: string): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_UNKNOWN_EXECUTION',
    problem: `There is no execution ${JSON.stringify(id)} in the log.`,
    remedy: 'It was never started, or ended longer ago than the retention.',
  });
}
