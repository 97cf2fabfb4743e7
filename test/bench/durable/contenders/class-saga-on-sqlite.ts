import { sqliteLog } from 'class-saga/sqlite';
import Database from 'libsql';
import { serve } from '../serve.js';
import { classSaga } from './class-saga.js';
import { fill } from './full-log.js';

const [, , file, fullness] = process.argv;
if (fullness === 'full') await fillLog();
serve(await classSaga(sqliteLog(file!)));

async function fillLog(): Promise<void> {
  const database = new Database(file!);
  await fill(sqliteLog(file!), {
    executions: 'saga_execution',
    events: 'saga_event',
    reference: { event: 'execution', execution: 'number' },
    columnsOf: async (table) => {
      // The number of an execution is the next one, which SQLite knows.
      const ofTable = database.prepare("SELECT name FROM pragma_table_info(?) WHERE name <> 'number'");
      const columns = ofTable.all(table) as readonly { readonly name: string }[];
      return columns.map(({ name }) => name);
    },
    number: async (table, count) => {
      database.exec(`CREATE TEMP TABLE ${table} AS
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ${count})
        SELECT n, printf('%016x', n) || lower(hex(randomblob(8))) AS id FROM numbers`);
    },
    run: async (sql) => void database.exec(sql),
  });
  // Its transaction is larger than those of any log that has grown over a day.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
