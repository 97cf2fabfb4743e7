import { PGlite } from '@electric-sql/pglite';
import { Pool } from 'pg';
import type { PoolConfig } from 'pg';
import postgres from 'postgres';
import type { Sql } from 'postgres';
import { afterAll, beforeAll } from 'vitest';
import type { Postgres } from '../../samples/shared/services/postgres.js';
import type { ExecutionLog } from '../../src/durable/execution-log.js';
import type { PostgresClient } from '../../src/postgres/client.js';
import type { PostgresLogOptions } from '../../src/postgres/postgres-log.js';
import { postgresLog } from '../../src/postgres/postgres-log.js';
import { startPostgres } from '../../samples/shared/services/postgres.js';

/** As long as a test: many start at once on a small machine. */
const startsWithinMs = 120_000;

/** A PostgreSQL for the tests of one file. */
export interface Server {
  /** A pool that is ended with the server. Lost connections are for the log to bear: nobody listens to them here. */
  pool(config?: PoolConfig): Pool;
  /** As `pool`, of postgres.js. */
  sql(max?: number): Sql;
  /** A log that is closed before its client is ended. */
  log(client: PostgresClient, options?: PostgresLogOptions): ExecutionLog;
  /** What no log does: looks into tables, cuts connections. */
  admin(): Pool;
  url(): string;
}

export function postgresForThisFile(): Server {
  let server: Postgres | undefined;
  let admin: Pool | undefined;
  const ends: (() => Promise<unknown>)[] = [];
  const logs: ExecutionLog[] = [];
  const url = (): string => server!.url;

  beforeAll(async () => {
    server = await startPostgres();
    admin = new Pool({ connectionString: url(), max: 2 });
  }, startsWithinMs);
  afterAll(async () => {
    // A pool waits for what was taken out of it.
    await Promise.all(logs.map((log) => log.close()));
    await Promise.all(ends.map((end) => end()));
    if (admin !== undefined) await endOf(admin);
    await server?.stop();
  });

  return {
    url,
    admin: () => admin!,
    log: (client, options) => {
      const log = postgresLog(client, options);
      logs.push(log);
      return log;
    },
    pool: (config) => {
      const pool = new Pool({ connectionString: url(), max: 4, ...config });
      ends.push(() => endOf(pool));
      return pool;
    },
    sql: (max = 4) => {
      const sql = postgres(url(), { max, onnotice: () => {} });
      ends.push(() => sql.end({ timeout: 1 }));
      return sql;
    },
  };
}

/** The pool is said to have ended while its connections still close: the end of the server may overtake them. */
export async function endOf(pool: Pool): Promise<void> {
  if (pool.ending) return;
  pool.on('error', () => {});
  await pool.end();
}

/** A PostgreSQL in this process, for the tests of one file: one connection, no network. */
export function pgliteForThisFile(): () => PGlite {
  let pglite: PGlite | undefined;
  beforeAll(async () => {
    pglite = await PGlite.create();
  }, startsWithinMs);
  afterAll(() => pglite?.close());
  return () => pglite!;
}

let schemas = 0;

/** A name that nothing in the database has yet. */
export function newSchema(): string {
  schemas += 1;
  return `log_${schemas}`;
}
