import type { Pool } from 'pg';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { ExecutionLog } from '../../src/durable/execution-log.js';
import { LogUnavailableError } from '../../src/errors/log-errors.js';
import { creation, headOf, hourMs, idsOf, written } from '../contracts/log/given.js';
import { endOf, newSchema, postgresForThisFile } from './server.js';
import { cut, inTheWay, onceItNotices, somebodyWaits } from './staging.js';

const server = postgresForThisFile();

interface Opened {
  readonly log: ExecutionLog;
  readonly pool: Pool;
  readonly schema: string;
}

/** On a pool whose connections are called as the schema is. */
async function opened(max = 4): Promise<Opened> {
  const schema = newSchema();
  const pool = server.pool({ application_name: schema, max });
  const log = server.log(pool, { schema });
  await log.open();
  return { log, pool, schema };
}

describe('a connection that is cut', () => {
  it('while nobody uses it is no matter: the pool takes another, and the process lives on', async () => {
    const { log, pool, schema } = await opened();
    await Promise.all([1, 2, 3].map((n) => written(log, creation(`trip-${n}`))));
    const removed = new Promise((resolve) => pool.once('remove', resolve));
    expect(await cut(server.admin(), schema)).toBeGreaterThan(0);
    await removed;
    expect(await onceItNotices(() => log.list({ limit: 10 }))).toHaveLength(3);
  });

  it('while it waits for an answer says that the log is unavailable, and the next call works', async () => {
    const { log, schema } = await opened();
    await written(log, creation('trip-1'));
    let cause: unknown;
    await inTheWay(
      server.admin(),
      (client) => client.query(`UPDATE ${schema}.saga_execution SET nonce = nonce`),
      () => log.request('trip-1', { kind: 'cancel', data: '' }).catch((error: unknown) => void (cause = error)),
      () => cut(server.admin(), schema),
    );
    expect(cause).toBeInstanceOf(LogUnavailableError);
    expect(cause).toMatchObject({ cause: { code: '57P01' } });
    expect(await onceItNotices(() => headOf(log, 'trip-1'))).toMatchObject({ hasInbox: false });
    await written(log, creation('trip-2'));
  });

  it('is noticed through postgres.js, too, and the next call works', async () => {
    const schema = newSchema();
    const sql = server.sql(2);
    const log = server.log(sql, { schema });
    await log.open();
    await written(log, creation('trip-1'));
    for (let round = 0; round < 3; round++) {
      await cut(server.admin(), 'postgres.js');
      expect(idsOf(await onceItNotices(() => log.list({ limit: 10 })))).toEqual(['trip-1']);
    }
    let cause: unknown;
    await inTheWay(
      server.admin(),
      (client) => client.query(`UPDATE ${schema}.saga_execution SET nonce = nonce`),
      () => log.request('trip-1', { kind: 'cancel', data: '' }).catch((error: unknown) => void (cause = error)),
      () => cut(server.admin(), 'postgres.js'),
    );
    expect(cause).toBeInstanceOf(LogUnavailableError);
    expect(await onceItNotices(() => headOf(log, 'trip-1'))).toMatchObject({ hasInbox: false });
  });

  it('ends what a pg.Client can do, and not the process', async () => {
    const schema = newSchema();
    const client = new Client({ connectionString: server.url(), application_name: schema });
    await client.connect();
    const log = server.log(client, { schema });
    await log.open();
    await written(log, creation('trip-1'));
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await cut(server.admin(), schema);
    await ended;
    for (let again = 0; again < 2; again++) await expect(log.heads(['trip-1'])).rejects.toBeInstanceOf(LogUnavailableError);
  });
});

