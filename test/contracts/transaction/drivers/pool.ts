import { Pool } from 'pg';

/**
 * A connection that is lost while a transaction holds it emits `error` on its client, where nobody listens by default: the process would
 * end. The query that meets it fails all the same.
 */
export function poolOf(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 });
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  return pool;
}
