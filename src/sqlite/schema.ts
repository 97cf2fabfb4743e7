import type { Migration } from '../sql/migrations.js';
import type { Names } from '../sql/names.js';

// All times are milliseconds since the epoch, on the clock of the host.

export const migrations: readonly Migration[] = [
  {
    title: 'the log',
    statements: (names: Names) => [
      // `number`: what runs at the same time lies side by side, here and among the events, so that a flush writes few pages.
      `CREATE TABLE ${names.table('execution')} (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        saga TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        status TEXT NOT NULL,
        seq INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        owner TEXT,
        wake_at INTEGER,
        deadline_at INTEGER,
        stage INTEGER NOT NULL,
        nonce TEXT NOT NULL,
        input_hash TEXT NOT NULL,
        metadata TEXT,
        output TEXT,
        takeovers TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        ended_at INTEGER
      ) STRICT`,
      // What may be claimed and what is orphaned: each claim reads no more of them than it may get.
      `CREATE INDEX ${names.index('execution_due')} ON ${names.table('execution')} (saga, fingerprint, wake_at, stage)
        WHERE owner IS NULL AND wake_at IS NOT NULL`,
      // Nothing that an owner's append changes. A worker owns no more than it runs at a time, so that there is little to sort.
      `CREATE INDEX ${names.index('execution_owned')} ON ${names.table('execution')} (owner, saga, fingerprint) WHERE owner IS NOT NULL`,
      `CREATE INDEX ${names.index('execution_started')} ON ${names.table('execution')} (started_at DESC, id)`,
      `CREATE INDEX ${names.index('execution_unended')} ON ${names.table('execution')} (started_at)
        WHERE ended_at IS NULL AND status <> 'stuck'`,
      `CREATE INDEX ${names.index('execution_stuck')} ON ${names.table('execution')} (started_at) WHERE status = 'stuck'`,
      `CREATE INDEX ${names.index('execution_ended')} ON ${names.table('execution')} (ended_at) WHERE ended_at IS NOT NULL`,
      // Event 0 is the input: a head is written with every event, and would carry it along each time.
      `CREATE TABLE ${names.table('event')} (
        execution INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        type TEXT NOT NULL,
        step TEXT,
        data TEXT NOT NULL,
        PRIMARY KEY (execution, seq)
      ) STRICT, WITHOUT ROWID`,
      // AUTOINCREMENT: no number comes twice, though what had it was deleted.
      `CREATE TABLE ${names.table('inbox')} (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        execution TEXT NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL
      ) STRICT`,
      `CREATE INDEX ${names.index('inbox_execution')} ON ${names.table('inbox')} (execution, number)`,
      // The first row of an execution says for all of them from when on they may be taken, and how often they were.
      `CREATE TABLE ${names.table('outbox')} (
        execution TEXT NOT NULL,
        place INTEGER NOT NULL,
        data TEXT NOT NULL,
        available_at INTEGER,
        taken INTEGER,
        PRIMARY KEY (execution, place)
      ) STRICT`,
      `CREATE INDEX ${names.index('outbox_available')} ON ${names.table('outbox')} (available_at) WHERE available_at IS NOT NULL`,
      `CREATE TABLE ${names.table('worker')} (
        name TEXT NOT NULL PRIMARY KEY,
        lease_until INTEGER NOT NULL,
        lived_on INTEGER NOT NULL,
        claimable TEXT NOT NULL
      ) STRICT`,
      `CREATE TABLE ${names.table('graph')} (
        saga TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        prefixes TEXT NOT NULL,
        PRIMARY KEY (saga, fingerprint)
      ) STRICT`,
    ],
  },
];
