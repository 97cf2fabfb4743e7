// What is asked about executions by whoever looks after them.
import type { ListRequest, StoredGraph } from '../durable/execution-log.js';
import type { Names } from '../sql/names.js';
import type { Parameter, Statement } from './database.js';
import { statement } from './database.js';
import { clock, deadOwners, durable, isDurable, isOrphan, nowMs } from './fragments.js';
import { headColumns } from './heads.js';
import { arrayOf, ParameterTable } from './parameters.js';
import { isUnfinished } from './tables.js';

const finished: readonly string[] = ['completed', 'compensated', 'abandoned'];
const latestMs = String(2n ** 63n - 1n);

/** What has not ended has an index of its own: it is little, and is asked for most. */
export function listStatement(names: Names, { status }: ListRequest): Statement {
  const isOfUnfinished = status?.every((one) => !finished.includes(one)) === true;
  return statement(`SELECT ${headColumns} FROM ${names.table('execution')}
WHERE ($1::text IS NULL OR saga = $1) AND ($2::text IS NULL OR status = ANY ($2::text::text[]))
  AND ${isOfUnfinished ? isUnfinished : 'true'}
  AND started_at >= $3::text::bigint AND started_at < $4::text::bigint
  AND started_at <= $5::text::bigint AND (started_at < $5::text::bigint OR id > $6)
ORDER BY started_at DESC, id LIMIT $7::text::int`);
}

export function listParameters({ saga, status, fromMs, toMs, after, limit }: ListRequest): Parameter[] {
  return [
    saga ?? null,
    status === undefined ? null : arrayOf(status),
    String(Math.ceil(fromMs ?? 0)),
    toMs === undefined ? latestMs : String(Math.ceil(toMs)),
    after === undefined ? latestMs : String(after.startedAtMs),
    after?.id ?? '',
    String(limit),
  ];
}

/** Its one row: how many are stuck, the start of the oldest unfinished, how many events are unpublished, the time. */
export function healthStatement(names: Names): Statement {
  return statement(`
WITH ${clock}
SELECT count(*) FILTER (WHERE e.status = 'stuck')::int, min(e.started_at) FILTER (WHERE e.status <> 'stuck' AND e.ended_at IS NULL),
  (SELECT count(*)::int FROM ${names.table('outbox')}), ${nowMs}
FROM ${names.table('execution')} e WHERE ${isUnfinished}`);
}

/** Its parameters: due for longer than, how many. */
export function unclaimableStatement(names: Names): Statement {
  const execution = names.table('execution');
  const isRun = `EXISTS (SELECT FROM runnable r WHERE r.saga = e.saga AND r.fingerprint = e.fingerprint AND e.stage < r.below_stage)`;
  return statement(`
WITH RECURSIVE ${clock},
${deadOwners(names)},
runnable AS MATERIALIZED (
  SELECT g.* FROM ${names.table('worker')} w, unnest(w.sagas, w.fingerprints, w.below_stages) AS g(saga, fingerprint, below_stage)
  WHERE w.lease_until > ${nowMs})
SELECT ${headColumns} FROM (
  SELECT * FROM ${execution} WHERE due_at <= ${nowMs} - $1::text::bigint
  UNION ALL
  SELECT * FROM ${execution} e WHERE ${isOrphan} AND wake_at <= ${nowMs} - $1::text::bigint) e
WHERE NOT ${isRun}
ORDER BY wake_at, id LIMIT $2::text::int`);
}

/** Names of workers are forgotten, but never sooner than this: one may be asleep and come back. */
const keepWorkersMs = 86_400_000;

/** Its parameters: ended how long ago, how many. A row for each that is deleted. What somebody changes at this moment is left alone. */
export function deleteEndedStatement(names: Names): Statement {
  const execution = names.table('execution');
  return statement(`
WITH ${clock},
old AS MATERIALIZED (
  SELECT id, nonce, inbox_last FROM ${execution}
  WHERE ended_at <= ${nowMs} - $1::text::bigint AND wake_at IS NULL AND outbox_at IS NULL
  ORDER BY ended_at LIMIT $2::text::int),
-- With what was just added to it, which this statement does not see, it would leave events or requests behind.
locked AS MATERIALIZED (
  SELECT o.id FROM old o
  CROSS JOIN LATERAL (SELECT e.nonce, e.inbox_last FROM ${execution} e WHERE e.id = o.id FOR UPDATE SKIP LOCKED) e
  WHERE e.nonce = o.nonce AND e.inbox_last = o.inbox_last),
events AS (DELETE FROM ${names.table('event')} v USING locked l WHERE v.execution_id = l.id),
requests AS (DELETE FROM ${names.table('inbox')} i USING locked l WHERE i.execution_id = l.id),
gone AS (DELETE FROM ${execution} e USING locked l WHERE e.id = l.id RETURNING e.id),
-- A worker is remembered for as long as anything may be asked about it.
workers AS (
  DELETE FROM ${names.table('worker')} w
  WHERE w.lease_until <= ${nowMs} - greatest($1::text::bigint, ${keepWorkersMs})
    AND NOT EXISTS (SELECT FROM ${execution} e WHERE e.owner = w.id)
    AND NOT EXISTS (SELECT FROM ${execution} e WHERE e.takeovers <> '' AND position(w.id || '@' IN e.takeovers) > 0))
SELECT id FROM gone`);
}

const graphs = new ParameterTable({ saga: 'text', fingerprint: 'text', prefixes: 'text' });

export function declareStatement(names: Names): Statement {
  return statement(`
WITH ${durable}
INSERT INTO ${names.table('graph')} (saga, fingerprint, prefixes)
SELECT saga, fingerprint, prefixes FROM ${graphs.source('g', 1)} ORDER BY saga, fingerprint
ON CONFLICT DO NOTHING
RETURNING ${isDurable}`);
}

export function declareParameters(declared: readonly StoredGraph[]): string[] {
  return graphs.parameters(declared.map(({ saga, fingerprint, prefixes }) => ({ saga, fingerprint, prefixes: JSON.stringify(prefixes) })));
}

/** Its parameter: the sagas. */
export function graphsStatement(names: Names): Statement {
  return statement(`SELECT saga, fingerprint, prefixes FROM ${names.table('graph')} WHERE saga = ANY ($1::text::text[])`);
}
