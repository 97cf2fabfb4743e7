import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import type { ExecutionLog, Write } from '../../src/durable/execution-log.js';
import { claimParameters, releaseParameters } from '../../src/postgres/claiming.js';
import type { Parameter, Statement } from '../../src/postgres/database.js';
import type { PgPool } from '../../src/postgres/pg.js';
import { statementsOf } from '../../src/postgres/statements.js';
import { declareParameters } from '../../src/postgres/watching.js';
import { beatParameters } from '../../src/postgres/workers.js';
import { writeParameters } from '../../src/postgres/writing.js';
import { namesOf } from '../../src/sql/names.js';
import { append, bookTrip, creation, ending, event, headOf, hourMs, idsFrom, write, written } from '../contracts/log/given.js';
import { newSchema, postgresForThisFile } from './server.js';
import { inTheWay } from './staging.js';

const server = postgresForThisFile();

interface Query {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** Sees every statement before it is sent. */
function watched(pool: Pool, sees: (query: Query) => Promise<void> | void): PgPool {
  return {
    query: async (query) => {
      await sees(query);
      return pool.query(query);
    },
    on: (event, listener) => pool.on(event, listener),
    removeListener: (event, listener) => pool.removeListener(event, listener),
    totalCount: 0,
    connect: () => pool.connect(),
  };
}

interface Opened {
  readonly log: ExecutionLog;
  readonly schema: string;
  readonly table: (name: string) => string;
}

async function opened(): Promise<Opened> {
  const schema = newSchema();
  const log = server.log(server.pool(), { schema });
  await log.open();
  return { log, schema, table: (name) => `${schema}.saga_${name}` };
}

/** A log that writes down its statements from here on. */
async function recorded(options: { readonly prepare?: boolean } = {}): Promise<{ readonly log: ExecutionLog; readonly sent: Query[] }> {
  const { schema } = await opened();
  const sent: Query[] = [];
  return { log: server.log(watched(server.pool(), (query) => void sent.push(query)), { schema, ...options }), sent };
}

describe('a write', () => {
  it('is one prepared statement, with the same parameters for one execution and for five hundred', async () => {
    const { log, sent } = await recorded();
    await written(log, creation('one'));
    const ids = idsFrom('trip', 250);
    await written(log, ...ids.map((id) => creation(id, { events: [event('a'), event('b', 'hotel', '{}')] })));
    await written(
      log,
      ...ids.map((id) => append(id, { fromSeq: 2, outbox: ['x'], inboxThrough: 1 })),
      ...idsFrom('more', 250).map((id) => creation(id, { owner: 'worker', events: [event('a')] })),
    );
    await log.write([]);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ name, text }) => `${name} ${text}`)).size).toBe(1);
    expect(new Set(sent.map(({ values }) => values.length))).toEqual(new Set([37]));
    expect(sent[0]!.name).toMatch(/^class_saga_[0-9a-f]{16}$/);
    expect(await log.list({ limit: 1_000 })).toHaveLength(501);
    expect((await log.events('trip-249', 0, 10)).map(({ seq, type, step }) => [seq, type, step])).toEqual([
      [1, 'a', null],
      [2, 'b', 'hotel'],
      [3, 'step-begun', null],
    ]);
  });

  it('is not prepared where nothing may be', async () => {
    const { log, sent } = await recorded({ prepare: false });
    await written(log, creation('trip-1'));
    expect(sent.map(({ name }) => name)).toEqual([undefined]);
  });

  it('asks once more where an id is taken, and only then', async () => {
    const { log, sent } = await recorded();
    await written(log, creation('trip-1'), creation('trip-2'));
    expect(sent).toHaveLength(1);
    const results = await log.write([creation('trip-2'), append('trip-1'), creation('trip-3')]);
    expect(results.map(({ type }) => type)).toEqual(['exists', 'written', 'written']);
    expect(sent).toHaveLength(3);
  });

  it('says by what an id is taken that was created after it began', async () => {
    const { log, table } = await opened();
    await written(log, creation('other', { nonce: 'theirs' }));
    const result = await inTheWay(
      server.admin(),
      (client) => client.query(`UPDATE ${table('execution')} SET id = 'trip-1'`),
      () => log.write([creation('before'), creation('trip-1', { nonce: 'mine' })]),
      async () => {},
    );
    expect(result).toMatchObject([{ type: 'written' }, { type: 'exists', head: { id: 'trip-1', nonce: 'theirs' } }]);
  });

  it('creates what was deleted between its two questions', async () => {
    const { schema, table } = await opened();
    let sent = 0;
    const log = server.log(
      watched(server.pool(), async () => {
        sent += 1;
        if (sent === 3) await server.admin().query(`DELETE FROM ${table('execution')}`);
      }),
      { schema },
    );
    await written(log, creation('trip-1', { nonce: 'old' }));
    const results = await log.write([append('gone'), creation('trip-1', { nonce: 'new' })]);
    expect(results.map(({ type }) => type)).toEqual(['fenced', 'written']);
    expect(sent).toBe(4);
    expect(await headOf(log, 'trip-1')).toMatchObject({ nonce: 'new' });
  });

  it('overlooks nothing that comes in while it waits', async () => {
    const { log, schema } = await opened();
    await written(log, creation('trip-1', { owner: 'worker' }));
    await log.request('trip-1', { kind: 'cancel', data: 'first' });
    const { request } = statementsOf(namesOf({ schema }));
    const result = await inTheWay(
      server.admin(),
      (client) => client.query(request.text, ['trip-1', 'cancel', 'second']),
      () => write(log, append('trip-1', { inboxThrough: 1, wakeInMs: hourMs, keepsOwner: false })),
      async () => {},
    );
    expect(result).toMatchObject({ type: 'written', hasInbox: true });
    expect(await log.inbox('trip-1')).toMatchObject([{ number: 2, data: 'second' }]);
    const { wakeAtMs, updatedAtMs, hasInbox } = await headOf(log, 'trip-1');
    expect({ wakeAtMs, hasInbox }).toEqual({ wakeAtMs: updatedAtMs, hasInbox: true });
  });

  it('is fenced by a claim that comes while it waits', async () => {
    const { log, table } = await opened();
    await written(log, creation('trip-1'), creation('trip-2'));
    const results = await inTheWay(
      server.admin(),
      (client) => client.query(`UPDATE ${table('execution')} SET epoch = 2 WHERE id = 'trip-1'`),
      () => log.write([append('trip-2'), append('trip-1', { events: [event('late')], outbox: ['late'], inboxThrough: 5 })]),
      async () => {},
    );
    expect(results).toMatchObject([{ type: 'written' }, { type: 'fenced' }]);
    expect(await log.events('trip-1', 0, 1)).toEqual([]);
    expect(await log.takeOutbox(1, 0)).toEqual([]);
    expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 0, nonce: 'created trip-1' });
  });

  it('never waits for one that waits for it, whatever their order', async () => {
    const { log, schema } = await opened();
    const other = server.log(server.pool(), { schema });
    await other.open();
    const ids = idsFrom('trip', 40);
    await written(log, ...ids.map((id) => creation(id)));
    for (let fromSeq = 0; fromSeq < 20; fromSeq++) {
      const batch: readonly Write[] = ids.map((id) => append(id, { fromSeq }));
      const all = await Promise.all([log.write(batch), other.write([...batch].reverse()), log.write(batch), other.write(batch)]);
      expect(all.flat().filter(({ type }) => type === 'written')).toHaveLength(ids.length);
    }
    expect(await log.events('trip-7', 0, 100)).toHaveLength(20);
    await other.close();
  });

  it('that cannot be stored leaves nothing, and rejects with what the database says of it', async () => {
    const { log } = await opened();
    await expect(log.write([creation('good'), creation('bad', { input: 'a\0b' })])).rejects.toMatchObject({ code: '22021' });
    expect(await log.list({ limit: 10 })).toEqual([]);
  });

  it('of an owner changes no column that an index knows', async () => {
    const { table } = await opened();
    const { rows } = await server.admin().query<{ name: string }>(
      `SELECT DISTINCT a.attname AS name FROM pg_depend d
       JOIN pg_class i ON i.oid = d.objid AND i.relkind = 'i'
       JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
       WHERE d.refobjid = $1::regclass`,
      [table('execution')],
    );
    const known = rows.map(({ name }) => name);
    expect(known).toContain('due_at');
    for (const changed of ['seq', 'nonce', 'stage', 'wake_at', 'output', 'updated_at', 'outbox_next']) expect(known).not.toContain(changed);
  });

  it('of owners writes no index, though it changes every row of a page at once', async () => {
    const schema = newSchema();
    const pool = server.pool({ max: 1 });
    const log = server.log(pool, { schema });
    await log.open();
    const ids = idsFrom('trip', 100);
    const input = 'x'.repeat(300);
    await written(log, ...ids.map((id) => creation(id, { owner: 'worker', status: 'running', input })));
    for (let fromSeq = 0; fromSeq < 5; fromSeq++) {
      await written(log, ...ids.map((id) => append(id, { fromSeq, stage: fromSeq })));
    }
    await pool.query('SELECT pg_stat_force_next_flush()');
    const counted = `SELECT n_tup_upd::int AS changed, n_tup_hot_upd::int AS alone FROM pg_stat_user_tables
      WHERE schemaname = '${schema}' AND relname = 'saga_execution'`;
    expect((await pool.query(counted)).rows).toEqual([{ changed: 500, alone: 500 }]);
  });
});

