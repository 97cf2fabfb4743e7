/**
 * A database client as the suite uses it. Methods, and so of a parameter that the compiler does not hold against `unknown`: the suite only
 * hands on the handle that it is given, and each driver's file says what it is.
 */
export interface TransactionDriver<Tx = unknown> {
  /** The run option of the same name, as the README shows it. */
  transaction(work: (handle: Tx) => Promise<void>): PromiseLike<unknown>;
  /** The run option of the same name, as the README shows it; the suite sends other statements through it as well. */
  savepoint(handle: Tx, statement: string): unknown;
  /** Writes a row into `notes`, as a step would. */
  insert(handle: Tx, note: string): PromiseLike<unknown>;
  /**
   * Whether it rejects where PostgreSQL answers COMMIT with ROLLBACK, as it does where a statement failed and the error was hidden: no
   * error to PostgreSQL, so most clients take it for a success.
   */
  readonly tellsSilentRollback: boolean;
  /** Runs a saga of one step, which writes a note, in a class whose contexts name the type of the handle. */
  runTyped(note: string): Promise<unknown>;
  /** Returns when every connection is closed. */
  close(): PromiseLike<unknown>;
}

/** Opens it with at most two connections. */
export type OpenDriver = (url: string) => TransactionDriver | Promise<TransactionDriver>;
