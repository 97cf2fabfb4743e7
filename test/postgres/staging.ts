import type { Pool, PoolClient } from 'pg';
import { LogUnavailableError } from '../../src/errors/log-errors.js';

/** Holds a transaction open while something waits for it, then commits. `work` gets the client of the transaction. */
export async function inTheWay<T>(
  admin: Pool,
  stand: (client: PoolClient) => Promise<unknown>,
  start: () => Promise<T>,
  beforeCommit: (client: PoolClient) => Promise<unknown>,
): Promise<T> {
  const client = await admin.connect();
  try {
    await client.query('BEGIN');
    await stand(client);
    const started = start();
    await somebodyWaits(admin);
    await beforeCommit(client);
    await client.query('COMMIT');
    return await started;
  } finally {
    client.release();
  }
}

/** Resolves with the process ids of those who wait for a lock, once there are any. */
export async function somebodyWaits(admin: Pool): Promise<readonly number[]> {
  for (;;) {
    const { rows } = await admin.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    if (rows.length > 0) return rows.map(({ pid }) => pid);
  }
}

/** Cuts every connection of that name. */
export async function cut(admin: Pool, applicationName: string): Promise<number> {
  const text = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1';
  const { rowCount } = await admin.query(text, [applicationName]);
  return rowCount!;
}

/** For each connection that was cut there may be a call that learns of it. */
export async function onceItNotices<T>(call: () => Promise<T>, connections = 4): Promise<T> {
  return call().catch((error: unknown) => {
    if (error instanceof LogUnavailableError && connections > 0) return onceItNotices(call, connections - 1);
    throw error;
  });
}
