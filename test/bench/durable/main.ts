// What a saga costs that survives its process: `npm run bench -- durable`.
import type { Section } from '../report.js';
import { build } from './build.js';
import { onFullPostgres, onFullSqlite } from './on-full-log.js';
import { onPostgres } from './on-postgres.js';
import { onSqlite } from './on-sqlite.js';
import type { PostgresServer } from './postgres-server.js';
import { startPostgresServer } from './postgres-server.js';

export async function durable(): Promise<readonly Section[]> {
  await build();
  return [...(await withServer(onPostgres)), ...(await onSqlite()), ...(await withServer(onFullPostgres)), ...(await onFullSqlite())];
}

/** Each on a server of its own: one that has written much has more to clean up behind it. */
async function withServer<T>(work: (server: PostgresServer) => Promise<T>): Promise<T> {
  const server = await startPostgresServer();
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}