describe('what has ended', () => {
  it('is not deleted while somebody changes it', async () => {
    const { log, table } = await opened();
    await written(log, creation('changing'), creation('quiet'));
    await written(log, ending('changing'), ending('quiet'));
    const client = await server.admin().connect();
    await client.query(`BEGIN; UPDATE ${table('execution')} SET nonce = 'x' WHERE id = 'changing'`);
    expect(await log.deleteEnded(0, 10)).toBe(1);
    await client.query('COMMIT');
    client.release();
    expect(await log.events('changing', 0, 10)).toHaveLength(1);
    expect(await log.deleteEnded(0, 10)).toBe(1);
    for (const name of ['execution', 'event', 'inbox', 'outbox']) {
      expect((await server.admin().query(`SELECT * FROM ${table(name)}`)).rows).toEqual([]);
    }
  });

  it('leaves the workers known that something is owned by, or was taken over from', async () => {
    const { log, table } = await opened();
    for (const worker of ['owner', 'taken', 'forgotten', 'recent', 'alive']) await log.beat(worker, worker === 'alive' ? hourMs : 0);
    await log.retire('taken', true);
    await written(log, creation('a', { owner: 'owner' }), creation('b', { owner: 'taken' }));
    await log.claim({ worker: 'alive', claimable: [bookTrip], limit: 1, id: 'b' });
    const old = `UPDATE ${table('worker')} SET lease_until = lease_until - 90000000 WHERE id IN ('owner', 'taken', 'forgotten')`;
    await server.admin().query(old);
    await log.deleteEnded(0, 1);
    const { rows } = await server.admin().query(`SELECT id FROM ${table('worker')} ORDER BY id`);
    expect(rows).toEqual([{ id: 'alive' }, { id: 'owner' }, { id: 'recent' }, { id: 'taken' }]);
    expect(await log.livedOn(['taken', 'forgotten'])).toEqual(['taken']);
  });
});

