import { SagaError } from '../errors/saga-error.js';
import type { Database } from './database.js';
import { PgClientDatabase, PgPoolDatabase } from './pg.js';
import type { PgClient, PgPool } from './pg.js';
import { PgliteDatabase } from './pglite.js';
import type { Pglite } from './pglite.js';
import { PostgresJsDatabase } from './postgres-js.js';
import type { PostgresJs } from './postgres-js.js';

/**
 * What the log speaks through, told apart by its shape; none of them is a dependency.
 *
 * - `pg.Pool`: recommended. Of three connections or more a worker's heartbeat keeps one for itself, and one always stays for what the log
 *   writes: as many steps as there are others can have a transaction at a time. With a single connection none can.
 * - postgres.js: the `sql` function. Its heartbeats wait for a connection as everything else does: leave it one that the application does
 *   not use up, or give the log an `sql` of its own. In version 3.4 the next query of a step whose transaction lost its connection may end
 *   the process, or run outside of the transaction; what the log itself does then is safe.
 * - PGlite: a database in this process, for tests and single processes. It has one connection, so no step gets a transaction: the log could
 *   write nothing until that ended.
 * - `pg.Client`, connected and used by nothing else: for tools and tests. No step gets a transaction, which all that the log writes
 *   meanwhile would be part of; and once its connection is lost, it does not connect again.
 */
export type PostgresClient = PgPool | PgClient | PostgresJs | Pglite;

/** @throws SagaError `SAGA_LOG_BAD_OPTIONS` for anything else */
export function databaseOf(client: PostgresClient): Database {
  const shape = client as unknown;
  if (has(shape, 'unsafe') && has(shape, 'begin')) return new PostgresJsDatabase(client as PostgresJs);
  if (has(shape, 'query') && has(shape, 'transaction')) return new PgliteDatabase(client as Pglite);
  if (has(shape, 'query') && has(shape, 'on')) {
    return 'totalCount' in shape ? new PgPoolDatabase(client as PgPool) : new PgClientDatabase(client as PgClient);
  }
  throw new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: 'The client of the log is no pg.Pool, no pg.Client, no postgres.js and no PGlite.',
    remedy: 'Make one and hand it in:  postgresLog(new Pool({ connectionString })).',
  });
}

function has<Name extends string>(shape: unknown, name: Name): shape is Readonly<Record<Name, unknown>> {
  const isObject = (typeof shape === 'object' && shape !== null) || typeof shape === 'function';
  return isObject && typeof (shape as Readonly<Record<string, unknown>>)[name] === 'function';
}
