import type { Database, Parameter, Queryable, Row, Statement } from './database.js';

interface PgliteQueryable {
  query(query: string, parameters?: Parameter[], options?: { readonly rowMode?: 'array' }): Promise<{ readonly rows: readonly unknown[] }>;
}

/** The part of PGlite that the log needs. */
export interface Pglite extends PgliteQueryable {
  transaction(work: (transaction: PgliteQueryable) => Promise<void>): Promise<unknown>;
}

export class PgliteDatabase implements Database {
  readonly writesAtOnce = 1;
  readonly hasTransactions = false;
  readonly #pglite: Pglite;
  readonly #queryable: Queryable;

  constructor(pglite: Pglite) {
    this.#pglite = pglite;
    this.#queryable = queryableOf(pglite);
  }

  open(): void {}

  close(): void {}

  query(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#queryable.query(statement, parameters);
  }

  queryReserved(_asker: string, statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#queryable.query(statement, parameters);
  }

  /** For migrations. */
  async transaction(work: (queryable: Queryable, handle: unknown) => Promise<void>): Promise<void> {
    await this.#pglite.transaction((transaction) => work(queryableOf(transaction), transaction));
  }
}

function queryableOf(pglite: PgliteQueryable): Queryable {
  return {
    query: async ({ text }, parameters) => (await pglite.query(text, [...parameters], { rowMode: 'array' })).rows as readonly Row[],
  };
}