describe('what others rely on', () => {
  const { claim, claimOne, write: writing, beat, request, release, declare } = statementsOf(namesOf({ schema: 'durable' }));
  const graph = { saga: 'BookTrip', fingerprint: 'v1', prefixes: [] };

  it.each<readonly [string, Statement, () => readonly Parameter[]]>([
    ['a creation', writing, () => writeParameters([creation('new')])],
    ['an append', writing, () => writeParameters([append('trip-1')])],
    ['a claim', claim, () => claimParameters({ worker: 'other', claimable: [bookTrip], limit: 1 })],
    ['a claim of one', claimOne, () => claimParameters({ worker: 'other', claimable: [bookTrip], limit: 1, id: 'trip-1' })],
    ['a release', release, () => releaseParameters([{ id: 'trip-1', epoch: 1 }])],
    ['a request', request, () => ['trip-1', 'cancel', '']],
    ['a beat', beat, () => beatParameters('worker', hourMs, undefined)],
    ['a graph', declare, () => declareParameters([graph])],
  ])('is on the disk before it is known, also where the connection waits for none: %s', async (_, { text }, parameters) => {
    const log = server.log(server.pool(), { schema: 'durable' });
    await log.open();
    await log.write([creation('trip-1', { owner: 'gone' })]);
    const client = await server.admin().connect();
    const levelAfter = async (level: string): Promise<unknown> => {
      await client.query(`BEGIN; SET LOCAL synchronous_commit = ${level}`);
      await client.query(text, [...parameters()]);
      const { rows } = await client.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
      await client.query('ROLLBACK');
      return rows[0]!.synchronous_commit;
    };
    expect(await levelAfter('off')).toBe('on');
    expect(await levelAfter('remote_apply')).toBe('remote_apply');
    client.release();
  });
});
