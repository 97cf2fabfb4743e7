import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { OpenDriver, TransactionDriver } from './driver.js';

/** What the tests of one database client stand on: the client itself, and another connection that sees what is committed. */
export interface Ground {
  readonly transaction: (work: (handle: unknown) => Promise<void>) => PromiseLike<unknown>;
  readonly savepoint: (handle: unknown, statement: string) => unknown;
  readonly insert: (handle: unknown, note: string) => PromiseLike<unknown>;
  readonly tellsSilentRollback: () => boolean;
  readonly runTyped: (note: string) => Promise<unknown>;
  /** The notes that are committed, in the order in which they were written. */
  readonly notes: () => Promise<string[]>;
  /** How many transactions are open and wait for their next statement. */
  readonly openTransactions: () => Promise<number>;
  /** Ends the connections of those, as an administrator or a failing network does. Returns when they are gone. */
  readonly cutOpenTransactions: () => Promise<void>;
}

/** A note is refused at once where it is `refused`, and at commit where it is there already. */
const tables = `
  drop table if exists notes;
  create table notes (
    id serial primary key,
    note text not null unique deferrable initially deferred constraint not_refused check (note <> 'refused')
  )`;

/** Opens it for the tests of the suite that this is called in. After each of them, nothing may be left open. */
export function groundOf(url: () => string, open: OpenDriver): Ground {
  let driver: TransactionDriver;
  let witness: Client;

  beforeAll(async () => {
    witness = new Client(url());
    await witness.connect();
    await witness.query(tables);
    driver = await open(url());
  });
  afterAll(async () => {
    await driver.close();
    await witness.end();
  });

  beforeEach(() => witness.query('truncate notes'));
  afterEach(async () => {
    try {
      await expect.poll(ground.openTransactions).toBe(0);
      await bothConnectionsAreFree();
    } catch (error) {
      // The locks of what was left open, and the connection that it holds, would hold up the tests that follow.
      await ground.cutOpenTransactions();
      driver = await open(url());
      throw error;
    }
  });

  /** Of its two connections the client gives out both, so none is still held by what ran before. */
  async function bothConnectionsAreFree(): Promise<void> {
    const both = meetingOf(2);
    await Promise.all([driver.transaction(both), driver.transaction(both)]);
  }

  const ground: Ground = {
    transaction: (work) => driver.transaction(work),
    savepoint: (handle, statement) => driver.savepoint(handle, statement),
    insert: (handle, note) => driver.insert(handle, note),
    tellsSilentRollback: () => driver.tellsSilentRollback,
    runTyped: (note) => driver.runTyped(note),
    notes: async () => (await witness.query<{ note: string }>('select note from notes order by id')).rows.map(({ note }) => note),
    openTransactions: async () => (await witness.query<{ pid: number }>(`select pid ${fromOpenTransactions}`)).rows.length,
    cutOpenTransactions: async () => {
      await witness.query(`select pg_terminate_backend(pid, 5000) ${fromOpenTransactions}`);
    },
  };
  return ground;
}

const fromOpenTransactions = `from pg_stat_activity where pid <> pg_backend_pid() and state like 'idle in transaction%'`;

/** A function that resolves once it was called so many times. */
export function meetingOf(count: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    arrived += 1;
    if (arrived === count) open();
    return opened;
  };
}

/** PostgreSQL's code of an error: on the error itself, or, where the client wraps it, on its cause. */
export function sqlStateOf(error: unknown): unknown {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return code ?? cause?.code;
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const sqlState = { uniqueViolation: '23505', checkViolation: '23514', transactionAborted: '25P02' } as const;
