import type { Sql } from 'postgres';
import type { ExecutionLog } from '../../../src/durable/execution-log.js';
import { postgresLog } from '../../../src/postgres/postgres-log.js';
import { newSchema, postgresForThisFile } from '../../postgres/server.js';
import { logContract } from './suite.js';

const server = postgresForThisFile();

logContract('the PostgreSQL log on postgres.js', async () => {
  const schema = newSchema();
  const opened: { readonly log: ExecutionLog; readonly sql: Sql }[] = [];
  const another = async (): Promise<ExecutionLog> => {
    const sql = server.sql();
    const log = postgresLog(sql, { schema });
    opened.push({ log, sql });
    await log.open();
    return log;
  };
  return {
    log: await another(),
    another,
    close: async () => {
      await server.admin().query(`DROP SCHEMA ${schema} CASCADE`);
      for (const { log, sql } of opened) {
        await log.close();
        await sql.end();
      }
    },
  };
});
