// The log on SQLite: one host, any number of processes. All of them have the same clock, that of the host, and so need none of the
// database's own: a transaction takes the time once it alone may write.

import type {
  Beat,
  Claimable,
  Claimed,
  ClaimRequest,
  ExecutionLog,
  Head,
  InboxEntry,
  InboxRow,
  ListRequest,
  LoggedEvent,
  LogHealth,
  OutboxRow,
  OwnedExecution,
  StoredGraph,
  Write,
  WriteResult,
} from '../durable/execution-log.js';
import { SagaError } from '../errors/saga-error.js';
import { migrationTable, missingStatements, storedVersion } from '../sql/migrations.js';
import type { Names } from '../sql/names.js';
import { namesOf } from '../sql/names.js';
import type { Row } from './connection.js';
import { Connection } from './connection.js';
import type { SqliteDatabase, SqliteValue } from './database.js';
import { checkFile, openFile } from './database.js';
import { eventOf, graphOf, headOf, inboxRowOf, textOf } from './rows.js';
import { migrations } from './schema.js';
import type { Statements } from './statements.js';
import { statementsOf } from './statements.js';
import { wholeMs } from './whole-ms.js';
import { writeBatch } from './writing.js';

export interface SqliteLogOptions {
  /**
   * What the names of its tables begin with, 0 to 32 bytes; logs with different prefixes share a file and nothing else.
   * @defaultValue 'saga_'
   */
  readonly tablePrefix?: string;
}

/**
 * An execution log in a SQLite file, for one host: any number of its processes may share the file, which must lie on a disk of the host's
 * own (WAL does not work over a network). Times are those of the host's clock. It needs SQLite 3.38 or later.
 *
 * What a write has resolved for has reached the disk: the log sets `journal_mode=WAL` and `synchronous=FULL`, and reads both back. While
 * another process writes, this one tries again and again, for up to 3 s, and goes on with everything else in between.
 *
 * It has no transaction to hand to a step: SQLite has one writer at a time, so that for as long as a step had it, no execution could go on.
 *
 * @param database - a file, opened with the first of libsql, better-sqlite3 and node:sqlite that is installed; or an open database of one
 *   of them, for the log alone: it gets the settings above and a short `busy_timeout`, and stays open when the log is closed
 * @throws SagaError `SAGA_LOG_BAD_OPTIONS` for a database in memory, and for a prefix that is no name
 */
export function sqliteLog(database: string | SqliteDatabase, options: SqliteLogOptions = {}): ExecutionLog {
  if (typeof database === 'string') checkFile(database);
  else checkDatabase(database);
  return new SqliteLog(database, namesOf({ ...(options.tablePrefix !== undefined && { tablePrefix: options.tablePrefix }) }));
}

function checkDatabase(database: unknown): void {
  const { exec, prepare } = (database ?? {}) as Partial<SqliteDatabase>;
  if (typeof exec === 'function' && typeof prepare === 'function') return;
  throw new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: 'The database of sqliteLog is neither the name of a file nor an open database: it lacks `exec` and `prepare`.',
    remedy: "Name a file:  sqliteLog('sagas.db').",
  });
}

/** A dead worker is forgotten no sooner than after this: one may be asleep, and come back to hear that it is dead. */
const keepWorkersMs = 86_400_000;

/** Of an execution that may be claimed. */
interface Candidate {
  readonly id: string;
  readonly owner: string | null;
  readonly wakeAtMs: number;
  readonly becomes: string;
}

class SqliteLog implements ExecutionLog {
  readonly #source: string | SqliteDatabase;
  readonly #names: Names;
  readonly #sql: Statements;
  #opening: Promise<void> | undefined;
  #connection: Connection | undefined;
  #letGo: () => void = () => {};

