import type { SagaEvent, StepBegun } from '../kernel/events.js';
import type { StepRuns } from '../runtime/step-runs.js';
import type { Append, WriteInTransaction, WriteResult } from './execution-log.js';
import type { Host } from './host.js';

type Judge = () => SagaEvent | null;

/** The execution that such a step belongs to. */
export interface TransactionOwner {
  isGone(): boolean;
  happened(judge: Judge): void;
  /** Calls back when nothing of the execution is being written, or is to be. */
  whenQuiet(then: () => void): void;
  /** Records this and what follows from it, and answers with what is to be written for it; `null`: it cannot be. */
  record(event: SagaEvent): Append | null;
  landed(result: WriteResult): void;
  /** What was recorded did not come true. */
  rolledBack(): void;
}

/**
 * A step with `transactional: true`: a transaction of the log's own database is handed to it, and carries the record of its outcome, too.
 * Either both are there or neither is, so the step happens exactly once. Where it fails, or does not settle in time, all that it did is
 * rolled back before the failure is recorded.
 */
export class StepInTransaction {
  readonly #host: Host;
  readonly #steps: StepRuns;
  readonly #run: StepBegun;
  readonly #owner: TransactionOwner;

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
      const append = await this.#recorded(judge);
      if (append === 'not a success') failure = judge;
      if (append === 'not a success' || append === 'gone') throw rollback;
      result = await write(append);
      if (result.type !== 'written') throw rollback;
    };
    this.#host.transact!(work).then(
      () => this.#owner.landed(result!),
      () => this.#notCommitted(failure),
    );
  }

  /** What the step comes to first: its outcome, or that its time is up. Whatever it comes to later is rolled back already. */
  #firstOutcome(handle: unknown): Promise<Judge> {
    return new Promise((resolve) => {
      let isFirst = true;
      const happened = (judge: Judge): void => {
        if (!isFirst) return this.#owner.happened(() => withoutEffect(judge(), this.#run.step));
        isFirst = false;
        resolve(judge);
      };
      this.#steps.begin(this.#run, true, { transactionHandle: handle, happened });
    });
  }

  /** At a moment when nothing else of the execution is being written, and before anything else can be. */
  #recorded(judge: Judge): Promise<Append | 'not a success' | 'gone'> {
    const owner = this.#owner;
    return new Promise((resolve) => {
      owner.whenQuiet(() => {
        const event = owner.isGone() ? null : judge();
        const isSuccess = event?.type === 'step-succeeded' || event?.type === 'step-skipped';
        if (isSuccess) resolve(owner.record(event) ?? 'gone');
        else resolve(owner.isGone() ? 'gone' : 'not a success');
      });
    });
  }

  #notCommitted(failure: Judge | undefined): void {
    if (failure !== undefined) this.#owner.happened(() => withoutEffect(failure(), this.#run.step));
    else if (!this.#owner.isGone()) this.#owner.rolledBack();
  }
}

const rollback = new Error('The step is rolled back.');

/** It did settle with an effect, and that was rolled back. */
function withoutEffect(event: SagaEvent | null, step: string): SagaEvent | null {
  if (event?.type === 'step-landed') return { type: 'step-in-doubt', step, settled: true };
  return event?.type === 'late-effect' ? null : event;
}
