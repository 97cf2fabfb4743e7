// What one execution is told besides its input.

import type { ExecutionMetadata } from './execution-metadata.js';

/** Options of `run` and `settle`. `Handle` is that of the database transaction that the saga's steps ask for. */
export interface RunOptions<Handle = unknown> {
  /**
   * Cancels the execution when it aborts (R19): running steps are told by their own signals, and what stands is undone, which nothing can
   * cancel. `run` then rejects with `SagaCancelledError`. Aborted before the call, it lets no step begin; aborted after the last step is
   * done, in a transaction after the commit was sent, it has no effect. @defaultValue none
   */
  readonly signal?: AbortSignal;
  /** Cancels the execution as `signal` does, so many milliseconds after the call, above 0 (R19). `Infinity`: never. @defaultValue none */
  readonly deadlineMs?: number;
  /**
   * The id that all idempotency keys begin with, so that a call repeated under it is the same call to the services (R25): 1 to 200
   * characters of printable ASCII without spaces. An id is for one run at a time: `SAGA_RUNTIME_ID_IN_USE` where an execution of this
   * runner still goes under it; and, of the last 10,000 ids given to this runner, `SAGA_RUNTIME_ID_USED` where its keys belong to cancelled
   * effects: it ended otherwise than completed once a step had begun, or completed after a compensation was called
   * or an attempt was left in doubt.
   * On an execution log it attaches to the execution that there is, as the `id` of `start`; a `signal` then cancels that one, and its own
   * `deadlineMs` counts.
   * @defaultValue one that is made when first asked for
   */
  readonly executionId?: string;
  /**
   * What goes along with the execution and is no input: a tenant, a trace. It stands over what the runner's own `metadata` says, name by
   * name, and is read by steps, compensations and fallbacks (`context.metadata`), and by the resolver, observers, the publisher, `finally`
   * handlers and `onCompensationError` (`execution.metadata`): a frozen copy, one level deep. An execution log stores it, as it stores the
   * input: there it is to be data, and little; and where the `executionId` attaches to the execution that there is, that one's own stays.
   * @defaultValue what the runner's `metadata` says, else none
   */
  readonly metadata?: ExecutionMetadata;
  /**
   * Runs the steps in a database transaction: `(work) => db.transaction(work)` (R21). It must call `work` once, with the handle that the
   * steps then have as `transaction`; commit when `work` resolves, roll back when it rejects; and settle after either. A failed execution
   * is compensated first, and compensations have no handle: what went through the transaction is undone by the roll-back alone. A commit
   * that fails is a failure after the last step. No deadline limits how long a commit takes; a rollback is awaited for 30 s.
   * @defaultValue none: the steps' `transaction` is `undefined`
   */
  readonly transaction?: (work: (handle: Handle) => Promise<void>) => PromiseLike<unknown>;
  /**
   * Executes a statement in the transaction: `(handle, statement) => handle.query(statement)`, where it is `SAVEPOINT class_saga_3` or
   * `ROLLBACK TO SAVEPOINT class_saga_3` (R21); awaited, once the execution is cancelled for the runner's `graceMs`. With it a
   * failed stage can be rolled back alone, and be gone into anew.
   * @defaultValue none: a retry or continue counts as compensated
   */
  readonly savepoint?: (handle: Handle, statement: string) => unknown;
}

/** Options of `run` and `settle` for a saga whose steps cannot do without a transaction. */
export interface TransactionRunOptions<Handle> extends RunOptions<Handle> {
  readonly transaction: (work: (handle: Handle) => Promise<void>) => PromiseLike<unknown>;
}