  constructor(source: string | SqliteDatabase, names: Names) {
    this.#source = source;
    this.#names = names;
    this.#sql = statementsOf(names);
  }

  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<void> {
    const connection = new Connection(await this.#database());
    try {
      await connection.makeDurable();
      await connection.write(() => {
        connection.execute(migrationTable(this.#names));
        const version = Number(connection.first(storedVersion(this.#names))!['version']);
        for (const statement of missingStatements(migrations, version, this.#names)) connection.execute(statement);
      });
    } catch (error) {
      this.#letGo();
      throw error;
    }
    this.#connection = connection;
  }

  async #database(): Promise<SqliteDatabase> {
    if (typeof this.#source !== 'string') return this.#source;
    const database = await openFile(this.#source);
    this.#letGo = () => void database.close();
    return database;
  }

  async close(): Promise<void> {
    // What `open` failed with is for whoever called it.
    await this.#opening?.catch(() => {});
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    this.#opening = undefined;
    await connection.end();
    this.#letGo();
  }

  async write(batch: readonly Write[]): Promise<readonly WriteResult[]> {
    return this.#write((connection, nowMs) => writeBatch(connection, this.#sql, batch, nowMs));
  }

  async beat(worker: string, leaseMs: number, claimable?: readonly Claimable[]): Promise<Beat> {
    const news = claimable === undefined ? null : JSON.stringify(claimable);
    return this.#write((connection, nowMs) => {
      const known = connection.first(this.#sql.worker, worker);
      const isAlive = known === undefined || Number(known['lease_until']) > nowMs;
      if (isAlive) connection.run(this.#sql.beat, worker, nowMs + wholeMs(leaseMs), news, news);
      return { isAlive, nowMs, withInbox: connection.all(this.#sql.withInbox, worker).map((row) => String(row['id'])) };
    });
  }

  async retire(worker: string, livedOn: boolean): Promise<void> {
    return this.#write((connection, nowMs) => connection.run(this.#sql.retire, worker, nowMs, Number(livedOn)));
  }

  async livedOn(workers: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#read((connection) => connection.all(this.#sql.livedOn, JSON.stringify(workers)));
    return rows.map((row) => String(row['name']));
  }

  async claim(request: ClaimRequest): Promise<readonly Claimed[]> {
    // Most of the time there is nothing, and then nobody is kept from writing.
    const isAny = await this.#read((connection) => this.#candidates(connection, request, Date.now()).length > 0);
    if (!isAny) return [];
    return this.#write((connection, nowMs) =>
      this.#candidates(connection, request, nowMs).map(({ id, owner, becomes }) => {
        const takenOver = owner === null ? '' : `${owner}@${nowMs},`;
        connection.run(this.#sql.claim, request.worker, becomes, takenOver, id);
        return { ...headOf(connection.first(this.#sql.head, id)!), takenFrom: owner, nowMs };
      }),
    );
  }

  /** What is due or orphaned, the longest due first. */
  #candidates(connection: Connection, request: ClaimRequest, nowMs: number): readonly Candidate[] {
    const { claimable, limit, id } = request;
    if (id !== undefined) return this.#free(connection, id, claimable, nowMs);
    const expired = connection.all(this.#sql.expiredOwners, nowMs).map((row) => String(row['name']));
    const found = new Map<string, Candidate>();
    for (const { saga, fingerprint, belowStage, becomes } of claimable) {
      const graph = [saga, fingerprint, nowMs, belowStage, limit] as const;
      const orphaned = expired.flatMap((owner) => connection.all(this.#sql.orphaned, owner, ...graph));
      for (const row of [...connection.all(this.#sql.due, ...graph), ...orphaned]) {
        const candidate = candidateOf(row, becomes);
        if (!found.has(candidate.id)) found.set(candidate.id, candidate);
      }
    }
    return [...found.values()].sort((a, b) => a.wakeAtMs - b.wakeAtMs).slice(0, limit);
  }

  /** This one, whether it is due or not. */
  #free(connection: Connection, id: string, claimable: readonly Claimable[], nowMs: number): readonly Candidate[] {
    const row = connection.first(this.#sql.free, id, nowMs);
    if (row === undefined) return [];
    const stage = Number(row['stage']);
    const graph = claimable.find((one) => one.saga === row['saga'] && one.fingerprint === row['fingerprint'] && stage < one.belowStage);
    return graph === undefined ? [] : [candidateOf(row, graph.becomes)];
  }

  async release(owned: readonly OwnedExecution[]): Promise<void> {
    if (owned.length === 0) return;
    return this.#write((connection, nowMs) => {
      for (const { id, epoch } of owned) connection.run(this.#sql.release, nowMs, id, epoch);
    });
  }

  async owned(worker: string): Promise<readonly OwnedExecution[]> {
    const rows = await this.#read((connection) => connection.all(this.#sql.owned, worker));
    return rows.map((row) => ({ id: String(row['id']), epoch: Number(row['epoch']) }));
  }

  async heads(ids: readonly string[]): Promise<readonly Head[]> {
    const rows = await this.#read((connection) => connection.all(this.#sql.heads, JSON.stringify(ids)));
    return rows.map(headOf);
  }

  async events(id: string, afterSeq: number, limit: number): Promise<readonly LoggedEvent[]> {
    const rows = await this.#read((connection) => connection.all(this.#sql.events, id, Math.max(0, afterSeq), limit));
    return rows.map(eventOf);
  }

  async request(id: string, { kind, data }: InboxEntry): Promise<'delivered' | 'unknown'> {
    return this.#write((connection, nowMs) => {
      if (connection.first(this.#sql.wake, nowMs, nowMs, id) === undefined) return 'unknown';
      connection.run(this.#sql.ask, id, nowMs, kind, data);
      return 'delivered';
    });
  }

  async inbox(id: string): Promise<readonly InboxRow[]> {
    const rows = await this.#read((connection) => connection.all(this.#sql.inbox, id));
    return rows.map(inboxRowOf);
  }

  async takeOutbox(limit: number, holdMs: number, id?: string): Promise<readonly OutboxRow[]> {
    const available = (connection: Connection, nowMs: number): readonly Row[] =>
      id === undefined ? connection.all(this.#sql.available, nowMs, limit) : connection.all(this.#sql.availableOf, nowMs, id);
    const isAny = await this.#read((connection) => available(connection, Date.now()).length > 0);
    if (!isAny) return [];
    return this.#write((connection, nowMs) =>
      available(connection, nowMs).flatMap((first) => {
        const execution = String(first['execution']);
        connection.run(this.#sql.take, nowMs + wholeMs(holdMs), execution);
        return connection.all(this.#sql.emissions, execution).map((row) => ({
          execution,
          saga: String(row['saga']),
          metadata: textOf(row['metadata']),
          index: Number(row['place']),
          data: String(row['data']),
          failures: Number(first['taken']),
        }));
      }),
    );
  }

  async published(executions: readonly string[]): Promise<void> {
    if (executions.length === 0) return;
    return this.#write((connection) => connection.run(this.#sql.published, JSON.stringify(executions)));
  }

  async unpublished(execution: string, retryInMs: number): Promise<void> {
    return this.#write((connection, nowMs) => connection.run(this.#sql.unpublished, nowMs + wholeMs(retryInMs), execution));
  }

  async declare(graphs: readonly StoredGraph[]): Promise<void> {
    const unknown = await this.#read((connection) =>
      graphs.filter(({ saga, fingerprint }) => connection.first(this.#sql.isDeclared, saga, fingerprint) === undefined),
    );
    if (unknown.length === 0) return;
    return this.#write((connection) => {
      for (const { saga, fingerprint, prefixes } of unknown) connection.run(this.#sql.declare, saga, fingerprint, JSON.stringify(prefixes));
    });
  }

  async graphsOf(sagas: readonly string[]): Promise<readonly StoredGraph[]> {
    const rows = await this.#read((connection) => connection.all(this.#sql.graphs, JSON.stringify(sagas)));
    return rows.map(graphOf);
  }

  async list({ saga, status, fromMs, toMs, after, limit }: ListRequest): Promise<readonly Head[]> {
    const conditions: string[] = [];
    const parameters: SqliteValue[] = [];
    const only = (condition: string, ...values: readonly SqliteValue[]): void => {
      conditions.push(condition);
      parameters.push(...values);
    };
    if (saga !== undefined) only('saga = ?', saga);
    if (status !== undefined) only('status IN (SELECT value FROM json_each(?))', JSON.stringify(status));
    if (fromMs !== undefined) only('started_at >= ?', fromMs);
    if (toMs !== undefined) only('started_at < ?', toMs);
    if (after !== undefined) {
      only('started_at <= ? AND (started_at < ? OR id > ?)', after.startedAtMs, after.startedAtMs, after.id);
    }
    const rows = await this.#read((connection) => connection.all(this.#sql.list(conditions), ...parameters, limit));
    return rows.map(headOf);
  }

  async health(): Promise<LogHealth> {
    const row = await this.#read((connection) => connection.first(this.#sql.health)!);
    return {
      stuck: Number(row['stuck']),
      oldestUnfinishedAtMs: row['oldest'] === null ? null : Number(row['oldest']),
      unpublished: Number(row['unpublished']),
      nowMs: Date.now(),
    };
  }

  async unclaimable(sinceMs: number, limit: number): Promise<readonly Head[]> {
    const rows = await this.#read((connection) => {
      const nowMs = Date.now();
      const sinceAtMs = nowMs - sinceMs;
      return connection.all(this.#sql.unclaimable, nowMs, sinceAtMs, sinceAtMs, nowMs, limit);
    });
    return rows.map(headOf);
  }

  async deleteEnded(endedMsAgo: number, limit: number): Promise<number> {
    return this.#write((connection, nowMs) => {
      const ids = connection.all(this.#sql.ended, nowMs - endedMsAgo, limit).map((row) => row['id']);
      const those = JSON.stringify(ids);
      connection.run(this.#sql.deleteEvents, those);
      connection.run(this.#sql.deleteInboxes, those);
      connection.run(this.#sql.deleteExecutions, those);
      connection.run(this.#sql.deleteWorkers, nowMs - Math.max(endedMsAgo, keepWorkersMs));
      return ids.length;
    });
  }

  async #read<T>(work: (connection: Connection) => T): Promise<T> {
    const connection = this.#opened();
    return connection.read(() => work(connection));
  }

  async #write<T>(work: (connection: Connection, nowMs: number) => T): Promise<T> {
    const connection = this.#opened();
    return connection.write((nowMs) => work(connection, nowMs));
  }

  #opened(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    throw new SagaError({
      code: 'SAGA_LOG_CLOSED',
      problem: 'The execution log is not open.',
      remedy: 'A runner opens it when it starts, and closes it when it stops.',
    });
  }
}

function candidateOf(row: Row, becomes: string): Candidate {
  const owner = row['owner'];
  return { id: String(row['id']), owner: owner === null ? null : String(owner), wakeAtMs: Number(row['wake_at']), becomes };
}
