import type { PoolClient } from 'pg';
import type { TransactionSql } from 'postgres';
import { describe, expect, it } from 'vitest';
import type { ExecutionLog } from '../../src/durable/execution-log.js';
import type { PostgresClient } from '../../src/postgres/client.js';
import { LogUnavailableError } from '../../src/errors/log-errors.js';
import { append, creation, event, headOf, hourMs, idsFrom, written } from '../contracts/log/given.js';
import { deferred } from '../support/deferred.js';
import { newSchema, postgresForThisFile } from './server.js';
import { cut, onceItNotices } from './staging.js';

const server = postgresForThisFile();

/** What a step does with its handle. */
type Run = (handle: unknown, text: string) => Promise<unknown>;

const clients: readonly (readonly [string, () => PostgresClient, Run])[] = [
  ['pg.Pool', () => server.pool({ max: 2, application_name: 'steps' }), (handle, text) => (handle as PoolClient).query(text)],
  ['postgres.js', () => server.sql(2), async (handle, text) => (handle as TransactionSql).unsafe(text)],
];

describe.each(clients)('a transaction of a step on %s', (_name, client, run) => {
  const ready = async (): Promise<{ readonly log: ExecutionLog; readonly notes: string }> => {
    const schema = newSchema();
    const log = server.log(client(), { schema });
    await log.open();
    await written(log, creation('trip-1', { owner: 'worker' }));
    const notes = `${schema}.notes`;
    const create = `CREATE TABLE ${notes} (note text UNIQUE DEFERRABLE INITIALLY DEFERRED)`;
    await log.transact!(async (handle) => void (await run(handle, create)));
    return { log, notes };
  };
  /** The log is asked in a transaction, so that it is the same database whatever the client. */
  const notesIn = async (log: ExecutionLog, notes: string): Promise<number> => {
    let count = 0;
    await log.transact!(async (handle) => {
      const answer = (await run(handle, `SELECT note FROM ${notes}`)) as unknown[] | { readonly rows: unknown[] };
      count = Array.isArray(answer) ? answer.length : answer.rows.length;
    });
    return count;
  };

  it('commits what the step did together with what the log records of it', async () => {
    const { log, notes } = await ready();
    await log.transact!(async (handle, write) => {
      await run(handle, `INSERT INTO ${notes} VALUES ('a')`);
      expect(await write(append('trip-1', { events: [event('step-succeeded', 'hotel', '"a"')] }))).toMatchObject({ type: 'written' });
    });
    expect(await notesIn(log, notes)).toBe(1);
    expect(await log.events('trip-1', 0, 10)).toMatchObject([{ seq: 1, type: 'step-succeeded', step: 'hotel', data: '"a"' }]);
  });

  it('rolls both back where the step fails, and rejects with what it failed with', async () => {
    const { log, notes } = await ready();
    // As of a service that the step talked to, and not as of the database.
    const failure = Object.assign(new Error('no rooms'), { code: 'ECONNREFUSED' });
    const transaction = log.transact!(async (handle, write) => {
      await run(handle, `INSERT INTO ${notes} VALUES ('a')`);
      await write(append('trip-1'));
      throw failure;
    });
    expect(await transaction.catch((error: unknown) => error)).toBe(failure);
    expect(await notesIn(log, notes)).toBe(0);
    expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 0 });
  });

  it('is told that its execution is no longer its own', async () => {
    const { log, notes } = await ready();
    const fenced = new Error('fenced');
    const transaction = log.transact!(async (handle, write) => {
      await run(handle, `INSERT INTO ${notes} VALUES ('a')`);
      if ((await write(append('trip-1', { epoch: 7 }))).type === 'fenced') throw fenced;
    });
    await expect(transaction).rejects.toBe(fenced);
    expect(await notesIn(log, notes)).toBe(0);
  });

  it('rejects with what the commit failed with', async () => {
    const { log, notes } = await ready();
    const transaction = log.transact!(async (handle, write) => {
      await run(handle, `INSERT INTO ${notes} VALUES ('a'), ('a')`);
      await write(append('trip-1'));
    });
    await expect(transaction).rejects.toMatchObject({ code: '23505' });
    expect(await notesIn(log, notes)).toBe(0);
    expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 0 });
  });

  it('does not pass for committed where a statement failed and the step hid it', async () => {
    const { log, notes } = await ready();
    const hidden = log.transact!(async (handle) => {
      await run(handle, `INSERT INTO ${notes} VALUES ('a')`);
      await run(handle, 'SELECT nothing').catch(() => {});
    });
    await expect(hidden).rejects.toThrow();
    const recorded = log.transact!(async (handle, write) => {
      await run(handle, 'SELECT nothing').catch(() => {});
      await write(append('trip-1'));
    });
    await expect(recorded).rejects.toThrow();
    expect(await notesIn(log, notes)).toBe(0);
    expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 0 });
  });
});

