// The log on PostgreSQL: what it says to the database is here, and nothing of what it means. Whatever comes from outside is a parameter,
// names of tables excepted, which are quoted; parameters are text and rows are arrays, so that no parser that somebody registered with the
// client, and no rule for the names of columns, changes what we read.
import { createHash } from 'node:crypto';

export interface Statement {
  /** Prepared under this name once a connection, where the client does that; `undefined`: never. */
  readonly name: string | undefined;
  readonly text: string;
}
export type Parameter = string | null;
export type Row = readonly unknown[];

/** Runs one statement in one round trip. Rejects with what the client rejected with. */
export interface Queryable {
  query(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]>;
}

/** A client, whichever it is. */
export interface Database extends Queryable {
  /** On so many connections at once it is worth writing. */
  readonly writesAtOnce: number;
  /** Whether a step may be given a transaction: only where the log can write beside it, as the end of a step waits for what is written. */
  readonly hasTransactions: boolean;
  /** From here on a connection that breaks while nobody uses it does not end the process. */
  open(): void;
  close(): void;
  /**
   * As `query`, but not behind what waits for a connection of the pool. Where the same one asks again while it has no answer, it is
   * believed that none will come, and another connection is taken.
   */
  queryReserved(asker: string, statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]>;
  /**
   * Commits when the work resolves, rolls back when it rejects, and rejects with what it, or the commit, rejected with, or with
   * LogUnavailableError where the connection was lost meanwhile; the work may not be done then. `handle`: what is given to a step.
   */
  transaction(work: (queryable: Queryable, handle: unknown) => Promise<void>): Promise<void>;
}

export function statement(text: string): Statement {
  return { name: undefined, text };
}

/** One that is run so often that planning it each time would cost more than it does. */
export function preparedStatement(text: string): Statement {
  // Two logs may share a connection: the name stands for the text.
  return { name: `class_saga_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`, text };
}
