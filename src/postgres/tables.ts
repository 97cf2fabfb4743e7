// The tables, as versions made them: see sql/migrations.ts.
import type { Migration } from '../sql/migrations.js';
import type { Names } from '../sql/names.js';

export const migrations: readonly Migration[] = [{ title: 'the execution log', statements: executionLog }];

/** What can still go on, or be repaired. The statements that are to use the index say it in the same words. */
export const isUnfinished = `status IN ('pending', 'running', 'compensating', 'stuck')`;

function executionLog(names: Names): readonly string[] {
  const table = names.table;
  const index = (name: string, on: string): string => `CREATE INDEX ${names.index(name)} ON ${on}`;
  return [
    // `due_at`: when it wakes, while nobody owns it. The append of an owner changes no column that any index knows, so that no index is
    // written (a HOT update), where the page has room for another version of the row. A batch may change every row of a page before any
    // version is out of use: hence the fill factor. What an append changes stands together, for the server logs from the first byte that
    // changed to the last.
    `CREATE TABLE ${table('execution')} (
      id text COLLATE "C" PRIMARY KEY,
      saga text NOT NULL,
      fingerprint text NOT NULL,
      deadline_at bigint,
      started_at bigint NOT NULL,
      input_hash text NOT NULL,
      input text NOT NULL,
      metadata text,
      takeovers text NOT NULL DEFAULT '',
      owner text COLLATE "C",
      epoch bigint NOT NULL,
      seq integer NOT NULL,
      stage integer NOT NULL,
      status text NOT NULL,
      nonce text NOT NULL,
      wake_at bigint,
      due_at bigint GENERATED ALWAYS AS (CASE WHEN owner IS NULL THEN wake_at END) STORED,
      updated_at bigint NOT NULL,
      ended_at bigint,
      output text,
      inbox_last bigint NOT NULL DEFAULT 0,
      inbox_done bigint NOT NULL DEFAULT 0,
      outbox_next integer NOT NULL DEFAULT 0,
      outbox_at bigint,
      outbox_taken integer NOT NULL DEFAULT 0
    ) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)`,
    index('execution_due', `${table('execution')} (due_at) WHERE due_at IS NOT NULL`),
    index('execution_owner', `${table('execution')} (owner) WHERE owner IS NOT NULL`),
    index('execution_inbox', `${table('execution')} (owner) WHERE inbox_last > inbox_done`),
    index('execution_outbox', `${table('execution')} (outbox_at) WHERE outbox_at IS NOT NULL`),
    index('execution_unfinished', `${table('execution')} (started_at DESC, id) INCLUDE (status, ended_at) WHERE ${isUnfinished}`),
    index('execution_ended', `${table('execution')} (ended_at) WHERE ended_at IS NOT NULL`),
    index('execution_taken', `${table('execution')} (id) WHERE takeovers <> ''`),
    index('execution_list', `${table('execution')} (started_at DESC, id)`),

    `CREATE TABLE ${table('event')} (
      execution_id text COLLATE "C" NOT NULL,
      seq integer NOT NULL,
      at bigint NOT NULL,
      type text NOT NULL,
      step text,
      data text NOT NULL,
      PRIMARY KEY (execution_id, seq)
    )`,
    `CREATE TABLE ${table('inbox')} (
      execution_id text COLLATE "C" NOT NULL,
      number bigint NOT NULL,
      at bigint NOT NULL,
      kind text NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (execution_id, number)
    )`,
    `CREATE TABLE ${table('outbox')} (
      execution_id text COLLATE "C" NOT NULL,
      position integer NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (execution_id, position)
    )`,
    // The last three are one list: what it can run.
    `CREATE TABLE ${table('worker')} (
      id text COLLATE "C" PRIMARY KEY,
      lease_until bigint NOT NULL,
      lived_on boolean NOT NULL DEFAULT false,
      sagas text[] NOT NULL DEFAULT '{}',
      fingerprints text[] NOT NULL DEFAULT '{}',
      below_stages integer[] NOT NULL DEFAULT '{}'
    ) WITH (fillfactor = 70)`,
    // `prefixes`: a JSON array, as text.
    `CREATE TABLE ${table('graph')} (
      saga text COLLATE "C" NOT NULL,
      fingerprint text COLLATE "C" NOT NULL,
      prefixes text NOT NULL,
      PRIMARY KEY (saga, fingerprint)
    )`,
  ];
}
