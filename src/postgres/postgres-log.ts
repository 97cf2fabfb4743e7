import type {
  Beat, Claimable, Claimed, ClaimRequest, ExecutionLog, Head, InboxEntry, InboxRow, ListRequest, LoggedEvent, LogHealth, OutboxRow,
  OwnedExecution, StoredGraph, Write, WriteInTransaction, WriteResult,
} from '../durable/execution-log.js';
import type { NameOptions, Names } from '../sql/names.js';
import { namesOf } from '../sql/names.js';
import { claimedFrom, claimParameters, releaseParameters } from './claiming.js';
import type { PostgresClient } from './client.js';
import { databaseOf } from './client.js';
import type { Database, Parameter, Row, Statement } from './database.js';
import { headFrom, timeFrom } from './heads.js';
import { migrate } from './migrating.js';
import { arrayOf, wholeMs } from './parameters.js';
import type { Statements } from './statements.js';
import { statementsOf } from './statements.js';
import { orLogError } from './unavailable.js';
import { declareParameters, listParameters, listStatement } from './watching.js';
import { beatParameters } from './workers.js';
import { resultsFrom, writeParameters } from './writing.js';

export interface PostgresLogOptions extends NameOptions {
  /** Created where it is missing. 1 to 32 bytes of UTF-8, taken literally. @defaultValue 'class_saga' */
  readonly schema?: string;
  /**
   * Whether what is run all the time is prepared once per connection. `false` for a pooler between client and server that hands each
   * transaction to another connection and knows nothing of prepared statements. PGlite prepares nothing. @defaultValue true
   */
  readonly prepare?: boolean;
}

/**
 * An execution log on PostgreSQL, 13 or later: `new SagaRunner({ log: postgresLog(new Pool({ connectionString })) })`.
 *
 * Its tables are in a schema of their own. Whoever opens the log first creates them, or changes them to those of a later version: that
 * needs the right to create in the database, and all else only the right to read and write these tables. The client stays yours: end it
 * after the runner has stopped.
 *
 * What is written is on the disk of the server before anything goes on, also where `synchronous_commit` is off elsewhere. While the server
 * cannot be reached, nothing goes on; give the client a `connectionTimeoutMillis` (pg) or `connect_timeout` (postgres.js).
 *
 * @throws SagaError `SAGA_LOG_BAD_OPTIONS`
 */
export function postgresLog(client: PostgresClient, options: PostgresLogOptions = {}): ExecutionLog {
  return new PostgresLog(databaseOf(client), options);
}

class PostgresLog implements ExecutionLog {
  readonly #database: Database;
  readonly #schema: string;
  readonly #names: Names;
  readonly #prepares: boolean;
  readonly #statements: Statements;
  readonly writesAtOnce: number;
  readonly transact?: NonNullable<ExecutionLog['transact']>;

  constructor(database: Database, { schema = 'class_saga', tablePrefix, prepare = true }: PostgresLogOptions) {
    this.#database = database;
    this.#schema = schema;
    this.#names = namesOf({ schema, ...(tablePrefix !== undefined && { tablePrefix }) });
    this.#prepares = prepare;
    this.#statements = statementsOf(this.#names);
    this.writesAtOnce = database.writesAtOnce;
    if (database.hasTransactions) this.transact = (work) => this.#transact(work);
  }

