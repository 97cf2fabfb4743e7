import { LogUnavailableError } from '../errors/log-errors.js';
import { codeOf } from '../errors/saga-error.js';
import type { Database, Parameter, Queryable, Row, Statement } from './database.js';
import { Slots } from './slots.js';
import { orLogError } from './unavailable.js';

interface PgQuery {
  readonly name?: string;
  readonly text: string;
  readonly values: Parameter[];
  readonly rowMode: 'array';
}
interface PgQueryable {
  query(query: PgQuery): Promise<{ readonly rows: readonly unknown[]; readonly command: string }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** The part of pg.Client that the log needs. */
export interface PgClient extends PgQueryable {
  connect(): Promise<unknown>;
}

/** The part of a client that a pg.Pool lends. */
interface PgPoolClient extends PgQueryable {
  /** With `true` the pool lets its connection go. */
  release(destroys?: boolean): void;
}

/** The part of pg.Pool that the log needs. */
export interface PgPool extends PgQueryable {
  readonly totalCount: number;
  readonly options?: { readonly max?: number };
  connect(): Promise<PgPoolClient>;
}

export class PgClientDatabase implements Database {
  readonly writesAtOnce = 1;
  readonly hasTransactions = false;
  readonly #client: PgClient;
  readonly #queryable: Queryable;

  constructor(client: PgClient) {
    this.#client = client;
    this.#queryable = inTurn(queryableOf(client));
  }

  open(): void {
    this.close();
    this.#client.on('error', this.#ignore);
  }

  close(): void {
    this.#client.removeListener('error', this.#ignore);
  }

  query(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#queryable.query(statement, parameters);
  }

  queryReserved(_asker: string, statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#queryable.query(statement, parameters);
  }

  /** Only for migrations, before anything else uses the connection. */
  transaction(work: (queryable: Queryable, handle: unknown) => Promise<void>): Promise<void> {
    return inTransaction(this.#client, work);
  }

  /** Of this log alone, which takes it back. Whoever used the connection is told by what that rejects with. */
  readonly #ignore = (): void => {};
}

/** What pg makes of a pool that was not told. */
const defaultMax = 10;

export class PgPoolDatabase implements Database {
  readonly writesAtOnce: number;
  readonly hasTransactions: boolean;
  readonly #pool: PgPool;
  readonly #queryable: Queryable;
  /** What all else can spare: a connection for the log's own writes always stays. */
  readonly #transactions: Slots;
  readonly #reserves: boolean;
  #reserved: Reserved | undefined;

  constructor(pool: PgPool) {
    const max = pool.options?.max ?? defaultMax;
    this.#pool = pool;
    this.#queryable = queryableOf(pool);
    this.hasTransactions = max >= 2;
    this.#reserves = max >= 3;
    this.writesAtOnce = max >= 4 ? 2 : 1;
    this.#transactions = new Slots(Math.max(1, max - 2));
  }

  open(): void {
    this.close();
    this.#pool.on('error', this.#ignore);
  }

  close(): void {
    this.#pool.removeListener('error', this.#ignore);
    this.#reserved?.giveBack();
    this.#reserved = undefined;
  }

  query(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#queryable.query(statement, parameters);
  }

  async queryReserved(asker: string, statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    if (!this.#reserves) return this.query(statement, parameters);
    if (this.#reserved?.isUsableFor(asker) === false) {
      this.#reserved.giveBack();
      this.#reserved = undefined;
    }
    const reserved = (this.#reserved ??= new Reserved(this.#pool));
    return reserved.query(asker, statement, parameters);
  }

  transaction(work: (queryable: Queryable, handle: unknown) => Promise<void>): Promise<void> {
    return this.#transactions.run(() => this.#transaction(work));
  }

  async #transaction(work: (queryable: Queryable, handle: unknown) => Promise<void>): Promise<void> {
    const client = await orLogError(this.#pool.connect());
    let isSound = false;
    try {
      await inTransaction(client, work);
      isSound = true;
    } catch (error) {
      // What the work rejected with says nothing of the connection, which is as it was after a rollback.
      isSound = codeOf(error) !== 'SAGA_LOG_UNAVAILABLE'; // by its code: another copy of the package may have raised it
      throw error;
    } finally {
      client.release(!isSound);
    }
  }

  /** Of this log alone, which takes it back. The pool takes another connection. */
  readonly #ignore = (): void => {};
}

/** A connection that is kept out of the pool, until it breaks, or does not answer. */
class Reserved {
  readonly #client: Promise<PgPoolClient>;
  readonly #queryable: Promise<Queryable>;
  readonly #waiting = new Set<string>();
  #unanswered = 0;
  #isBroken = false;
  #isGivenBack = false;

  constructor(pool: PgPool) {
    this.#client = pool.connect();
    this.#queryable = this.#client.then((client) => inTurn(queryableOf(client)));
    this.#client.then((client) => client.on('error', this.#break), this.#break);
  }

  isUsableFor(asker: string): boolean {
    return !this.#isBroken && !this.#waiting.has(asker);
  }

  async query(asker: string, statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    this.#waiting.add(asker);
    try {
      const queryable = await this.#queryable;
      if (this.#isGivenBack) throw new LogUnavailableError(new Error('No connection was free in time.'));
      this.#unanswered += 1;
      const rows = await queryable.query(statement, parameters);
      this.#unanswered -= 1;
      return rows;
    } catch (error) {
      this.#isBroken = true;
      throw error;
    } finally {
      this.#waiting.delete(asker);
    }
  }

  giveBack(): void {
    if (this.#isGivenBack) return;
    this.#isGivenBack = true;
    this.#client.then(
      (client) => {
        client.removeListener('error', this.#break);
        client.release(this.#isBroken || this.#unanswered > 0);
      },
      () => {},
    );
  }

  readonly #break = (): void => {
    this.#isBroken = true;
  };
}

async function inTransaction(client: PgQueryable, work: (queryable: Queryable, handle: unknown) => Promise<void>): Promise<void> {
  let isLost = false;
  const lose = (): void => {
    isLost = true;
  };
  // Without a listener the process would end when the connection is lost; what waits for an answer is rejected anyway.
  client.on('error', lose);
  try {
    await orLogError(run(client, 'BEGIN'));
    await work(queryableOf(client), client).catch(async (error: unknown) => {
      await run(client, 'ROLLBACK').catch(lose);
      throw isLost && !(error instanceof LogUnavailableError) ? new LogUnavailableError(error) : error;
    });
    const command = await orLogError(run(client, 'COMMIT'));
    if (command === 'ROLLBACK') throw new Error('The transaction was rolled back: a statement in it failed, and its error was hidden.');
  } finally {
    client.removeListener('error', lose);
  }
}

/** For a single connection: pg is about to give up queueing for it. */
function inTurn(queryable: Queryable): Queryable {
  const line = new Slots(1);
  return { query: (statement, parameters) => line.run(() => queryable.query(statement, parameters)) };
}

async function run(client: PgQueryable, text: string): Promise<string> {
  const { command } = await client.query({ text, values: [], rowMode: 'array' });
  return command;
}

function queryableOf(client: PgQueryable): Queryable {
  return {
    query: async ({ name, text }, parameters) => {
      const { rows } = await client.query({ ...(name !== undefined && { name }), text, values: [...parameters], rowMode: 'array' });
      return rows as readonly Row[];
    },
  };
}
