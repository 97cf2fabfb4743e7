// Rows of the tables, as the port has them. Whoever handed the database in may have set it to give whole numbers as bigint.

import type { ExecutionStatus, Head, InboxEntry, InboxRow, LoggedEvent, StoredGraph } from '../durable/execution-log.js';
import type { Row } from './connection.js';

type Value = Row[string] | undefined;

export function headOf(row: Row): Head {
  return {
    id: String(row['id']),
    saga: String(row['saga']),
    fingerprint: String(row['fingerprint']),
    status: row['status'] as ExecutionStatus,
    seq: Number(row['seq']),
    epoch: Number(row['epoch']),
    owner: textOf(row['owner']),
    wakeAtMs: numberOf(row['wake_at']),
    deadlineAtMs: numberOf(row['deadline_at']),
    stage: Number(row['stage']),
    nonce: String(row['nonce']),
    input: String(row['input']),
    inputHash: String(row['input_hash']),
    metadata: textOf(row['metadata']),
    output: textOf(row['output']),
    takeovers: String(row['takeovers']),
    hasInbox: Number(row['has_inbox']) === 1,
    startedAtMs: Number(row['started_at']),
    updatedAtMs: Number(row['updated_at']),
    endedAtMs: numberOf(row['ended_at']),
  };
}

export function eventOf(row: Row): LoggedEvent {
  const { seq, at, type, step, data } = row;
  return { seq: Number(seq), atMs: Number(at), type: String(type), step: textOf(step), data: String(data) };
}

export function inboxRowOf(row: Row): InboxRow {
  const { number, at, kind, data } = row;
  return { number: Number(number), atMs: Number(at), kind: kind as InboxEntry['kind'], data: String(data) };
}

export function graphOf({ saga, fingerprint, prefixes }: Row): StoredGraph {
  return { saga: String(saga), fingerprint: String(fingerprint), prefixes: JSON.parse(String(prefixes)) as readonly string[] };
}

export function textOf(value: Value): string | null {
  return value === null || value === undefined ? null : String(value);
}

function numberOf(value: Value): number | null {
  return value === null || value === undefined ? null : Number(value);
}
