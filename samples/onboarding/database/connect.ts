import { Pool } from 'pg';

/** @param url `postgres://…` */
export function connect(url: string): Pool {
  const pool = new Pool({ connectionString: url });
  // The pool replaces an idle connection that breaks; without a listener the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}
