import { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { postgresLog } from '../../src/postgres/index.js';
import { crashingPostgresForThisFile } from './crashing-postgres.js';
import { sqliteForThisFile } from './grounds.js';
import type { Ledger } from './ledger.js';
import { openLedger } from './ledger.js';
import { checkAll, endedIn, manyOrders, untilMarked } from './many.js';
import type { Exit } from './worker-process.js';
import { programForThisFile } from './worker-process.js';

const server = crashingPostgresForThisFile();
const outside = sqliteForThisFile();
const start = programForThisFile();

/** Done at these counts of what was done: a fifth to four fifths of it. */
const moments = [500, 1_000, 1_500, 2_000];

/** 200 executions in one process, to which something happens meanwhile; each comes to its end, and nothing is done twice. */
async function underLoad(schema: string, meanwhile: (ledger: Ledger, exited: Promise<Exit>) => Promise<void>): Promise<void> {
  const orders = manyOrders(200);
  const { ledger: place } = await outside.next();
  const ledger = await openLedger(place);
  const log = { postgres: `${server.url()}?application_name=${schema}`, schema };
  const worker = start({ log, ledger: place, run: 0, saga: 'BookTour', orders, crash: null, tells: [], leaseMs: 60_000 });
  await meanwhile(ledger, worker.exited);
  const settled = endedIn(await worker.exited);
  expect(settled.map(({ id, status }) => [id, status])).toEqual(
    orders.map(({ execution, fails }) => [execution, fails === null ? 'completed' : 'compensated']),
  );
  const pool = new Pool({ connectionString: server.url(), max: 2 });
  pool.on('error', () => {});
  await checkAll(orders, postgresLog(pool, { schema }), ledger);
  await pool.end();
  await ledger.close();
}

describe('200 executions whose log is on PostgreSQL', () => {
  it('end, each step done once, while all connections are cut again and again', async () => {
    await underLoad('cut', async (ledger, exited) => {
      const admin = new Pool({ connectionString: server.url(), max: 1 });
      admin.on('error', () => {});
      for (const moment of moments) {
        await untilMarked(ledger, moment, exited);
        // It may be connecting again just now: then there is nothing to cut.
        for (let cut = 0; cut === 0; ) {
          const { rows } = await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut'");
          cut = rows.length;
        }
      }
      await admin.end();
    });
  });

  it('end, each step done once, while the server dies and comes back', async () => {
    await underLoad('crash', async (ledger, exited) => {
      for (const [index, moment] of moments.entries()) {
        await untilMarked(ledger, moment, exited);
        await server.crash(index % 2 === 0 ? 'SIGKILL' : 'SIGQUIT');
      }
    });
  });
});
