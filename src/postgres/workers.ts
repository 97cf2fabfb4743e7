import type { Claimable } from '../durable/execution-log.js';
import type { Names } from '../sql/names.js';
import { stageOf } from './claiming.js';
import type { Parameter, Statement } from './database.js';
import { statement } from './database.js';
import { clock, durable, isDurable, nowMs } from './fragments.js';
import { arrayOf, wholeMs } from './parameters.js';

/** Its one row: whether the worker is alive (1 or 0), the time, the executions with an inbox as a JSON array. */
export function beatStatement(names: Names): Statement {
  const worker = names.table('worker');
  return statement(`
WITH ${clock},
${durable},
alive AS (
  INSERT INTO ${worker} AS w (id, lease_until, sagas, fingerprints, below_stages)
  SELECT $1, ms + $2::text::bigint, coalesce($3::text::text[], '{}'), coalesce($4::text::text[], '{}'), coalesce($5::text::int[], '{}')
  FROM clock
  ON CONFLICT (id) DO UPDATE SET
    lease_until = excluded.lease_until,
    sagas = CASE WHEN $3::text IS NULL THEN w.sagas ELSE excluded.sagas END,
    fingerprints = CASE WHEN $3::text IS NULL THEN w.fingerprints ELSE excluded.fingerprints END,
    below_stages = CASE WHEN $3::text IS NULL THEN w.below_stages ELSE excluded.below_stages END
  WHERE w.lease_until > ${nowMs}
  RETURNING w.id)
SELECT (SELECT count(*)::int FROM alive), ms,
  (SELECT coalesce(json_agg(e.id), '[]')::text FROM ${names.table('execution')} e WHERE e.owner = $1 AND e.inbox_last > e.inbox_done),
  ${isDurable}
FROM clock`);
}

export function beatParameters(worker: string, leaseMs: number, claimable: readonly Claimable[] | undefined): Parameter[] {
  const column = (of: (graph: Claimable) => string | number): string | null => 
    claimable === undefined ? null : arrayOf(claimable.map(of));
  return [
    worker,
    String(wholeMs(leaseMs)),
    column(({ saga }) => saga),
    column(({ fingerprint }) => fingerprint),
    column(({ belowStage }) => stageOf(belowStage)),
  ];
}

/** Its parameters: the worker, whether it lived on. It may never have had a lease, and still be what something was taken over from. */
export function retireStatement(names: Names): Statement {
  return statement(`
WITH ${clock}
INSERT INTO ${names.table('worker')} AS w (id, lease_until, lived_on)
SELECT $1, ms, $2::text::boolean FROM clock
ON CONFLICT (id) DO UPDATE SET lease_until = least(w.lease_until, excluded.lease_until), lived_on = w.lived_on OR excluded.lived_on`);
}

/** Its parameter: the workers. */
export function livedOnStatement(names: Names): Statement {
  return statement(`SELECT id FROM ${names.table('worker')} WHERE id = ANY ($1::text::text[]) AND lived_on`);
}
