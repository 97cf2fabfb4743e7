// One transaction for each flush, all statements prepared; on the disk when it is committed, as class-saga's are.
import type { Write } from 'class-saga';
import Database from 'libsql';
import { serve } from '../serve.js';
import { raw } from './raw.js';

const [, , file] = process.argv;
const database = new Database(file!);
database.exec(`
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE execution (
  id TEXT NOT NULL PRIMARY KEY, saga TEXT NOT NULL, fingerprint TEXT NOT NULL, status TEXT NOT NULL, seq INTEGER NOT NULL,
  epoch INTEGER NOT NULL, owner TEXT, wake_at INTEGER, deadline_at INTEGER, stage INTEGER NOT NULL, nonce TEXT NOT NULL,
  input_hash TEXT NOT NULL, output TEXT, takeovers TEXT NOT NULL, started_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, ended_at INTEGER
) STRICT;
CREATE TABLE event (
  execution TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, step TEXT, data TEXT NOT NULL,
  PRIMARY KEY (execution, seq)
) STRICT`);
const create = database.prepare(`INSERT INTO execution
  (id, saga, fingerprint, status, seq, epoch, owner, wake_at, stage, nonce, input_hash, takeovers, started_at, updated_at)
  VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, '', ?, ?)`);
const append = database.prepare(`UPDATE execution SET seq = ?, nonce = ?, status = ?, stage = ?, updated_at = ?, wake_at = ?,
  output = coalesce(?, output), owner = CASE ? WHEN 1 THEN owner END, ended_at = ? WHERE id = ?`);
const add = database.prepare('INSERT INTO event (execution, seq, at, type, step, data) VALUES (?, ?, ?, ?, ?, ?)');

serve(await raw(flush, async () => void database.close()));

function flush(batch: readonly Write[]): void {
  database.exec('BEGIN IMMEDIATE');
  const at = Date.now();
  for (const write of batch) record(write, at);
  database.exec('COMMIT');
}

function record(write: Write, at: number): void {
  const { id, events, status, stage, nonce } = write;
  if (write.type === 'create') {
    const { saga, fingerprint, owner, input, inputHash } = write;
    create.run(id, saga, fingerprint, status, events.length, owner, at, stage, nonce, inputHash, at, at);
    add.run(id, 0, at, 'input', null, input);
    addEvents(id, 0, events, at);
  } else {
    const { fromSeq, output, hasEnded } = write;
    const seq = fromSeq + events.length;
    append.run(seq, nonce, status, stage, at, hasEnded ? null : at, output, Number(!hasEnded), hasEnded ? at : null, id);
    addEvents(id, fromSeq, events, at);
  }
}

function addEvents(id: string, from: number, events: Write['events'], at: number): void {
  events.forEach(({ type, step, data }, index) => add.run(id, from + index + 1, at, type, step, data));
}
