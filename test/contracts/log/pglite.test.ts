import { postgresLog } from '../../../src/postgres/postgres-log.js';
import { newSchema, pgliteForThisFile } from '../../postgres/server.js';
import { logContract } from './suite.js';

const pglite = pgliteForThisFile();

logContract('the PostgreSQL log on PGlite', async () => {
  const schema = newSchema();
  const another = async () => {
    const log = postgresLog(pglite(), { schema });
    await log.open();
    return log;
  };
  return {
    log: await another(),
    another,
    close: async () => void (await pglite().query(`DROP SCHEMA ${schema} CASCADE`)),
  };
});
