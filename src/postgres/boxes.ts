// What comes in for an execution from outside of its owner, and what goes out of it.
import type { Names } from '../sql/names.js';
import type { Statement } from './database.js';
import { statement } from './database.js';
import { clock, durable, isDurable } from './fragments.js';

/** Its parameters: the id, kind, data. A row: it was delivered. The head counts what came in, so that no entry is overlooked or lost. */
export function requestStatement(names: Names): Statement {
  return statement(`
WITH ${clock},
${durable},
asked AS (
  UPDATE ${names.table('execution')} e SET inbox_last = e.inbox_last + 1, wake_at = least(e.wake_at, ms)
  FROM clock WHERE e.id = $1
  RETURNING e.id, e.inbox_last),
delivered AS (
  INSERT INTO ${names.table('inbox')} (execution_id, number, at, kind, data) SELECT id, inbox_last, ms, $2, $3 FROM asked, clock)
SELECT ${isDurable} FROM asked`);
}

/** Its parameter: the id. */
export function inboxStatement(names: Names): Statement {
  return statement(`SELECT number, at, kind, data FROM ${names.table('inbox')} WHERE execution_id = $1 ORDER BY number`);
}

/** Its parameters: how many, for how long, and where it is of one alone, the id. */
export function takeOutboxStatement(names: Names, isOfOne: boolean): Statement {
  const execution = names.table('execution');
  return statement(`
WITH ${clock},
picked AS (
  SELECT e.id, e.outbox_at, e.outbox_taken FROM ${execution} e
  WHERE e.outbox_at <= (SELECT ms FROM clock)${isOfOne ? ' AND e.id = $3' : ''}
  ORDER BY e.outbox_at LIMIT $1::text::int FOR UPDATE OF e SKIP LOCKED),
held AS (
  UPDATE ${execution} e SET outbox_at = ms + $2::text::bigint, outbox_taken = e.outbox_taken + 1
  FROM picked p, clock WHERE e.id = p.id
  RETURNING e.id, e.saga, e.metadata, p.outbox_at, p.outbox_taken)
SELECT o.execution_id, h.saga, h.metadata, o.position, o.data, h.outbox_taken
FROM held h JOIN ${names.table('outbox')} o ON o.execution_id = h.id
ORDER BY h.outbox_at, h.id, o.position`);
}

/** Its parameter: the executions. */
export function publishedStatement(names: Names): Statement {
  const execution = names.table('execution');
  return statement(`
WITH locked AS MATERIALIZED (SELECT id FROM ${execution} WHERE id = ANY ($1::text::text[]) ORDER BY id FOR UPDATE),
done AS (UPDATE ${execution} e SET outbox_at = NULL, outbox_taken = 0 FROM locked l WHERE e.id = l.id RETURNING e.id)
DELETE FROM ${names.table('outbox')} o USING done d WHERE o.execution_id = d.id`);
}

/** Its parameters: the execution, after how long. */
export function unpublishedStatement(names: Names): Statement {
  return statement(`
WITH ${clock}
UPDATE ${names.table('execution')} e SET outbox_at = ms + $2::text::bigint FROM clock WHERE e.id = $1 AND e.outbox_at IS NOT NULL`);
}
