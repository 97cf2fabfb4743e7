// What a saga costs that survives its process: `npm run bench -- durable`.
import type { Section } from '../report.js';
import { build } from './build.js';
import { onFullPostgres, onFullSqlite } from './on-full-log.js';
import { onPostgres } from './on-postgres.js';
import { onSqlite } from './on-sqlite.js';
import type { PostgresServer } from './postgres-server.js';
import { startPostgresServer } from './postgres-server.js';

const parts: Readonly<Record<string, () => Promise<readonly Section[]>>> = {
  'postgres': () => withServer(onPostgres),
  'sqlite': onSqlite,
  'full-postgres': () => withServer(onFullPostgres),
  'full-sqlite': onFullSqlite,
};

/** @throws Error for a name that no part has */
export async function durable(names: readonly string[] = Object.keys(parts)): Promise<readonly Section[]> {
  await build();
  const sections: Section[] = [];
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) throw new Error(`there is no part ${name}; there are ${Object.keys(parts).join(', ')}`);
    sections.push(...(await part()));
  }
  return sections;
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
