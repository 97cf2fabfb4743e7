import { describe, expect, it } from 'vitest';
import { hostileTexts, creation, claimed, headOf, idsOf, written } from '../contracts/log/given.js';
import { newSchema, postgresForThisFile } from './server.js';

const server = postgresForThisFile();

const tablesIn = async (schema: string): Promise<readonly string[]> => {
  const { rows } = await server.admin().query('SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1', [schema]);
  return rows.map(({ tablename }: { tablename: string }) => tablename);
};
const versionsIn = async (table: string): Promise<unknown> =>
  (await server.admin().query(`SELECT version FROM ${table} ORDER BY 1`)).rows;

describe('the tables of a log', () => {
  it('are in a schema of their own, unless it is told another', async () => {
    const log = server.log(server.pool());
    await log.open();
    await log.open();
    expect(await tablesIn('class_saga')).toEqual(
      ['event', 'execution', 'graph', 'inbox', 'migration', 'outbox', 'worker'].map((name) => `saga_${name}`),
    );
    expect(await versionsIn('class_saga.saga_migration')).toEqual([{ version: 1 }]);
    await log.close();
  });

  it.each(['read committed', 'serializable'])('are created once, however many open the log at once (%s)', async (isolation) => {
    const schema = newSchema();
    const options = `-c default_transaction_isolation=${isolation.replaceAll(' ', '\\ ')}`;
    const pools = [0, 1, 2, 3].map(() => server.pool({ options }));
    const logs = pools.flatMap((pool) => ['a_', 'b_'].map((tablePrefix) => server.log(pool, { schema, tablePrefix })));
    await Promise.all(logs.map((log) => log.open()));
    expect(await versionsIn(`${schema}.a_migration`)).toEqual([{ version: 1 }]);
    await written(logs[0]!, creation('trip-1'));
    expect(idsOf(await logs[2]!.list({ limit: 10 }))).toEqual(['trip-1']);
    expect(idsOf(await logs[1]!.list({ limit: 10 }))).toEqual([]);
    await Promise.all(logs.map((log) => log.close()));
  });

  it('are opened through postgres.js by many at once, too', async () => {
    const schema = newSchema();
    const logs = [0, 1, 2, 3].map(() => server.log(server.sql(2), { schema }));
    await Promise.all(logs.map((log) => log.open()));
    expect(await versionsIn(`${schema}.saga_migration`)).toEqual([{ version: 1 }]);
  });

  it('of a later version are refused, and left alone', async () => {
    const schema = newSchema();
    await server.log(server.pool(), { schema }).open();
    await server.admin().query(`INSERT INTO ${schema}.saga_migration VALUES (2)`);
    await expect(server.log(server.pool(), { schema }).open()).rejects.toMatchObject({
      code: 'SAGA_LOG_NEWER',
      problem: expect.stringContaining('of version 2') as string,
    });
  });

  it('are there whole or not at all', async () => {
    const schema = newSchema();
    // In the way of the last of the tables.
    await server.admin().query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.saga_graph (mine int)`);
    await expect(server.log(server.pool(), { schema }).open()).rejects.toMatchObject({ code: '42P07' });
    expect(await tablesIn(schema)).toEqual(['saga_graph']);
  });

  it('need no right to create, once they are there', async () => {
    const schema = newSchema();
    await server.log(server.pool(), { schema }).open();
    await server.admin().query(`CREATE ROLE ${schema} LOGIN PASSWORD 'secret'; GRANT USAGE ON SCHEMA ${schema} TO ${schema};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${schema}`);
    const pool = server.pool({ connectionString: server.url().replace('postgres:password', `${schema}:secret`) });
    const log = server.log(pool, { schema });
    await log.open();
    await written(log, creation('trip-1'));
    expect(idsOf(await claimed(log, 'worker'))).toEqual(['trip-1']);
    await expect(server.log(pool, { schema: newSchema() }).open()).rejects.toMatchObject({ code: '42501' });
    await log.close();
  });

  it.each(hostileTexts.filter((text) => Buffer.byteLength(text) <= 32).map((text) => [JSON.stringify(text), text]))(
    'may be called %s',
    async (_, name) => {
      const log = server.log(server.pool(), { schema: name, tablePrefix: name });
      await log.open();
      expect(await tablesIn(name)).toContain(`${name}execution`);
      await written(log, creation('trip-1'));
      expect(await log.beat('worker', 60_000)).toMatchObject({ isAlive: true });
      expect(idsOf(await claimed(log, 'worker'))).toEqual(['trip-1']);
      expect(await headOf(log, 'trip-1')).toMatchObject({ owner: 'worker' });
      await log.deleteEnded(0, 1);
      await log.close();
    },
  );
});
