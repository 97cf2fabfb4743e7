import { setImmediate } from 'node:timers/promises';
import type { Database, Parameter, Queryable, Row, Statement } from './database.js';
import { Slots } from './slots.js';
import { logErrorOf } from './unavailable.js';

interface PostgresJsQueryable {
  unsafe(query: string, parameters?: Parameter[], options?: { readonly prepare?: boolean }): {
    values(): PromiseLike<readonly (readonly unknown[])[]>;
  };
}

/** The part of postgres.js's `sql` that the log needs. */
export interface PostgresJs extends PostgresJsQueryable {
  readonly options?: { readonly max?: number };
  begin(work: (sql: PostgresJsQueryable) => Promise<void>): Promise<unknown>;
}

/** What postgres.js makes of one that was not told. */
const defaultMax = 10;

export class PostgresJsDatabase implements Database {
  readonly writesAtOnce: number;
  readonly hasTransactions: boolean;
  readonly #sql: PostgresJs;
  readonly #queryable: Queryable;
  /** A connection for the log's own writes always stays. */
  readonly #transactions: Slots;

  constructor(sql: PostgresJs) {
    const max = sql.options?.max ?? defaultMax;
    this.writesAtOnce = max >= 4 ? 2 : 1;
    this.hasTransactions = max >= 2;
    this.#transactions = new Slots(Math.max(1, max - 1));
    this.#sql = sql;
    this.#queryable = queryableOf(sql);
  }

  open(): void {}

  close(): void {}

  query(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#queryable.query(statement, parameters);
  }

  /** As any other: a reserved connection of postgres.js that was lost ends the process at its next use. */
  queryReserved(_asker: string, statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#queryable.query(statement, parameters);
  }

  transaction(work: (queryable: Queryable, handle: unknown) => Promise<void>): Promise<void> {
    return this.#transactions.run(() => this.#transaction(work));
  }

  async #transaction(work: (queryable: Queryable, handle: unknown) => Promise<void>): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    let isOver = false;
    let end!: (error: unknown) => void;
    const over = new Promise<never>((_, reject) => {
      end = reject;
    });
    // To use a connection that is gone ends the process; that includes the commit and the rollback, which come once the work has settled.
    const goesOn = async (): Promise<boolean> => {
      await setImmediate();
      return !isOver;
    };
    const begun = this.#sql.begin(async (sql) => {
      const within: Queryable = {
        query: async (statement, parameters) => {
          if (!(await goesOn())) return over;
          // What is queued for a connection that is lost is never answered.
          return Promise.race([queryableOf(sql).query(statement, parameters), over]);
        },
      };
      await work(within, sql).catch((error: unknown) => {
        failure = { error };
      });
      if (!(await goesOn())) await new Promise<never>(() => {});
      if (failure !== undefined) throw failure.error;
    });
    // Where the connection is lost, this rejects at once, and the work may go on for a while.
    await begun.catch((error: unknown) => {
      isOver = true;
      over.catch(() => {});
      // The work's own failure may look like a lost connection, but of a service that it talked to.
      const reason = failure !== undefined && failure.error === error ? error : logErrorOf(error);
      end(reason);
      throw reason;
    });
  }
}

function queryableOf(sql: PostgresJsQueryable): Queryable {
  return {
    query: async ({ name, text }, parameters) => sql.unsafe(text, [...parameters], { prepare: name !== undefined }).values(),
  };
}
