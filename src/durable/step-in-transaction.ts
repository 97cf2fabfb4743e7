import { LogUnavailableError } from '../errors/log-errors.js';
import type { SagaEvent, StepBegun } from '../kernel/events.js';
import type { StepRuns } from '../runtime/step-runs.js';
import { isUnavailable } from './asking.js';
import type { Append, WriteInTransaction, WriteResult } from './execution-log.js';
import type { Host } from './host.js';

type Judge = () => SagaEvent | null;

/** The execution that such a step belongs to. */
export interface TransactionOwner {
  /** Others have the execution by now, or soon will. */
  isGone(): boolean;
  /** Whether the run is still to be begun: it may have waited for its transaction. */
  isWanted(run: StepBegun): boolean;
  happened(judge: Judge): void;
  /** What the run has come to, as it can be stored: a failure where its effect cannot be. */
  storable(event: SagaEvent): SagaEvent;
  /** The run failed with this, as the kernel judges it. */
  failed(run: StepBegun, error: unknown): SagaEvent | null;
  /** Calls back when nothing of the execution is being written, or is to be. */
  whenQuiet(then: () => void): void;
  /** Records this and what follows from it, and answers with what is to be written for it; `null`: it cannot be. */
  record(event: SagaEvent): Append | null;
  landed(result: WriteResult): void;
  /** What was recorded did not come true, because of `error`; `null`: nobody knows why, or whether it did. */
  rolledBack(run: StepBegun, error: { readonly error: unknown } | null): void;
}

/**
 * A step with `transactional: true`: a transaction of the log's own database is handed to it, and carries the record of its outcome, too.
 * Either both are there or neither is, so the step happens exactly once. Where it fails, does not settle in time, or its commit is refused,
 * all that it did is rolled back before the failure is recorded.
 */
export class StepInTransaction {
  readonly #host: Host;
  readonly #steps: StepRuns;
  readonly #run: StepBegun;
  readonly #owner: TransactionOwner;
  #isRecorded = false;
  #isOver = false;
  /** The method has settled: nobody uses the connection any more. */
  #hasSettled = false;
  #abandon: () => void = () => {};

  constructor(host: Host, steps: StepRuns, run: StepBegun, owner: TransactionOwner) {
    this.#host = host;
    this.#steps = steps;
    this.#run = run;
    this.#owner = owner;
  }

  begin(): void {
    let result: WriteResult | undefined;
    let failure: Judge | undefined;
    const work = async (handle: unknown, write: WriteInTransaction): Promise<void> => {
      const judge = await this.#firstOutcome(handle);
      const append = judge === null ? 'gone' : await this.#recorded(judge);
      if (append === 'not a success') failure = judge!;
      if (append === 'not a success' || append === 'gone') throw this.#rollback();
      result = await write(append);
      if (result.type !== 'written') throw this.#rollback();
    };
    this.#host.transact!(work).then(
      () => this.#ended(() => this.#owner.landed(result!)),
      (error: unknown) => this.#ended(() => this.#notCommitted(error, failure, result)),
    );
  }

  /** Nobody waits for it any more: it is rolled back, though its method may still run. */
  abandon(): void {
    this.#abandon();
  }

  /** What the step comes to first: its outcome, or that its time is up. Later it is rolled back already. `null`: it is abandoned. */
  #firstOutcome(handle: unknown): Promise<Judge | null> {
    return new Promise((resolve) => {
      this.#abandon = () => resolve(null);
      if (!this.#owner.isWanted(this.#run)) {
        this.#hasSettled = true;
        const error = new Error('The step was not begun: the execution was cancelled while it waited for a transaction.');
        return resolve(this.#owner.isGone() ? null : () => this.#owner.failed(this.#run, error));
      }
      let isFirst = true;
      const happened = (judge: Judge): void => {
        if (!isFirst) return this.#owner.happened(() => withoutEffect(judge(), this.#run.step));
        isFirst = false;
        resolve(judge);
      };
      this.#steps.begin(this.#run, true, { transactionHandle: handle, happened, settled: () => (this.#hasSettled = true) });
    });
  }

  /** At a moment when nothing else of the execution is being written, and before anything else can be. */
  #recorded(judge: Judge): Promise<Append | 'not a success' | 'gone'> {
    const owner = this.#owner;
    return new Promise((resolve) => {
      owner.whenQuiet(() => {
        if (owner.isGone()) return resolve('gone');
        const judged = judge();
        const event = judged && owner.storable(judged);
        if (event?.type !== 'step-succeeded' && event?.type !== 'step-skipped') return resolve('not a success');
        const append = owner.record(event);
        if (append === null) return resolve('gone');
        this.#isRecorded = true;
        this.#limitCommit();
        resolve(append);
      });
    });
  }

  /** A commit that is never answered does not hold the execution for ever: the epoch keeps what comes of it later from doing harm. */
  #limitCommit(): void {
    const { clock, commitWithinMs } = this.#host;
    clock.schedule(commitWithinMs, () => this.#ended(() => this.#owner.rolledBack(this.#run, null)));
  }

  #ended(then: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    then();
  }

  /** Where the method may still use the connection, that is given up, as if it were lost. */
  #rollback(): Error {
    const error = new Error('The step is rolled back.');
    return this.#hasSettled ? error : new LogUnavailableError(error);
  }

  #notCommitted(error: unknown, failure: Judge | undefined, result: WriteResult | undefined): void {
    if (failure !== undefined) {
      this.#owner.happened(() => {
        const event = failure();
        return withoutEffect(event && this.#owner.storable(event), this.#run.step);
      });
    } else if (result !== undefined && result.type !== 'written') {
      this.#owner.landed(result);
    } else if (this.#isRecorded) {
      this.#owner.rolledBack(this.#run, isUnavailable(error) ? null : { error });
    } else if (!this.#owner.isGone()) {
      this.#owner.rolledBack(this.#run, null);
    }
  }
}

/** It did settle with an effect, and that was rolled back. */
function withoutEffect(event: SagaEvent | null, step: string): SagaEvent | null {
  switch (event?.type) {
    case 'step-landed':
      return { type: 'step-in-doubt', step, settled: true };
    case 'late-effect':
      return null;
    case 'step-failed': {
      const { effect: _rolledBack, ...failed } = event;
      return failed;
    }
    default:
      return event ?? null;
  }
}
