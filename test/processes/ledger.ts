// The world outside: what the sagas of these tests do is kept in a database that the log knows nothing of, as by a service of somebody
// else. What it is asked to do twice under one key it does once, and it writes down each time that a method was entered.

import Database from 'libsql';

export type Place = { readonly sqlite: string } | { readonly postgres: string };

/** Something that a method did, at the moment that it did it. */
export interface Mark {
  readonly execution: string;
  /** Counts the processes that the execution was in, from 0. */
  readonly run: number;
  /** The step's name, behind `undo ` for its compensation. */
  readonly call: string;
  readonly what: 'entered' | 'done';
  readonly key: string;
  readonly attempt: number;
  readonly inDoubt: boolean;
}

/** Each booking has two parts, so that there is a middle to die in. */
export type Part = 1 | 2;

export interface Ledger {
  mark(mark: Mark): Promise<void>;
  book(execution: string, key: string, part: Part): Promise<void>;
  erase(execution: string, key: string, part: Part): Promise<void>;
  /** Whether the service is busy: so often under this key, whoever asks. */
  isBusy(key: string, times: number): Promise<boolean>;
  publish(execution: string, eventId: string): Promise<void>;
  /** In the order of time. */
  marks(execution: string): Promise<readonly Mark[]>;
  /** How many there are of all executions. */
  count(): Promise<number>;
  /** What stands, as `<key> <part>`, in order. */
  booked(execution: string): Promise<readonly string[]>;
  /** The ids of the events that were published, each as often as it was. */
  published(execution: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

type Value = string | number;
type Row = Readonly<Record<string, Value>>;
type Query = (sql: string, ...values: Value[]) => Promise<readonly Row[]>;

export async function openLedger(place: Place): Promise<Ledger> {
  return 'sqlite' in place ? sqliteLedger(place.sqlite) : postgresLedger(place.postgres);
}

function sqliteLedger(file: string): Ledger {
  const database = new Database(file);
  database.exec('PRAGMA busy_timeout = 30000');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = OFF'); // processes are killed here, and no machine
  const query: Query = async (sql, ...values) => {
    const statement = database.prepare(sql.replaceAll('$', '?'));
    if (sql.startsWith('SELECT')) return statement.all(...values) as readonly Row[];
    const { changes } = statement.run(...values);
    return Array.from({ length: changes }, () => ({}));
  };
  return ledgerOn(query, async () => void database.close());
}

async function postgresLedger(url: string): Promise<Ledger> {
  const { Client } = await import('pg'); // it takes a third of the time in which a process starts
  const client = new Client({ connectionString: url });
  await client.connect();
  const query: Query = async (sql, ...values) => {
    const { rows, rowCount } = await client.query<Row>(sql, values);
    return sql.startsWith('SELECT') ? rows : Array.from({ length: rowCount ?? 0 }, () => ({}));
  };
  return ledgerOn(query, () => client.end());
}

/** Creates what a ledger needs; once. */
export async function prepareLedger(place: Place): Promise<void> {
  const number = 'sqlite' in place ? 'INTEGER PRIMARY KEY' : 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY';
  const tables = [
    `CREATE TABLE mark (number ${number}, execution TEXT, run INTEGER, call TEXT, what TEXT, key TEXT, attempt INTEGER, in_doubt INTEGER)`,
    'CREATE INDEX mark_of ON mark (execution)',
    'CREATE TABLE booking (execution TEXT, key TEXT, part INTEGER, PRIMARY KEY (execution, key, part))',
    'CREATE TABLE busy (key TEXT, number INTEGER, PRIMARY KEY (key, number))',
    'CREATE TABLE published (execution TEXT, event TEXT)',
  ];
  if ('sqlite' in place) {
    const database = new Database(place.sqlite);
    for (const table of tables) database.exec(table);
    database.close();
  } else {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: place.postgres });
    await client.connect();
    for (const table of tables) await client.query(table);
    await client.end();
  }
}

function ledgerOn(query: Query, close: () => Promise<void>): Ledger {
  return {
    async mark({ execution, run, call, what, key, attempt, inDoubt }) {
      const columns = 'execution, run, call, what, key, attempt, in_doubt';
      const values = [execution, run, call, what, key, attempt, Number(inDoubt)];
      await query(`INSERT INTO mark (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)`, ...values);
    },
    async book(execution, key, part) {
      await query('INSERT INTO booking VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', execution, key, part);
    },
    async erase(execution, key, part) {
      await query('DELETE FROM booking WHERE execution = $1 AND key = $2 AND part = $3', execution, key, part);
    },
    async isBusy(key, times) {
      for (let number = 1; number <= times; number++) {
        const isNew = await query('INSERT INTO busy VALUES ($1, $2) ON CONFLICT DO NOTHING', key, number);
        if (isNew.length > 0) return true;
      }
      return false;
    },
    async publish(execution, eventId) {
      await query('INSERT INTO published VALUES ($1, $2)', execution, eventId);
    },
    async marks(execution) {
      const rows = await query('SELECT * FROM mark WHERE execution = $1 ORDER BY number', execution);
      return rows.map(({ run, call, what, key, attempt, in_doubt }) => ({
        execution, run: Number(run), call: String(call), what: what as Mark['what'], key: String(key), attempt: Number(attempt),
        inDoubt: Number(in_doubt) === 1,
      }));
    },
    async count() {
      return Number((await query('SELECT count(*) AS count FROM mark'))[0]!['count']);
    },
    async booked(execution) {
      const rows = await query('SELECT key, part FROM booking WHERE execution = $1 ORDER BY key, part', execution);
      return rows.map(({ key, part }) => `${key} ${part}`);
    },
    async published(execution) {
      return (await query('SELECT event FROM published WHERE execution = $1', execution)).map(({ event }) => String(event));
    },
    close,
  };
}