describe('a log', () => {
  it('that cannot reach its database says so', async () => {
    const refused = server.log(server.pool({ connectionString: 'postgres://postgres:password@127.0.0.1:1/postgres' }));
    await expect(refused.open()).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE', cause: { code: 'ECONNREFUSED' } });
    const stranger = server.log(server.pool({ connectionString: server.url().replace('password', 'wrong') }));
    await expect(stranger.open()).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE', cause: { code: '28P01' } });
  });

  it('whose pool was ended says so', async () => {
    const { log, pool } = await opened();
    await endOf(pool);
    await expect(log.list({ limit: 1 })).rejects.toBeInstanceOf(LogUnavailableError);
  });

  it('that gets no connection in time says so', async () => {
    const schema = newSchema();
    const pool = server.pool({ max: 1 });
    const log = server.log(pool, { schema });
    await log.open();
    const client = await pool.connect();
    // Only now, so that a slow machine has the time it needs to connect.
    pool.options.connectionTimeoutMillis = 50;
    await expect(log.list({ limit: 1 })).rejects.toBeInstanceOf(LogUnavailableError);
    client.release();
    expect(await log.list({ limit: 1 })).toEqual([]);
  });

  it('listens for the errors of its pool from open to close, once', async () => {
    const { log, pool, schema } = await opened();
    const other = server.log(pool, { schema });
    await log.open();
    await other.open();
    expect(pool.listenerCount('error')).toBe(2);
    await log.close();
    await log.close();
    expect(pool.listenerCount('error')).toBe(1);
    await other.close();
    expect(pool.listenerCount('error')).toBe(0);
  });
});

describe('the heartbeat', () => {
  it('has a connection of its own, whatever the others are busy with', async () => {
    const { log, pool } = await opened(3);
    await log.beat('worker', hourMs);
    const others = [await pool.connect(), await pool.connect()];
    expect(await log.beat('worker', hourMs)).toMatchObject({ isAlive: true });
    for (const other of others) other.release();
  });

  it('gives it back when the log is closed', async () => {
    const { log, pool } = await opened(3);
    await log.beat('worker', hourMs);
    expect(pool.totalCount - pool.idleCount).toBe(1);
    await log.close();
    await log.close();
    await endOf(pool);
    expect(pool.totalCount).toBe(0);
  });

  it('takes another where that one is cut', async () => {
    const { log, pool, schema } = await opened(3);
    for (let round = 0; round < 3; round++) {
      await log.beat('worker', hourMs);
      await cut(server.admin(), schema);
      expect(await onceItNotices(() => log.beat('worker', hourMs))).toMatchObject({ isAlive: true });
    }
    expect(pool.totalCount).toBeLessThanOrEqual(3);
    await log.close();
    expect(pool.totalCount).toBe(pool.idleCount);
  });

  it('takes another where that one does not answer', async () => {
    const { log, pool, schema } = await opened(3);
    await log.beat('hanging', hourMs);
    const client = await server.admin().connect();
    await client.query(`BEGIN; SELECT FROM ${schema}.saga_worker FOR UPDATE`);
    const hanging = log.beat('hanging', hourMs).catch((error: unknown) => error);
    await somebodyWaits(server.admin());
    const again = log.beat('hanging', hourMs);
    expect(await hanging).toBeInstanceOf(LogUnavailableError);
    await client.query('ROLLBACK');
    client.release();
    expect(await again).toMatchObject({ isAlive: true });
    await log.close();
    expect(pool.totalCount).toBe(pool.idleCount);
  });

  it('of one worker waits for that of another on the same log', async () => {
    const { log, pool } = await opened(3);
    const beats = await Promise.all(['a', 'b', 'c', 'd'].map((worker) => log.beat(worker, hourMs)));
    expect(beats.map(({ isAlive }) => isAlive)).toEqual([true, true, true, true]);
    expect(pool.totalCount - pool.idleCount).toBe(1);
  });

  it('that waited in vain for a connection leaves the pool as it was', async () => {
    const { log, pool } = await opened(3);
    const clients = [await pool.connect(), await pool.connect(), await pool.connect()];
    const first = log.beat('worker', hourMs).catch((error: unknown) => error);
    const second = log.beat('worker', hourMs);
    for (const client of clients) client.release();
    expect(await first).toBeInstanceOf(LogUnavailableError);
    expect(await second).toMatchObject({ isAlive: true });
    await log.close();
    expect(await log.list({ limit: 1 })).toEqual([]);
    expect(pool.totalCount).toBe(pool.idleCount);
  });

  it.each([1, 2])('shares the connections of a pool that has %d', async (max) => {
    const { log, pool } = await opened(max);
    expect(await log.beat('worker', hourMs)).toMatchObject({ isAlive: true });
    await written(log, creation('trip-1', { owner: 'worker' }));
    await log.request('trip-1', { kind: 'cancel', data: '' });
    expect(await log.beat('worker', hourMs)).toMatchObject({ withInbox: ['trip-1'] });
    expect(pool.idleCount).toBe(pool.totalCount);
  });
});
