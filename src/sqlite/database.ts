import { resolve } from 'node:path';
import { LogUnavailableError } from '../errors/log-errors.js';
import { SagaError } from '../errors/saga-error.js';

export type SqliteValue = string | number | null;

/**
 * The part of a database of better-sqlite3 or libsql, and of node:sqlite's `DatabaseSync`, that the log needs: stated here so that none of
 * them is a dependency.
 */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}
/** Each of them types the parameters of its statements in another way; what they all take is a `SqliteValue` for each. */
export interface SqliteStatement {
  run(...parameters: never): unknown;
  all(...parameters: never): readonly unknown[];
}

/** As the log calls it. */
export interface CallableStatement {
  run(...parameters: SqliteValue[]): unknown;
  all(...parameters: SqliteValue[]): readonly unknown[];
}

export function prepared(database: SqliteDatabase, sql: string): CallableStatement {
  return database.prepare(sql);
}

interface ClosableDatabase extends SqliteDatabase {
  close(): unknown;
}
type OpenDatabase = new (path: string) => ClosableDatabase;

/** In the order in which they are tried: the first that is installed, and works, is it. */
const drivers: readonly string[] = ['libsql', 'better-sqlite3', 'node:sqlite'];

/** @throws SagaError `SAGA_LOG_BAD_OPTIONS` for what is no name of a file, or names a database in memory */
export function checkFile(file: string): void {
  if (file === '' || file === ':memory:') {
    throw new SagaError({
      code: 'SAGA_LOG_BAD_OPTIONS',
      problem: `sqliteLog('${file}') would have its database in memory, or delete it in the end, and so keep nothing.`,
      remedy: "Name a file:  sqliteLog('sagas.db').  For tests there is memoryLog().",
    });
  }
  if (file.includes('\0')) {
    throw new SagaError({
      code: 'SAGA_LOG_BAD_OPTIONS',
      problem: 'The name of the file for sqliteLog contains NUL.',
      remedy: "Name a file:  sqliteLog('sagas.db').",
    });
  }
}

/** Opens the file, taken literally: an address or a query is part of its name. Where it does not exist, it is created. */
export async function openFile(file: string, tried = drivers): Promise<ClosableDatabase> {
  const Database = await installedDriver(tried);
  try {
    return new Database(resolve(file));
  } catch (error) {
    throw new LogUnavailableError(error);
  }
}

async function installedDriver(tried: readonly string[]): Promise<OpenDatabase> {
  const reasons: unknown[] = [];
  for (const name of tried) {
    try {
      // By a name that bundlers do not follow: what is not installed is not missing.
      const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Driver;
      const Database = module.DatabaseSync ?? module.default;
      if (Database !== undefined) return Database;
    } catch (error) {
      reasons.push(error);
    }
  }
  throw new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: `sqliteLog has nothing to open a file with: none of ${tried.join(', ')} can be loaded.`,
    remedy: 'Install libsql or better-sqlite3, run Node 22 or later, or hand in an open database.',
    cause: new AggregateError(reasons, 'No SQLite driver could be loaded.'),
  });
}

interface Driver {
  readonly default?: OpenDatabase;
  readonly DatabaseSync?: OpenDatabase;
}

/**
 * Whether somebody has begun a transaction on it; those of one connection are not kept apart.
 *
 * @throws Error when it was closed
 */
export function isInTransaction(database: SqliteDatabase): boolean {
  const state = database as { open?: unknown; isOpen?: unknown; inTransaction?: unknown; isTransaction?: unknown };
  // First of all: libsql ends the whole process when it is asked for a transaction that a closed database has.
  if (state.open === false || state.isOpen === false) throw new Error('The database of the log was closed.');
  return state.inTransaction === true || state.isTransaction === true;
}
