// One statement for each flush, prepared: creations, appends and events of all sagas that have something to write.
import type { Append, Creation, Write } from 'class-saga';
import { Client } from 'pg';
import { serve } from '../serve.js';
import { raw } from './raw.js';

const tables = `
CREATE TABLE execution (
  id text COLLATE "C" PRIMARY KEY, saga text NOT NULL, fingerprint text NOT NULL, deadline_at bigint, started_at bigint NOT NULL,
  input_hash text NOT NULL, input text NOT NULL, metadata text, takeovers text NOT NULL DEFAULT '', owner text COLLATE "C",
  epoch bigint NOT NULL,
  seq integer NOT NULL, stage integer NOT NULL, status text NOT NULL, nonce text NOT NULL, wake_at bigint, updated_at bigint NOT NULL,
  ended_at bigint, output text
) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
CREATE TABLE event (
  execution_id text COLLATE "C" NOT NULL, seq integer NOT NULL, at bigint NOT NULL, type text NOT NULL, step text, data text NOT NULL,
  PRIMARY KEY (execution_id, seq)
)`;

const statement = `
WITH creation AS (
  INSERT INTO execution (
    id, saga, fingerprint, status, seq, epoch, owner, wake_at, stage, nonce, input, input_hash, started_at, updated_at)
  SELECT id, saga, fingerprint, status, seq, 1, owner, at, stage, nonce, input, input_hash, at, at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::bigint[], $8::int[], $9::text[], $10::text[],
    $11::text[]) AS c(id, saga, fingerprint, status, seq, owner, at, stage, nonce, input, input_hash)),
append AS (
  UPDATE execution e SET
    seq = a.seq, status = a.status, stage = a.stage, nonce = a.nonce, output = coalesce(a.output, e.output), updated_at = a.at,
    owner = CASE WHEN a.ended_at IS NULL THEN e.owner END, wake_at = CASE WHEN a.ended_at IS NULL THEN a.at END, ended_at = a.ended_at
  FROM unnest($12::text[], $13::int[], $14::text[], $15::int[], $16::text[], $17::text[], $18::bigint[], $19::bigint[])
    AS a(id, seq, status, stage, nonce, output, at, ended_at)
  WHERE e.id = a.id)
INSERT INTO event (execution_id, seq, at, type, step, data)
SELECT * FROM unnest($20::text[], $21::int[], $22::bigint[], $23::text[], $24::text[], $25::text[])`;

const [, , url] = process.argv;
const client = new Client({ connectionString: url! });
await client.connect();
// Planned when the tables are empty, the statement is to look up by id all the same.
await client.query('SET enable_seqscan = off');
await client.query(tables);
serve({ ...(await raw(flush, () => client.end())), tell: () => client.query('SELECT pg_stat_force_next_flush()') });

async function flush(batch: readonly Write[]): Promise<void> {
  await client.query({ name: 'flush', text: statement, values: valuesOf(batch, Date.now()) });
}

function valuesOf(batch: readonly Write[], at: number): unknown[] {
  const creations = batch.filter((write): write is Creation => write.type === 'create');
  const appends = batch.filter((write): write is Append => write.type === 'append');
  const events = batch.flatMap(({ id, events, ...write }) => {
    const from = write.type === 'append' ? write.fromSeq : 0;
    return events.map((event, index) => ({ ...event, id, seq: from + index + 1 }));
  });
  return [
    ...columns(creations, [
      ({ id }) => id, ({ saga }) => saga, ({ fingerprint }) => fingerprint, ({ status }) => status, ({ events }) => events.length,
      ({ owner }) => owner, () => at, ({ stage }) => stage, ({ nonce }) => nonce, ({ input }) => input, ({ inputHash }) => inputHash,
    ]),
    ...columns(appends, [
      ({ id }) => id, ({ fromSeq, events }) => fromSeq + events.length, ({ status }) => status, ({ stage }) => stage,
      ({ nonce }) => nonce, ({ output }) => output, () => at, ({ hasEnded }) => (hasEnded ? at : null),
    ]),
    ...columns(events, [({ id }) => id, ({ seq }) => seq, () => at, ({ type }) => type, ({ step }) => step, ({ data }) => data]),
  ];
}

function columns<Row>(rows: readonly Row[], values: readonly ((row: Row) => string | number | null)[]): unknown[][] {
  return values.map((value) => rows.map(value));
}
