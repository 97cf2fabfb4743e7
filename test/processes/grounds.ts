import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { Postgres } from '../../samples/shared/services/postgres.js';
import { startPostgres } from '../../samples/shared/services/postgres.js';
import type { ExecutionLog } from '../../src/durable/execution-log.js';
import { postgresLog } from '../../src/postgres/index.js';
import { sqliteLog } from '../../src/sqlite/index.js';
import type { Ground } from './killing.js';
import { prepareLedger } from './ledger.js';

/** Where the executions of one file of tests are: each of them in a log of its own. */
export interface Grounds {
  readonly name: string;
  /** Which half of what would be the same everywhere is tried here. */
  readonly share: 0 | 1;
  next(): Promise<Ground>;
}

/** Both in files: the log, and the world outside. */
export function sqliteForThisFile(): Grounds {
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'class-saga-processes-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return {
    name: 'SQLite',
    share: 0,
    next: async () => {
      count += 1;
      const file = join(folder, `sagas-${count}.db`);
      const ledger = { sqlite: join(folder, `ledger-${count}.db`) };
      await prepareLedger(ledger);
      return { log: { sqlite: file }, ledger, open: () => opened(sqliteLog(file)) };
    },
  };
}

export interface PostgresGrounds extends Grounds {
  url(): string;
}

/** The log is in a schema of a server's database, and the world outside in another of its databases. */
export function postgresForThisFile(): PostgresGrounds {
  let server: Postgres;
  let pool: Pool;
  let ledger: { readonly postgres: string };
  let count = 0;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new Pool({ connectionString: server.url, max: 4 });
    pool.on('error', () => {});
    await pool.query('CREATE DATABASE outside');
    const outside = new URL(server.url);
    outside.pathname = '/outside';
    ledger = { postgres: outside.href };
    await prepareLedger(ledger);
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });
  return {
    name: 'PostgreSQL',
    share: 1,
    url: () => server.url,
    next: async () => {
      count += 1;
      const schema = `log_${count}`;
      return { log: { postgres: server.url, schema }, ledger, open: () => opened(postgresLog(pool, { schema })) };
    },
  };
}

async function opened(log: ExecutionLog): Promise<ExecutionLog> {
  await log.open();
  return log;
}
