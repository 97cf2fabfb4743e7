// One connection is one line of work: nothing of it waits within a transaction, so that no other gets into it.

import { LogUnavailableError, NotStorableError } from '../errors/log-errors.js';
import { SagaError } from '../errors/saga-error.js';
import type { CallableStatement, SqliteDatabase, SqliteValue } from './database.js';
import { isInTransaction, prepared } from './database.js';
import { asLogError, isBusy } from './errors.js';

export type Row = Readonly<Record<string, string | number | bigint | null>>;

/** How long SQLite itself waits for a lock, in milliseconds: nothing else runs in this process meanwhile. */
const blockForMs = 10;
/** How long we wait between two tries, at least and at most: everything else runs, heartbeats that need no lock included. */
const shortestPauseMs = 2;
const longestPauseMs = 20;
/** How long something waits for the lock, all in all, in milliseconds: less than a third of a lease, after which it is asked for again. */
const defaultPatienceMs = 3_000;

export class Connection {
  readonly #database: SqliteDatabase;
  readonly #patienceMs: number;
  readonly #statements = new Map<string, CallableStatement>();
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(database: SqliteDatabase, patienceMs = defaultPatienceMs) {
    this.#database = database;
    this.#patienceMs = patienceMs;
  }

  /**
   * Makes sure that what was committed stays, whatever happens to the process or to the machine.
   *
   * @throws SagaError `SAGA_LOG_BAD_OPTIONS` for a database that cannot promise that
   */
  makeDurable(): Promise<void> {
    return this.read(() => {
      this.#database.exec(`PRAGMA busy_timeout = ${blockForMs}`);
      const mode = this.#pragma('journal_mode = WAL');
      this.#database.exec('PRAGMA synchronous = FULL');
      // On macOS alone: there a plain fsync leaves what it wrote in the cache of the disk.
      this.#database.exec('PRAGMA fullfsync = ON');
      this.#database.exec('PRAGMA checkpoint_fullfsync = ON');
      const synchronous = Number(this.#pragma('synchronous'));
      if (mode === 'wal' && synchronous === 2) return;
      throw new SagaError({
        code: 'SAGA_LOG_BAD_OPTIONS',
        problem: `The database of sqliteLog cannot be made durable: its journal_mode is ${String(mode)}, its synchronous ${synchronous}.`,
        remedy: 'It needs a file on a disk of this host (journal_mode=WAL, synchronous=FULL). For tests there is memoryLog().',
      });
    });
  }

  /** Without a transaction: each statement sees what was committed before it. */
  read<T>(work: () => T): Promise<T> {
    return this.#patiently(work, performance.now() + this.#patienceMs);
  }

  /**
   * All of it in one transaction, durable when this resolves. `work` gets the time, which is taken when nobody else can write any more, and
   * is called again only where nothing was done.
   */
  write<T>(work: (nowMs: number) => T): Promise<T> {
    // One at a time: many that want the same lock would each block the process in turn.
    const untilMs = performance.now() + this.#patienceMs;
    const written = this.#lastWrite.then(() => this.#patiently(() => this.#transaction(work), untilMs));
    this.#lastWrite = written.catch(() => {});
    return written;
  }

  run(sql: string, ...parameters: SqliteValue[]): void {
    this.#prepared(sql, parameters).run(...parameters);
  }

  all(sql: string, ...parameters: SqliteValue[]): readonly Row[] {
    return this.#prepared(sql, parameters).all(...parameters) as readonly Row[];
  }

  first(sql: string, ...parameters: SqliteValue[]): Row | undefined {
    return this.all(sql, ...parameters)[0];
  }

  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** Lets what is to be written be written, and then go of the database: it can be closed. */
  async end(): Promise<void> {
    await this.#lastWrite;
    this.#statements.clear();
  }

  #prepared(sql: string, parameters: readonly SqliteValue[]): CallableStatement {
    // SQLite would store such a text, and some drivers read it back cut.
    for (const one of parameters) if (typeof one === 'string' && one.includes('\0')) throw new NotStorableError('$', 'text with NUL');
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = prepared(this.#database, sql)));
    return statement;
  }

  #pragma(pragma: string): unknown {
    const [row] = prepared(this.#database, `PRAGMA ${pragma}`).all() as readonly Row[];
    return Object.values(row ?? {})[0];
  }

  #transaction<T>(work: (nowMs: number) => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work(Date.now());
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite has done it by itself, as it does when the disk is full: what the transaction failed with tells more.
    }
  }

  /** Once at least, whatever the time. */
  async #patiently<T>(work: () => T, untilMs: number): Promise<T> {
    for (;;) {
      const hasTime = performance.now() < untilMs;
      try {
        if (!isInTransaction(this.#database)) return work();
        if (!hasTime) throw new Error('Somebody has a transaction open on the connection of the log.');
      } catch (error) {
        if (!isBusy(error)) throw asLogError(error);
        if (!hasTime) throw new LogUnavailableError(error);
      }
      await pause(shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs));
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
