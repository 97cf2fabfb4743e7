// One statement writes a whole batch: the head of an execution and its events are never apart, and one round trip is one flush.
import type { Append, StoredEvent, Write, WriteResult } from '../durable/execution-log.js';
import type { Names } from '../sql/names.js';
import type { Row, Statement } from './database.js';
import { preparedStatement } from './database.js';
import { clock, durable, isDurable } from './fragments.js';
import { ParameterTable, wholeMs } from './parameters.js';

/** `n`, here and below: which write of the batch, from 0. */
const creations = new ParameterTable({
  n: 'int', id: 'text', saga: 'text', fingerprint: 'text', status: 'text', seq: 'int', owner: 'text', deadline: 'bigint', stage: 'int',
  nonce: 'text', input: 'text', input_hash: 'text', metadata: 'text',
});
const appends = new ParameterTable({
  n: 'int', id: 'text', epoch: 'bigint', from_seq: 'int', to_seq: 'int', nonce: 'text', status: 'text', stage: 'int',
  keeps_owner: 'boolean', wake_in: 'bigint', output: 'text', is_progress: 'boolean', has_ended: 'boolean',
  outbox_size: 'int', inbox_through: 'bigint', drops_events: 'boolean',
});
const events = new ParameterTable({ n: 'int', seq: 'int', type: 'text', step: 'text', data: 'text' });
const emissions = new ParameterTable({ n: 'int', position: 'int', data: 'text' });

/** Its rows: one for each write that landed. A creation without one found its id taken, an append without one is fenced. */
export function writeStatement(names: Names): Statement {
  const execution = names.table('execution');
  const firstAppend = 1 + creations.width;
  const firstEvent = firstAppend + appends.width;
  const firstEmission = firstEvent + events.width;
  return preparedStatement(`
WITH ${clock},
${durable},
creation AS MATERIALIZED (SELECT * FROM ${creations.source('c', 1)}),
created AS (
  INSERT INTO ${execution} (
    id, saga, fingerprint, status, seq, epoch, owner, wake_at, deadline_at, stage, nonce, input, input_hash, metadata, started_at,
    updated_at)
  SELECT id, saga, fingerprint, status, seq, 1, owner, ms, ms + deadline, stage, nonce, input, input_hash, metadata, ms, ms
  FROM creation, clock
  ORDER BY id
  ON CONFLICT (id) DO NOTHING
  RETURNING id),
-- Locked one by one in the order of ids, so that two batches cannot wait for each other. As a lateral query, because the plan is made when
-- the tables may be empty and kept when they are full: it cannot be planned as anything but a look-up by id.
locked AS MATERIALIZED (
  SELECT a.* FROM (SELECT * FROM ${appends.source('a', firstAppend)} ORDER BY id) a
  CROSS JOIN LATERAL (SELECT e.epoch, e.seq FROM ${execution} e WHERE e.id = a.id FOR UPDATE) e
  WHERE e.epoch = a.epoch AND e.seq = a.from_seq),
appended AS (
  UPDATE ${execution} e SET
    seq = a.to_seq,
    nonce = a.nonce,
    status = a.status,
    stage = a.stage,
    owner = CASE WHEN a.keeps_owner THEN e.owner END,
    -- What came in meanwhile waits for nobody, however long the execution itself would.
    wake_at = CASE WHEN e.inbox_last > greatest(e.inbox_done, a.inbox_through) THEN least(ms + a.wake_in, ms) ELSE ms + a.wake_in END,
    output = coalesce(a.output, e.output),
    takeovers = CASE WHEN a.is_progress THEN '' ELSE e.takeovers END,
    inbox_done = greatest(e.inbox_done, a.inbox_through),
    outbox_next = e.outbox_next + a.outbox_size,
    outbox_at = CASE WHEN a.outbox_size > 0 THEN ms ELSE e.outbox_at END,
    updated_at = ms,
    ended_at = CASE WHEN a.has_ended THEN coalesce(e.ended_at, ms) ELSE e.ended_at END
  FROM locked a, clock
  WHERE e.id = a.id
  RETURNING e.id, a.n, (e.inbox_last > e.inbox_done)::int AS has_inbox, a.inbox_through, e.outbox_next - a.outbox_size AS outbox_first,
    a.drops_events),
landed AS MATERIALIZED (
  SELECT c.n, c.id, 0 AS has_inbox FROM created JOIN creation c ON c.id = created.id
  UNION ALL
  SELECT n, id, has_inbox FROM appended),
recorded AS (
  INSERT INTO ${names.table('event')} (execution_id, seq, at, type, step, data)
  SELECT w.id, v.seq, ms, v.type, v.step, v.data FROM ${events.source('v', firstEvent)} JOIN landed w ON w.n = v.n CROSS JOIN clock),
dropped AS (
  DELETE FROM ${names.table('event')} v USING appended a WHERE v.execution_id = a.id AND a.drops_events),
consumed AS (
  DELETE FROM ${names.table('inbox')} i USING appended a WHERE i.execution_id = a.id AND i.number <= a.inbox_through),
emitted AS (
  INSERT INTO ${names.table('outbox')} (execution_id, position, data)
  SELECT a.id, a.outbox_first + o.position, o.data FROM ${emissions.source('o', firstEmission)} JOIN appended a ON a.n = o.n)
SELECT n, ms, has_inbox, ${isDurable} FROM landed, clock`);
}

