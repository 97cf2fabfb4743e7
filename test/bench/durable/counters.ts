// What a database does, as the server counts it.
import type { Client } from 'pg';

export interface Counts {
  /** Transactions that wrote: each has an id of its own. */
  readonly writeTransactions: number;
  /** Full pages after a checkpoint included. */
  readonly walBytes: number;
  /** Those that only read included. */
  readonly transactions: number;
  /** Flushes of the write-ahead log to the disk. */
  readonly flushes: number;
}

/** Before a contender ran, and after; since the server was started. */
export interface Reading {
  readonly before: Counts;
  readonly after: Counts;
}

/** Reads `writeTransactions` and `walBytes` of the whole server, the others of one database. */
export class Counter {
  readonly #admin: Client;
  readonly #database: string;
  /** By connection: one that ends takes its count along. */
  readonly #flushes = new Map<number, number>();

  constructor(admin: Client, database: string) {
    this.#admin = admin;
    this.#database = database;
  }

  async read(): Promise<Counts> {
    const { rows: [row] } = await this.#admin.query<{ xid: string; wal: string; transactions: string }>(
      `SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid, pg_current_wal_insert_lsn() - '0/0' AS wal,
        xact_commit + xact_rollback AS transactions FROM pg_stat_database WHERE datname = $1`,
      [this.#database],
    );
    const { xid, wal, transactions } = row!;
    return {
      writeTransactions: Number(xid), walBytes: Number(wal), transactions: Number(transactions), flushes: await this.#countFlushes(),
    };
  }

  async #countFlushes(): Promise<number> {
    const { rows } = await this.#admin.query<{ pid: number; flushes: string }>(
      `SELECT pid, sum(io.fsyncs) AS flushes FROM pg_stat_activity, pg_stat_get_backend_io(pid) io
      WHERE datname = $1 AND io.object = 'wal' GROUP BY pid`,
      [this.#database],
    );
    for (const { pid, flushes } of rows) this.#flushes.set(pid, Number(flushes));
    return [...this.#flushes.values()].reduce((sum, flushes) => sum + flushes, 0);
  }
}

/**
 * What one saga costs, from readings of runs of one kind. What is of the whole server is taken while the contender ran. What is of its
 * database is taken from the first run to the last, because a connection that is not told to tells of its last second only when it is used
 * again: what is missing at the end was there at the beginning.
 */
export function perSaga(readings: readonly Reading[], sagas: number): Counts {
  const inRuns = (count: keyof Counts): number => readings.reduce((sum, { before, after }) => sum + after[count] - before[count], 0);
  const throughout = (count: keyof Counts): number => readings.at(-1)!.after[count] - readings[0]!.before[count];
  return {
    writeTransactions: inRuns('writeTransactions') / sagas,
    walBytes: inRuns('walBytes') / sagas,
    transactions: throughout('transactions') / sagas,
    flushes: throughout('flushes') / sagas,
  };
}
