import { describe, expect, it } from 'vitest';
import { Connection } from '../../src/sqlite/connection.js';
import { sqliteLog } from '../../src/sqlite/index.js';
import { prepared } from '../../src/sqlite/database.js';
import type { SqliteDatabase, SqliteValue } from '../../src/sqlite/index.js';
import { append, creation, event, headOf, idsFrom, written } from '../contracts/log/given.js';
import { Given } from './given.js';

const given = new Given();

const ioError = (): Error => Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Lets everything else go on for a while that is longer than any wait between two tries. */
const aWhile = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 60));

describe('while another process writes', () => {
  it('a write waits its turn, and everything else goes on', async () => {
    const file = given.file();
    const log = await given.opened(sqliteLog(file));
    const other = given.database(file);
    other.exec('BEGIN IMMEDIATE');
    let isWritten = false;
    const writing = written(log, creation('trip-1')).then(() => (isWritten = true));
    const beating = log.beat('worker', 1e6);
    for (let turns = 0; turns < 20; turns++) await turn();
    await aWhile();
    expect(isWritten).toBe(false);
    // Who reads waits for nobody who writes.
    expect(await log.heads(['trip-1'])).toEqual([]);
    other.exec('COMMIT');
    await writing;
    expect(await beating).toMatchObject({ isAlive: true });
    expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 0 });
  });

  it('writes are done in their order once they can be', async () => {
    const file = given.file();
    const log = await given.opened(sqliteLog(file));
    await written(log, creation('trip-1'));
    const other = given.database(file);
    other.exec('BEGIN IMMEDIATE');
    const writes = idsFrom('event', 5).map((type, index) => log.write([append('trip-1', { fromSeq: index, events: [event(type)] })]));
    await aWhile();
    other.exec('COMMIT');
    expect((await Promise.all(writes)).flat().map(({ type }) => type)).toEqual(Array(5).fill('written'));
    expect((await log.events('trip-1', 0, 10)).map(({ type }) => type)).toEqual(idsFrom('event', 5));
  });

  it('for longer than it is patient, nothing is written, and the store counts as out of reach', async () => {
    const file = given.file();
    await given.opened(sqliteLog(file));
    const other = given.database(file);
    other.exec('BEGIN IMMEDIATE');
    const connection = new Connection(given.database(file), 0);
    let calls = 0;
    const write = () => connection.write(() => (calls += 1));
    const cause = expect.objectContaining({ code: 'SQLITE_BUSY' }) as Error;
    await expect(write()).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE', cause });
    expect(calls).toBe(0);
    other.exec('COMMIT');
    expect(await write()).toBe(1);
  });
});

describe('while somebody has a transaction on the very connection', () => {
  it('nothing of the log gets into it', async () => {
    const database = given.database();
    const log = await given.opened(sqliteLog(database));
    database.exec('CREATE TABLE mine (x TEXT)');
    database.exec('BEGIN');
    database.exec("INSERT INTO mine VALUES ('not yet')");
    const writing = written(log, creation('trip-1'));
    const reading = log.heads(['trip-2']);
    await aWhile();
    database.exec('ROLLBACK');
    await Promise.all([writing, reading]);
    expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 0 });
    expect(database.prepare('SELECT * FROM mine').all()).toEqual([]);
  });

  it('for longer than it is patient, the store counts as out of reach', async () => {
    const database = given.database();
    const connection = new Connection(database, 0);
    database.exec('BEGIN');
    await expect(connection.read(() => 'read')).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    database.exec('ROLLBACK');
    expect(await connection.read(() => 'read')).toBe('read');
  });
});

describe('a store that fails', () => {
  it('because its disk is full, writes nothing of a batch, and goes on once there is room', async () => {
    const database = given.database();
    const log = await given.opened(sqliteLog(database));
    await written(log, creation('trip-1'));
    const [{ page_count: pages }] = database.prepare('PRAGMA page_count').all() as [{ readonly page_count: number }];
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const batch = [append('trip-1'), creation('trip-2', { input: 'x'.repeat(1_000_000) })];
    const cause = expect.objectContaining({ code: 'SQLITE_FULL' }) as Error;
    await expect(log.write(batch)).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE', cause });
    expect(await log.list({ limit: 10 })).toMatchObject([{ id: 'trip-1', seq: 0 }]);
    database.exec('PRAGMA max_page_count = 1000000');
    expect(await written(log, ...batch)).toHaveLength(2);
  });

  it('because somebody closed it, is out of reach: nothing that was to be written is at fault', async () => {
    const database = given.database();
    const log = await given.opened(sqliteLog(database));
    database.close();
    await expect(log.write([creation('trip-1')])).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    await expect(log.list({ limit: 1 })).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
  });

  it.each([
    ['before the commit', false],
    ['at the commit', true],
  ])('%s, leaves no transaction open', async (_, atCommit) => {
    const database = given.database();
    let isFailing = false;
    const failing: SqliteDatabase = {
      exec: (sql) => {
        if (isFailing && sql === 'COMMIT' && atCommit) throw ioError();
        return database.exec(sql);
      },
      prepare: (sql) => {
        const statement = prepared(database, sql);
        return {
          run: (...parameters: SqliteValue[]) => {
            if (isFailing && !atCommit) throw ioError();
            return statement.run(...parameters);
          },
          all: (...parameters: SqliteValue[]) => statement.all(...parameters),
        };
      },
    };
    const log = await given.opened(sqliteLog(failing));
    isFailing = true;
    await expect(log.write([creation('trip-1')])).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    expect(database.inTransaction).toBe(false);
    isFailing = false;
    expect(await log.heads(['trip-1'])).toEqual([]);
    await written(log, creation('trip-1'));
  });
});

describe('a statement', () => {
  it('is prepared once', async () => {
    const database = given.database();
    const prepared: string[] = [];
    const watched: SqliteDatabase = {
      exec: (sql) => database.exec(sql),
      prepare: (sql) => {
        prepared.push(sql);
        return database.prepare(sql);
      },
    };
    const log = await given.opened(sqliteLog(watched));
    for (const id of idsFrom('trip', 20)) {
      await written(log, creation(id));
      await written(log, append(id));
      await log.list({ saga: id, limit: 1 });
    }
    expect(prepared.filter((sql, index) => prepared.indexOf(sql) !== index)).toEqual([]);
  });
});
