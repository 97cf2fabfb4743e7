import { SagaTransactionError, SagaTransactionRestartedError } from '../errors/runtime-errors.js';
import type { RunOptions } from '../saga/run-options.js';
import { invoke } from './invoke.js';

export type TransactionOption = NonNullable<RunOptions['transaction']>;

export interface TransactionReport {
  /** Called inside `work`, so that what the driver keeps in the asynchronous context is there for the steps. */
  begun(): void;
  /** It settled without calling `work`. */
  notBegun(error: SagaTransactionError): void;
  /** It settled before it was to be committed or rolled back. */
  lost(error: unknown): void;
}

type Settlement = { readonly committed: true } | { readonly committed: false; readonly error: unknown };

/**
 * One database transaction that is held open for an execution (R21). The driver begins and ends it; in between it awaits the promise that
 * `work` returned, which is settled here.
 */
export class OpenTransaction {
  handle: unknown;
  readonly #saga: string;
  readonly #report: TransactionReport;
  #hasBegun = false;
  #restarted: SagaTransactionRestartedError | undefined;
  /** Whether work that is called only now comes too late. */
  #isRefused = false;
  #endWork: { resolve(): void; reject(error: unknown): void } | undefined;
  #settlement: Settlement | undefined;
  #onSettled: ((settlement: Settlement) => void) | undefined;

  constructor(saga: string, report: TransactionReport) {
    this.#saga = saga;
    this.#report = report;
  }

  begin(transaction: TransactionOption): void {
    invoke(
      () => transaction((handle) => this.#work(handle)),
      () => this.#settled({ committed: true }),
      (error) => this.#settled({ committed: false, error }),
    );
  }

  /** Rejects with what the driver rejected with. */
  commit(): Promise<void> {
    return this.#ended(() => this.#endWork!.resolve()).then((settlement) => {
      if (!settlement.committed) throw settlement.error;
      if (this.#restarted !== undefined) throw this.#restarted; // whatever was committed, it is not our work
    });
  }

  /**
   * Answers whether the driver has rolled back, as far as can be seen: one that swallows the rejection may have committed. Where it has
   * not begun yet, there is nothing to wait for: it will not.
   */
  rollBack(cause: unknown): Promise<boolean> {
    this.#isRefused = true;
    if (!this.#hasBegun) return Promise.resolve(true);
    const error = new Error(`${this.#saga} did not complete: its transaction is rolled back.`, { cause });
    return this.#ended(() => this.#endWork!.reject(error)).then(({ committed }) => !committed);
  }

  #work(handle: unknown): Promise<void> {
    if (this.#hasBegun) return handled(Promise.reject((this.#restarted ??= new SagaTransactionRestartedError(this.#saga))));
    if (this.#isRefused) return handled(Promise.reject(SagaTransactionError.tooLate(this.#saga)));
    this.#hasBegun = true;
    this.handle = handle;
    const work = new Promise<void>((resolve, reject) => (this.#endWork = { resolve, reject }));
    this.#report.begun();
    return handled(work);
  }

  #settled(settlement: Settlement): void {
    this.#settlement = settlement;
    if (this.#onSettled !== undefined) return this.#onSettled(settlement);
    if (!this.#hasBegun) {
      this.#isRefused = true;
      return this.#report.notBegun(SagaTransactionError.notBegun(this.#saga, settlement.committed ? null : settlement));
    }
    this.#report.lost(settlement.committed ? SagaTransactionError.endedEarly(this.#saga) : settlement.error);
  }

  #ended(end: () => void): Promise<Settlement> {
    if (this.#settlement !== undefined) {
      end(); // a wrapper may have given up while the transaction in it is still open
      return Promise.resolve(this.#settlement);
    }
    return new Promise((resolve) => {
      this.#onSettled = resolve;
      end();
    });
  }
}

/** A driver that does not await it leaves no unhandled rejection. */
function handled(work: Promise<void>): Promise<void> {
  work.catch(() => {});
  return work;
}

/** Names of savepoints need no quoting in any dialect. */
export function savepointStatement(stage: number, does: 'set' | 'restore'): string {
  return `${does === 'set' ? 'SAVEPOINT' : 'ROLLBACK TO SAVEPOINT'} class_saga_${stage + 1}`;
}
