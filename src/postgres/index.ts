// Entry `class-saga/postgres`.
export { postgresLog } from './postgres-log.js';
export type { PostgresLogOptions } from './postgres-log.js';
export type { PostgresClient } from './client.js';
export type { PgClient, PgPool } from './pg.js';
export type { Pglite } from './pglite.js';
export type { PostgresJs } from './postgres-js.js';
