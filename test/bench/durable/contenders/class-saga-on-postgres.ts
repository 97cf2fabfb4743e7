import { postgresLog } from 'class-saga/postgres';
import { Pool } from 'pg';
import { serve } from '../serve.js';
import { classSaga } from './class-saga.js';
import { fill } from './full-log.js';

const [, , url, fullness] = process.argv;
const pool = new Pool({ connectionString: url! });
if (fullness === 'full') await fillLog();
serve({ ...(await classSaga(postgresLog(pool))), tell });

/** On each connection that is not lent: as many queries at once as there are, and each has one of its own. */
function tell(): Promise<unknown> {
  return Promise.all(Array.from({ length: pool.idleCount }, () => pool.query('SELECT pg_stat_force_next_flush()')));
}

async function fillLog(): Promise<void> {
  await fill(postgresLog(pool), {
    executions: 'class_saga.saga_execution',
    events: 'class_saga.saga_event',
    reference: { event: 'execution_id', execution: 'id' },
    columnsOf: async (table) => {
      const { rows } = await pool.query<{ name: string }>(
        "SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
      );
      return rows.map(({ name }) => name);
    },
    number: async (table, count) => {
      await pool.query(`CREATE UNLOGGED TABLE ${table} AS
        SELECT n, (lpad(to_hex(n), 16, '0') || substr(gen_random_uuid()::text, 17)) COLLATE "C" AS id FROM generate_series(1, ${count}) n`);
    },
    run: async (sql) => void (await pool.query(sql)),
  });
  // As it is with a log that has grown over a day.
  await pool.query('VACUUM ANALYZE');
  await pool.query('CHECKPOINT');
}