  async open(): Promise<void> {
    this.#database.open();
    await orLogError(migrate(this.#database, this.#names, this.#schema));
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  async write(batch: readonly Write[]): Promise<readonly WriteResult[]> {
    if (batch.length === 0) return [];
    const results = resultsFrom(await this.#rows(this.#statements.write, writeParameters(batch)), batch.length);
    const taken = batch.flatMap((write, n) => (write.type === 'create' && results[n] === undefined ? [write] : []));
    if (taken.length === 0) return results.map(orFenced);
    // Another statement, because whoever has the id may have come after this one began, and be out of its sight.
    const heads = new Map((await this.heads(taken.map(({ id }) => id))).map((head) => [head.id, head]));
    const again = taken.filter(({ id }) => !heads.has(id));
    const since = new Map((await this.write(again)).map((result, index) => [again[index]!.id, result]));
    return results.map((result, n) => {
      const { id } = batch[n]!;
      const head = heads.get(id);
      if (result !== undefined) return result;
      return head !== undefined && batch[n]!.type === 'create' ? { type: 'exists', head } : orFenced(since.get(id));
    });
  }

  #transact(work: (handle: unknown, write: WriteInTransaction) => Promise<void>): Promise<void> {
    return this.#database.transaction((transaction, handle) =>
      work(handle, async (append) => {
        const statement = this.#asConfigured(this.#statements.write);
        return orFenced(resultsFrom(await orLogError(transaction.query(statement, writeParameters([append]))), 1)[0]);
      }),
    );
  }

  async beat(worker: string, leaseMs: number, claimable?: readonly Claimable[]): Promise<Beat> {
    const parameters = beatParameters(worker, leaseMs, claimable);
    const [row] = await orLogError(this.#database.queryReserved(worker, this.#statements.beat, parameters));
    const [alive, ms, withInbox] = row!;
    return { isAlive: Number(alive) === 1, nowMs: Number(ms), withInbox: JSON.parse(withInbox as string) as string[] };
  }

  async retire(worker: string, livedOn: boolean): Promise<void> {
    await this.#rows(this.#statements.retire, [worker, String(livedOn)]);
  }

  async livedOn(workers: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#rows(this.#statements.livedOn, [arrayOf(workers)]);
    const known = new Set(rows.map(([id]) => id as string));
    return workers.filter((worker) => known.has(worker));
  }

  async claim(request: ClaimRequest): Promise<readonly Claimed[]> {
    const statement = request.id === undefined ? this.#statements.claim : this.#statements.claimOne;
    return (await this.#rows(statement, claimParameters(request))).map(claimedFrom);
  }

  async release(executions: readonly OwnedExecution[]): Promise<void> {
    await this.#rows(this.#statements.release, releaseParameters(executions));
  }

  async owned(worker: string): Promise<readonly OwnedExecution[]> {
    const rows = await this.#rows(this.#statements.owned, [worker]);
    return rows.map(([id, epoch]) => ({ id: id as string, epoch: Number(epoch) }));
  }

  async heads(ids: readonly string[]): Promise<readonly Head[]> {
    return (await this.#rows(this.#statements.heads, [arrayOf(ids)])).map(headFrom);
  }

  async events(id: string, afterSeq: number, limit: number): Promise<readonly LoggedEvent[]> {
    const rows = await this.#rows(this.#statements.events, [id, String(afterSeq), String(limit)]);
    return rows.map(([seq, at, type, step, data]) => ({
      seq: Number(seq), atMs: Number(at), type: type as string, step: step as string | null, data: data as string,
    }));
  }

  async request(id: string, { kind, data }: InboxEntry): Promise<'delivered' | 'unknown'> {
    const rows = await this.#rows(this.#statements.request, [id, kind, data]);
    return rows.length === 1 ? 'delivered' : 'unknown';
  }

  async inbox(id: string): Promise<readonly InboxRow[]> {
    const rows = await this.#rows(this.#statements.inbox, [id]);
    return rows.map(([number, at, kind, data]) => ({
      number: Number(number), atMs: Number(at), kind: kind as InboxEntry['kind'], data: data as string,
    }));
  }

  async takeOutbox(limit: number, holdMs: number, id?: string): Promise<readonly OutboxRow[]> {
    const parameters = [String(limit), String(wholeMs(holdMs)), ...(id === undefined ? [] : [id])];
    const rows = await this.#rows(id === undefined ? this.#statements.takeOutbox : this.#statements.takeOutboxOf, parameters);
    return rows.map(([execution, saga, metadata, position, data, taken]) => ({
      execution: execution as string, saga: saga as string, metadata: metadata as string | null, index: Number(position),
      data: data as string, failures: Number(taken),
    }));
  }

  async published(executions: readonly string[]): Promise<void> {
    await this.#rows(this.#statements.published, [arrayOf(executions)]);
  }

  async unpublished(execution: string, retryInMs: number): Promise<void> {
    await this.#rows(this.#statements.unpublished, [execution, String(wholeMs(retryInMs))]);
  }

  async declare(graphs: readonly StoredGraph[]): Promise<void> {
    await this.#rows(this.#statements.declare, declareParameters(graphs));
  }

  async graphsOf(sagas: readonly string[]): Promise<readonly StoredGraph[]> {
    const rows = await this.#rows(this.#statements.graphs, [arrayOf(sagas)]);
    return rows.map(([saga, fingerprint, prefixes]) => ({
      saga: saga as string, fingerprint: fingerprint as string, prefixes: JSON.parse(prefixes as string) as string[],
    }));
  }

  async list(request: ListRequest): Promise<readonly Head[]> {
    return (await this.#rows(listStatement(this.#names, request), listParameters(request))).map(headFrom);
  }

  async health(): Promise<LogHealth> {
    const [row] = await this.#rows(this.#statements.health, []);
    const [stuck, oldest, unpublished, ms] = row!;
    return { stuck: Number(stuck), oldestUnfinishedAtMs: timeFrom(oldest), unpublished: Number(unpublished), nowMs: Number(ms) };
  }

  async unclaimable(sinceMs: number, limit: number): Promise<readonly Head[]> {
    return (await this.#rows(this.#statements.unclaimable, [String(wholeMs(sinceMs)), String(limit)])).map(headFrom);
  }

  async deleteEnded(endedMsAgo: number, limit: number): Promise<number> {
    return (await this.#rows(this.#statements.deleteEnded, [String(wholeMs(endedMsAgo)), String(limit)])).length;
  }

  #rows(statement: Statement, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    return orLogError(this.#database.query(this.#asConfigured(statement), parameters));
  }

  #asConfigured(statement: Statement): Statement {
    return this.#prepares ? statement : { ...statement, name: undefined };
  }
}

function orFenced(result: WriteResult | undefined): WriteResult {
  return result ?? { type: 'fenced' };
}
