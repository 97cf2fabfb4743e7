import type { Claimable, Claimed, ClaimRequest } from '../durable/execution-log.js';
import type { Names } from '../sql/names.js';
import type { Row, Statement } from './database.js';
import { statement } from './database.js';
import { clock, deadOwners, durable, isAlive, isDurable, isOrphan, nowMs } from './fragments.js';
import { headColumns, headFrom, headWidth } from './heads.js';
import { ParameterTable } from './parameters.js';

const graphs = new ParameterTable({ n: 'int', saga: 'text', fingerprint: 'text', below_stage: 'int', becomes: 'text' });

/** What PostgreSQL has for `Infinity` here. */
const allStages = 2 ** 31 - 1;

export function stageOf(belowStage: number): number {
  return Math.min(belowStage, allStages);
}

/** What `e` becomes when it is claimed; NULL: the claimer cannot run it. A join would be a reason not to read the index in its order. */
const becomes = `(SELECT g.becomes FROM graphs g
    WHERE g.saga = e.saga AND g.fingerprint = e.fingerprint AND e.stage < g.below_stage ORDER BY g.n LIMIT 1)`;

/** Its parameters: the worker, how many, the graphs. */
export function claimStatement(names: Names): Statement {
  const execution = names.table('execution');
  return statement(claimOf(names, 3, `${deadOwners(names)},
due AS (
  SELECT e.id, e.wake_at, NULL::text AS taken_from, ${becomes} AS becomes FROM ${execution} e
  WHERE e.due_at <= ${nowMs} AND ${becomes} IS NOT NULL
  ORDER BY e.due_at LIMIT $2::text::int FOR UPDATE OF e SKIP LOCKED),
orphaned AS (
  SELECT e.id, e.wake_at, e.owner AS taken_from, ${becomes} AS becomes FROM ${execution} e
  WHERE ${isOrphan} AND e.wake_at <= ${nowMs} AND ${becomes} IS NOT NULL
  ORDER BY e.wake_at LIMIT $2::text::int FOR UPDATE OF e SKIP LOCKED),
picked AS (
  SELECT * FROM (SELECT * FROM due UNION ALL SELECT * FROM orphaned) e ORDER BY wake_at, id LIMIT $2::text::int)`));
}

/** Its parameters: the worker, the id, the graphs. Waits for whoever has the execution just now: there is no other to take instead. */
export function claimOneStatement(names: Names): Statement {
  return statement(claimOf(names, 3, `picked AS (
  SELECT e.id, e.wake_at, e.owner AS taken_from, ${becomes} AS becomes FROM ${names.table('execution')} e
  WHERE e.id = $2 AND (e.owner IS NULL OR NOT ${isAlive(names, 'e.owner')}) AND ${becomes} IS NOT NULL
  FOR UPDATE OF e)`));
}

function claimOf(names: Names, firstGraph: number, picked: string): string {
  return `
WITH RECURSIVE ${clock},
${durable},
graphs AS MATERIALIZED (SELECT * FROM ${graphs.source('g', firstGraph)}),
${picked},
taken AS (
  UPDATE ${names.table('execution')} e SET
    epoch = e.epoch + 1,
    owner = $1,
    fingerprint = p.becomes,
    takeovers = CASE WHEN p.taken_from IS NULL THEN e.takeovers ELSE e.takeovers || p.taken_from || '@' || ms || ',' END
  FROM picked p, clock
  WHERE e.id = p.id
  RETURNING e.*, p.taken_from, ms)
SELECT ${headColumns}, taken_from, ms, ${isDurable} FROM taken ORDER BY wake_at, id`;
}

export function claimParameters({ worker, limit, id, claimable }: ClaimRequest): string[] {
  return [worker, id ?? String(limit), ...graphs.parameters(claimable.map(graphRow))];
}

function graphRow({ saga, fingerprint, belowStage, becomes }: Claimable, n: number): Parameters<typeof graphs.parameters>[0][number] {
  return { n, saga, fingerprint, below_stage: stageOf(belowStage), becomes };
}

export function claimedFrom(row: Row): Claimed {
  const [takenFrom, ms] = row.slice(headWidth);
  return { ...headFrom(row), takenFrom: takenFrom as string | null, nowMs: Number(ms) };
}

const owned = new ParameterTable({ id: 'text', epoch: 'bigint' });

/** Its parameters: see `releaseParameters`. */
export function releaseStatement(names: Names): Statement {
  const execution = names.table('execution');
  return statement(`
WITH ${clock},
${durable},
locked AS MATERIALIZED (
  SELECT o.id FROM (SELECT * FROM ${owned.source('o', 1)} ORDER BY id) o
  CROSS JOIN LATERAL (SELECT e.epoch, e.owner FROM ${execution} e WHERE e.id = o.id FOR UPDATE) e
  WHERE e.epoch = o.epoch AND e.owner IS NOT NULL)
UPDATE ${execution} e SET owner = NULL, wake_at = CASE WHEN e.wake_at IS NOT NULL THEN least(e.wake_at, ms) END
FROM locked o, clock
WHERE e.id = o.id
RETURNING ${isDurable}`);
}

export function releaseParameters(executions: readonly { readonly id: string; readonly epoch: number }[]): string[] {
  return owned.parameters(executions);
}

/** Its parameter: the worker. */
export function ownedStatement(names: Names): Statement {
  return statement(`SELECT id, epoch FROM ${names.table('execution')} WHERE owner = $1`);
}
