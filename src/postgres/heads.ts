import type { EpochMs, ExecutionStatus, Head } from '../durable/execution-log.js';
import type { Names } from '../sql/names.js';
import type { Row, Statement } from './database.js';
import { preparedStatement } from './database.js';

/** In the order of `headFrom`. */
const columns = [
  'id', 'saga', 'fingerprint', 'status', 'seq', 'epoch', 'owner', 'wake_at', 'deadline_at', 'stage', 'nonce', 'input', 'input_hash',
  'metadata', 'output', 'takeovers', '(inbox_last > inbox_done)::int', 'started_at', 'updated_at', 'ended_at',
];

/** Of a query over executions, or a RETURNING. */
export const headColumns = columns.join(', ');
/** How many of a row's values are the head's: what follows is the statement's own. */
export const headWidth = columns.length;

export function headFrom(row: Row): Head {
  const [
    id, saga, fingerprint, status, seq, epoch, owner, wakeAt, deadlineAt, stage, nonce, input, inputHash, metadata, output,
    takeovers, hasInbox, startedAt, updatedAt, endedAt,
  ] = row;
  return {
    id: id as string,
    saga: saga as string,
    fingerprint: fingerprint as string,
    status: status as ExecutionStatus,
    seq: Number(seq),
    epoch: Number(epoch),
    owner: owner as string | null,
    wakeAtMs: timeFrom(wakeAt),
    deadlineAtMs: timeFrom(deadlineAt),
    stage: Number(stage),
    nonce: nonce as string,
    input: input as string,
    inputHash: inputHash as string,
    metadata: metadata as string | null,
    output: output as string | null,
    takeovers: takeovers as string,
    hasInbox: Number(hasInbox) === 1,
    startedAtMs: Number(startedAt),
    updatedAtMs: Number(updatedAt),
    endedAtMs: timeFrom(endedAt),
  };
}

/** Clients answer a bigint with text, a number or a bigint. */
export function timeFrom(value: unknown): EpochMs | null {
  return value === null ? null : Number(value);
}

/** Its parameter: the ids. */
export function headsStatement(names: Names): Statement {
  return preparedStatement(`SELECT ${headColumns} FROM ${names.table('execution')} WHERE id = ANY ($1::text::text[])`);
}

/** Its parameters: the id, after which number, how many. */
export function eventsStatement(names: Names): Statement {
  return preparedStatement(`SELECT seq, at, type, step, data FROM ${names.table('event')}
WHERE execution_id = $1 AND seq > $2::text::int ORDER BY seq LIMIT $3::text::int`);
}
