import type { Names } from '../sql/names.js';

/** The database's time, one and the same throughout the statement, in milliseconds since the epoch. */
export const clock = 'clock AS MATERIALIZED (SELECT floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint AS ms)';
export const nowMs = '(SELECT ms FROM clock)';

/**
 * Waits for the disk when it commits, whatever the connection, the role or the database was set to: an acknowledged write that a crash of
 * the server takes back would let two workers have the same epoch. Levels above `on` stay. To be selected: an unused one is not run.
 */
export const durable = `durable AS MATERIALIZED (
  SELECT CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END AS setting)`;
export const isDurable = '(SELECT setting FROM durable)';

/** Whether the worker of that name has a lease. */
export function isAlive(names: Names, worker: string): string {
  return `EXISTS (SELECT FROM ${names.table('worker')} w WHERE w.id = ${worker} AND w.lease_until > ${nowMs})`;
}

/** The owners of anything, found one by one in the index, so that it costs nothing that they own much; and of these the dead. */
export function deadOwners(names: Names): string {
  const execution = names.table('execution');
  return `owners AS (
    (SELECT owner FROM ${execution} WHERE owner IS NOT NULL ORDER BY owner LIMIT 1)
    UNION ALL
    SELECT (SELECT e.owner FROM ${execution} e WHERE e.owner > o.owner ORDER BY e.owner LIMIT 1) FROM owners o WHERE o.owner IS NOT NULL),
  dead AS MATERIALIZED (SELECT o.owner FROM owners o WHERE o.owner IS NOT NULL AND NOT ${isAlive(names, 'o.owner')})`;
}

/** Needs `dead`, and the statement to be WITH RECURSIVE. */
export const isOrphan = 'e.owner = ANY (ARRAY(SELECT owner FROM dead))';