export function writeParameters(batch: readonly Write[]): string[] {
  const created: Parameters<typeof creations.parameters>[0][number][] = [];
  const appended: Parameters<typeof appends.parameters>[0][number][] = [];
  const recorded: Parameters<typeof events.parameters>[0][number][] = [];
  const emitted: Parameters<typeof emissions.parameters>[0][number][] = [];
  batch.forEach((write, n) => {
    if (write.type === 'create') {
      const { id, saga, fingerprint, status, owner, deadlineMs, stage, nonce, input, inputHash, metadata } = write;
      const deadline = deadlineMs === null ? null : wholeMs(deadlineMs);
      created.push({
        n, id, saga, fingerprint, status, seq: write.events.length, owner, deadline, stage, nonce, input, input_hash: inputHash, metadata,
      });
      recorded.push(...rowsOf(n, 0, write.events));
    } else {
      appended.push(appendRow(n, write));
      if (!write.dropsEvents) recorded.push(...rowsOf(n, write.fromSeq, write.events));
      emitted.push(...write.outbox.map((data, position) => ({ n, position, data })));
    }
  });
  return [
    ...creations.parameters(created), ...appends.parameters(appended), ...events.parameters(recorded), ...emissions.parameters(emitted),
  ];
}

function appendRow(n: number, append: Append): Parameters<typeof appends.parameters>[0][number] {
  return {
    n,
    id: append.id,
    epoch: append.epoch,
    from_seq: append.fromSeq,
    to_seq: append.fromSeq + append.events.length,
    nonce: append.nonce,
    status: append.status,
    stage: append.stage,
    keeps_owner: append.keepsOwner,
    wake_in: append.wakeInMs === null ? null : wholeMs(append.wakeInMs),
    output: append.output,
    is_progress: append.isProgress,
    has_ended: append.hasEnded,
    outbox_size: append.outbox.length,
    inbox_through: append.inboxThrough,
    drops_events: append.dropsEvents,
  };
}

function rowsOf(n: number, fromSeq: number, stored: readonly StoredEvent[]): Parameters<typeof events.parameters>[0][number][] {
  return stored.map(({ type, step, data }, index) => ({ n, seq: fromSeq + index + 1, type, step, data }));
}

/** One for each write, in their order; `undefined`: it did not land. */
export function resultsFrom(rows: readonly Row[], count: number): (WriteResult | undefined)[] {
  const results = new Array<WriteResult | undefined>(count).fill(undefined);
  for (const [n, atMs, hasInbox] of rows) {
    results[Number(n)] = { type: 'written', atMs: Number(atMs), hasInbox: Number(hasInbox) === 1 };
  }
  return results;
}
