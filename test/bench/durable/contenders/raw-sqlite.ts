// One transaction for each flush, all statements prepared; on the disk when it is committed, as class-saga's are. A flush is three
// statements at most, whose rows come as JSON: with 16 or more in flight that takes a quarter less CPU time than a call of the driver for
// each row. Nobody else writes, so that it numbers the executions itself and finds their rows by the number.
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
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, saga TEXT NOT NULL, fingerprint TEXT NOT NULL, status TEXT NOT NULL,
  seq INTEGER NOT NULL, epoch INTEGER NOT NULL, owner TEXT, wake_at INTEGER, deadline_at INTEGER, stage INTEGER NOT NULL,
  nonce TEXT NOT NULL, input_hash TEXT NOT NULL, metadata TEXT, output TEXT, takeovers TEXT NOT NULL, started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, ended_at INTEGER
) STRICT;
CREATE TABLE event (
  execution INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, step TEXT, data TEXT NOT NULL,
  PRIMARY KEY (execution, seq)
) STRICT, WITHOUT ROWID`);
const create = database.prepare(`INSERT INTO execution
  (number, id, saga, fingerprint, status, seq, owner, wake_at, stage, nonce, input_hash, started_at, updated_at, epoch, takeovers)
  SELECT ${columns(13)}, 1, '' FROM json_each(?) r`);
const append = database.prepare(`UPDATE execution AS e SET seq = r.value ->> 1, nonce = r.value ->> 2, status = r.value ->> 3,
  stage = r.value ->> 4, updated_at = r.value ->> 5, wake_at = r.value ->> 6, output = coalesce(r.value ->> 7, output),
  owner = CASE r.value ->> 8 WHEN 1 THEN owner END, ended_at = r.value ->> 9
  FROM json_each(?) r WHERE e.number = r.value ->> 0`);
const add = database.prepare(`INSERT INTO event (execution, seq, at, type, step, data) SELECT ${columns(6)} FROM json_each(?) r`);

type Values = readonly (string | number | null)[];

/** Of the executions that have not ended. */
const numbers = new Map<string, number>();
let lastNumber = 0;

serve(await raw(flush, async () => void database.close()));

function flush(batch: readonly Write[]): void {
  database.exec('BEGIN IMMEDIATE');
  const at = Date.now();
  const [created, appended, added]: [Values[], Values[], Values[]] = [[], [], []];
  for (const write of batch) {
    const { id, events, status, stage, nonce } = write;
    const number = numbers.get(id) ?? ++lastNumber;
    if (write.type === 'create') {
      const { saga, fingerprint, owner, input, inputHash } = write;
      numbers.set(id, number);
      created.push([number, id, saga, fingerprint, status, events.length, owner, at, stage, nonce, inputHash, at, at]);
      added.push([number, 0, at, 'input', null, input], ...rowsOf(number, 0, events, at));
    } else {
      const { fromSeq, output, hasEnded } = write;
      const [wakeAt, endedAt] = hasEnded ? [null, at] : [at, null];
      if (hasEnded) numbers.delete(id);
      appended.push([number, fromSeq + events.length, nonce, status, stage, at, wakeAt, output, Number(!hasEnded), endedAt]);
      added.push(...rowsOf(number, fromSeq, events, at));
    }
  }
  if (created.length > 0) create.run(JSON.stringify(created));
  if (appended.length > 0) append.run(JSON.stringify(appended));
  add.run(JSON.stringify(added));
  database.exec('COMMIT');
}

function rowsOf(number: number, from: number, events: Write['events'], at: number): readonly Values[] {
  return events.map(({ type, step, data }, index) => [number, from + index + 1, at, type, step, data]);
}

/** So many values of a row that comes as JSON. */
function columns(count: number): string {
  return Array.from({ length: count }, (_, index) => `r.value ->> ${index}`).join(', ');
}
