// A batch is written by a few statements, whatever it holds: each gets all of its rows as JSON, because a call of a driver costs more than
// a row does.

import type { Append, Creation, Head, StoredEvent, Write, WriteResult } from '../durable/execution-log.js';
import { NotStorableError } from '../errors/log-errors.js';
import type { Connection } from './connection.js';
import type { SqliteValue } from './database.js';
import { headOf } from './rows.js';
import type { Statements } from './statements.js';
import { wholeMs } from './whole-ms.js';

type Values = readonly SqliteValue[];

/** By the write, not by its execution: a creation may find the id taken by what an append beside it is of. */
type Results = Map<Write, WriteResult>;

/** In a transaction of its own. One result each, in their order. */
export function writeBatch(connection: Connection, sql: Statements, batch: readonly Write[], nowMs: number): readonly WriteResult[] {
  const results: Results = new Map();
  const creations = batch.filter((write) => write.type === 'create');
  const appends = batch.filter((write) => write.type === 'append');
  if (creations.length > 0) create(connection, sql, creations, nowMs, results);
  if (appends.length > 0) append(connection, sql, appends, nowMs, results);
  return batch.map((write) => results.get(write)!);
}

function create(connection: Connection, sql: Statements, creations: readonly Creation[], nowMs: number, results: Results): void {
  const taken = new Map<string, Head>();
  for (const row of connection.all(sql.heads, JSON.stringify(creations.map(({ id }) => id)))) taken.set(String(row['id']), headOf(row));
  const made = taken.size === 0 ? creations : creations.filter(({ id }) => !taken.has(id));
  for (const rows of jsonOf(made.map((creation) => createdRow(creation, nowMs)))) connection.run(sql.create, rows);
  const events = made.flatMap(({ id, input, events }) => [[id, 0, 'input', null, input], ...rowsOf(id, 0, events)]);
  for (const rows of jsonOf(events)) connection.run(sql.addEvents, nowMs, rows);
  for (const creation of creations) {
    const head = taken.get(creation.id);
    results.set(creation, head === undefined ? { type: 'written', atMs: nowMs, hasInbox: false } : { type: 'exists', head });
  }
}

function append(connection: Connection, sql: Statements, appends: readonly Append[], nowMs: number, results: Results): void {
  const fenced = new Set<string>();
  for (const rows of jsonOf(appends.map(({ id, epoch, fromSeq }) => [id, epoch, fromSeq]))) {
    for (const { id } of connection.all(sql.fenced, rows)) fenced.add(String(id));
  }
  const landing = fenced.size === 0 ? appends : appends.filter(({ id }) => !fenced.has(id));
  for (const { id, dropsEvents } of landing) if (dropsEvents) connection.run(sql.dropEvents, id);
  const events = landing.flatMap(({ id, fromSeq, events, dropsEvents }) => (dropsEvents ? [] : rowsOf(id, fromSeq, events)));
  for (const rows of jsonOf(events)) connection.run(sql.addEvents, nowMs, rows);
  const withInbox = inboxesLeft(connection, sql, landing);
  for (const rows of jsonOf(landing.map((one) => appendedRow(one, withInbox.has(one.id), nowMs)))) connection.run(sql.append, rows);
  for (const { id, outbox } of landing) if (outbox.length > 0) emit(connection, sql, id, outbox, nowMs);
  for (const one of appends) {
    const hasInbox = withInbox.has(one.id);
    results.set(one, fenced.has(one.id) ? { type: 'fenced' } : { type: 'written', atMs: nowMs, hasInbox });
  }
}

/** Those of which something lies in the inbox, once what they take out of it is gone. Mostly all inboxes are empty. */
function inboxesLeft(connection: Connection, sql: Statements, appends: readonly Append[]): ReadonlySet<string> {
  const left = new Set<string>();
  if (connection.first(sql.anyInbox) === undefined) return left;
  for (const { id, inboxThrough } of appends) {
    if (inboxThrough !== null) connection.run(sql.consume, id, inboxThrough);
    if (connection.first(sql.hasInbox, id) !== undefined) left.add(id);
  }
  return left;
}

function emit(connection: Connection, sql: Statements, id: string, data: readonly string[], nowMs: number): void {
  const from = Number(connection.first(sql.emitted, id)!['count']);
  data.forEach((one, index) => {
    const place = from + index;
    connection.run(sql.emit, id, place, one, ...(place === 0 ? [nowMs, 0] : [null, null]));
  });
}

/** In the order of the statement `create`. */
function createdRow(creation: Creation, nowMs: number): Values {
  const { id, saga, fingerprint, status, events, owner, deadlineMs, stage, nonce, inputHash, metadata } = creation;
  const deadlineAtMs = deadlineMs === null ? null : nowMs + wholeMs(deadlineMs);
  return [id, saga, fingerprint, status, events.length, owner, nowMs, deadlineAtMs, stage, nonce, inputHash, metadata, nowMs, nowMs];
}

/** In the order of the statement `append`. */
function appendedRow(append: Append, hasInbox: boolean, nowMs: number): Values {
  const { id, fromSeq, events, nonce, status, stage, wakeInMs, output, isProgress, keepsOwner, hasEnded } = append;
  const ownWakeAtMs = wakeInMs === null ? null : nowMs + wholeMs(wakeInMs);
  // What came in meanwhile waits for nobody, however long the execution itself would.
  const wakeAtMs = hasInbox ? Math.min(ownWakeAtMs ?? nowMs, nowMs) : ownWakeAtMs;
  const endedAtMs = hasEnded ? nowMs : null;
  const seq = fromSeq + events.length;
  return [id, seq, nonce, status, stage, nowMs, wakeAtMs, output, Number(isProgress), Number(keepsOwner), endedAtMs];
}

/** In the order of the statement `addEvents`. */
function rowsOf(id: string, fromSeq: number, events: readonly StoredEvent[]): readonly Values[] {
  return events.map(({ type, step, data }, index) => [id, fromSeq + index + 1, type, step, data]);
}

/** About as many characters of JSON go into one text: enough to share the call, and far from the longest text there can be. */
const textLength = 1_000_000;

/** The rows as JSON, in texts that are not too long. @throws NotStorableError for NUL, which SQLite would take and some drivers cut at */
function jsonOf(rows: readonly Values[]): readonly string[] {
  const texts: string[] = [];
  let parts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    // As JSON has it; a text that is JSON itself may say the same.
    if (text.includes('\\u0000') && row.some((value) => typeof value === 'string' && value.includes('\0'))) {
      throw new NotStorableError('$', 'text with NUL');
    }
    parts.push(text);
    length += text.length;
    if (length < textLength) continue;
    texts.push(`[${parts.join(',')}]`);
    [parts, length] = [[], 0];
  }
  if (parts.length > 0) texts.push(`[${parts.join(',')}]`);
  return texts;
}
