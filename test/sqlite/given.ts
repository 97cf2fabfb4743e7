import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach } from 'vitest';
import type { ExecutionLog } from '../../src/durable/execution-log.js';
import { prepared } from '../../src/sqlite/database.js';
import type { SqliteDatabase } from '../../src/sqlite/database.js';

/** Folders, databases and logs of one test, done away with after it. */
export class Given {
  #folders: string[] = [];
  #closings: (() => unknown)[] = [];

  constructor() {
    afterEach(async () => {
      for (const close of this.#closings.splice(0).reverse()) await close();
      for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true });
    });
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'class-saga-'));
    this.#folders.push(folder);
    return folder;
  }

  file(name = 'sagas.db'): string {
    return join(this.folder(), name);
  }

  /** As an application opens it. */
  database(file = this.file()): Database.Database {
    const database = new Database(file);
    this.#closings.push(() => {
      if (database.open) database.close();
    });
    return database;
  }

  /** Closed after the test, if not before. */
  log(log: ExecutionLog): ExecutionLog {
    this.#closings.push(() => log.close());
    return log;
  }

  async opened(log: ExecutionLog): Promise<ExecutionLog> {
    await this.log(log).open();
    return log;
  }
}

/** The only value of the only row. */
export function valueOf(database: SqliteDatabase, sql: string): unknown {
  const [row] = prepared(database, sql).all();
  return Object.values(row as object)[0];
}