describe.each([
  ['pg.Pool', (max: number) => server.pool({ max })],
  ['postgres.js', (max: number) => server.sql(max)],
])('transactions of steps on %s', (_name, client) => {
  it.each([2, 3, 4])('never take the connection that the log needs to write, of %d', async (max) => {
    const schema = newSchema();
    const log = server.log(client(max), { schema });
    await log.open();
    const ids = idsFrom('trip', 6);
    await written(log, ...ids.map((id) => creation(id, { owner: 'worker' })));
    // The end of each waits for what is written beside it, as the end of a step does.
    await Promise.all(
      ids.map((id) =>
        log.transact!(async (_handle, write) => {
          await log.beat(id, hourMs);
          await written(log, append(id));
          await write(append(id, { fromSeq: 1 }));
        }),
      ),
    );
    for (const id of ids) expect(await headOf(log, id)).toMatchObject({ seq: 2 });
  });
});

/** `goesOn`: what the step does then; `fails`: a statement on its handle. */
async function cutIn(name: 'pg.Pool' | 'postgres.js', goesOn: (fails: () => Promise<unknown>) => Promise<unknown>): Promise<void> {
  const [, client, run] = clients.find(([one]) => one === name)!;
  const schema = newSchema();
  const log = server.log(client(), { schema });
  await log.open();
  await written(log, creation('trip-1', { owner: 'worker' }));
  const transaction = log.transact!(async (handle, write) => {
    await write(append('trip-1'));
    await cut(server.admin(), name === 'pg.Pool' ? 'steps' : 'postgres.js');
    await goesOn(() => run(handle, 'SELECT 1'));
  });
  await expect(transaction).rejects.toBeInstanceOf(LogUnavailableError);
  await onceItNotices(() => log.transact!(async (handle) => void (await run(handle, 'SELECT 1'))));
  expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 0 });
}

describe.each(['pg.Pool', 'postgres.js'] as const)('a transaction of a step on %s whose connection is cut', (name) => {
  it('before the step is done is not committed, and the log is unavailable; the next works', async () => {
    await cutIn(name, async () => {});
  });

  it('before the step fails of something else is rolled back all the same', async () => {
    await cutIn(name, () => Promise.reject(new Error('no rooms')));
  });
});

describe('a transaction of a step on pg.Pool whose connection is cut', () => {
  it('is not committed where the step fails of it', async () => {
    await cutIn('pg.Pool', (fails) => fails());
  });

  it('is not committed where the step hides that it failed of it', async () => {
    await cutIn('pg.Pool', (fails) => fails().catch(() => {}));
  });
});

describe('a write in a transaction of postgres.js whose connection is cut', () => {
  it('says that the log is unavailable', async () => {
    const schema = newSchema();
    const sql = server.sql(2);
    const log = server.log(sql, { schema });
    await log.open();
    await written(log, creation('trip-1', { owner: 'worker' }));
    // The transaction may reject while the step goes on.
    const second = deferred<unknown>();
    const transaction = log.transact!(async (_handle, write) => {
      await cut(server.admin(), 'postgres.js');
      await write(append('trip-1')).catch(() => {});
      await write(append('trip-1', { fromSeq: 1 })).catch(second.resolve);
    });
    await expect(transaction).rejects.toBeInstanceOf(LogUnavailableError);
    expect(await second.promise).toBeInstanceOf(LogUnavailableError);
    expect(await onceItNotices(() => headOf(log, 'trip-1'))).toMatchObject({ seq: 0 });
  });
});
