import type { Pool } from 'pg';
import type { ExecutionLog } from '../../../src/durable/execution-log.js';
import { postgresLog } from '../../../src/postgres/postgres-log.js';
import { endOf, newSchema, postgresForThisFile } from '../../postgres/server.js';
import { logContract } from './suite.js';

const server = postgresForThisFile();

logContract('the PostgreSQL log on pg.Pool', async () => {
  const schema = newSchema();
  const opened: { readonly log: ExecutionLog; readonly pool: Pool }[] = [];
  const another = async (): Promise<ExecutionLog> => {
    const pool = server.pool();
    const log = postgresLog(pool, { schema });
    opened.push({ log, pool });
    await log.open();
    return log;
  };
  return {
    log: await another(),
    another,
    close: async () => {
      await server.admin().query(`DROP SCHEMA ${schema} CASCADE`);
      for (const { log, pool } of opened) {
        await log.close();
        await endOf(pool);
      }
    },
  };
});
