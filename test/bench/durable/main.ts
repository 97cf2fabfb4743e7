// What a saga costs that survives its process: `npm run bench -- durable`.
import type { Section } from '../report.js';
import { build } from './build.js';
import { onPostgres } from './on-postgres.js';
import { onSqlite } from './on-sqlite.js';
import { startPostgresServer } from './postgres-server.js';

export async function durable(): Promise<readonly Section[]> {
  await build();
  const server = await startPostgresServer();
  try {
    return [...(await onPostgres(server)), ...(await onSqlite())];
  } finally {
    await server.stop();
  }
}
