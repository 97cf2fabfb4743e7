import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFile, prepared } from '../../src/sqlite/database.js';
import { sqliteLog } from '../../src/sqlite/index.js';
import type { SqliteDatabase } from '../../src/sqlite/index.js';
import { creation, headOf, idsFrom, idsOf, written } from '../contracts/log/given.js';
import { Given, valueOf } from './given.js';

const given = new Given();

describe('opening a file', () => {
  it('creates it, and finds in it what was written before', async () => {
    const file = given.file();
    const first = await given.opened(sqliteLog(file));
    await written(first, creation('trip-1'));
    await first.close();
    const second = await given.opened(sqliteLog(file));
    expect(await headOf(second, 'trip-1')).toMatchObject({ seq: 0, input: '{}' });
  });

  it.each([
    "quote ' and \" and ; DROP TABLE.db",
    '100% sure? #1 & more.db',
    'file:sagas.db?mode=memory',
    'file%3Asagas.db',
    'libsql:sagas.db',
    ':memory:.db',
    '-journal',
    'ü 🧳 e\u0301.db',
    ' ',
    'new\nline.db',
  ])('takes its name literally: %j', async (name) => {
    const file = given.file(name);
    const log = await given.opened(sqliteLog(file));
    await written(log, creation('trip-1'));
    expect(readdirSync(dirname(file))).toContain(name);
    await log.close();
    expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('keeps nothing in memory: a name of a database there is refused', () => {
    for (const name of [':memory:', '']) {
      const refusal = { code: 'SAGA_LOG_BAD_OPTIONS', remedy: expect.stringContaining('memoryLog') as string };
      expect(() => sqliteLog(name)).toThrow(expect.objectContaining(refusal));
    }
    expect(() => sqliteLog('a\0b')).toThrow(expect.objectContaining({ code: 'SAGA_LOG_BAD_OPTIONS' }));
  });

  it.each([
    ['in a folder that does not exist', (folder: string) => join(folder, 'nowhere', 'sagas.db')],
    ['that is a folder', (folder: string) => {
      mkdirSync(join(folder, 'sub'));
      return join(folder, 'sub');
    }],
    ['that is no database', (folder: string) => {
      writeFileSync(join(folder, 'notes.txt'), 'Remember the milk. '.repeat(500));
      return join(folder, 'notes.txt');
    }],
  ])('%s fails with the reason, and may be tried again', async (_, make) => {
    const log = given.log(sqliteLog(make(given.folder())));
    await expect(log.open()).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE', cause: expect.any(Error) as Error });
    await expect(log.open()).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    await expect(log.heads([])).rejects.toMatchObject({ code: 'SAGA_LOG_CLOSED' });
    await log.close();
  });

  it('says what to install where no driver can be loaded', async () => {
    await expect(openFile(given.file(), ['no-such-driver', 'nor-this'])).rejects.toMatchObject({
      code: 'SAGA_LOG_BAD_OPTIONS',
      problem: expect.stringContaining('no-such-driver, nor-this') as string,
      cause: expect.objectContaining({ errors: [expect.any(Error), expect.any(Error)] }) as AggregateError,
    });
  });

  it('takes the next driver where one cannot be loaded', async () => {
    const database = await openFile(given.file(), ['no-such-driver', 'libsql']);
    expect(prepared(database, 'SELECT 1 AS one').all()).toMatchObject([{ one: 1 }]);
    database.close();
  });

  it('twice is opening once', async () => {
    const log = given.log(sqliteLog(given.file()));
    await Promise.all([log.open(), log.open()]);
    await log.open();
    await written(log, creation('trip-1'));
  });
});

describe('an open database that is handed in', () => {
  it('is set to keep what was committed, whatever it was set to', async () => {
    const database = given.database();
    database.exec('PRAGMA journal_mode = DELETE');
    database.exec('PRAGMA synchronous = OFF');
    await given.opened(sqliteLog(database));
    expect(valueOf(database, 'PRAGMA journal_mode')).toBe('wal');
    expect(valueOf(database, 'PRAGMA synchronous')).toBe(2);
  });

  it('is refused where it is in memory', async () => {
    const log = given.log(sqliteLog(given.database(':memory:')));
    await expect(log.open()).rejects.toMatchObject({ code: 'SAGA_LOG_BAD_OPTIONS', problem: expect.stringContaining('memory') as string });
  });

  it('is refused where it does not do as it is told', async () => {
    const database = given.database();
    const deaf: SqliteDatabase = {
      exec: (sql) => (sql.includes('synchronous') ? undefined : database.exec(sql)),
      prepare: (sql) => database.prepare(sql),
    };
    database.exec('PRAGMA synchronous = NORMAL');
    const log = given.log(sqliteLog(deaf));
    const problem = expect.stringContaining('synchronous 1') as string;
    await expect(log.open()).rejects.toMatchObject({ code: 'SAGA_LOG_BAD_OPTIONS', problem });
  });

  it.each([[null], [undefined], [7], [{}], [{ exec: () => {} }]])('is refused where it is none: %j', (none) => {
    expect(() => sqliteLog(none as string)).toThrow(expect.objectContaining({ code: 'SAGA_LOG_BAD_OPTIONS' }));
  });

  it('stays open when the log is closed', async () => {
    const database = given.database();
    const log = await given.opened(sqliteLog(database));
    await written(log, creation('trip-1'));
    await log.close();
    await log.close();
    expect(valueOf(database, 'SELECT id FROM saga_execution')).toBe('trip-1');
    await log.open();
    expect(idsOf(await log.list({ limit: 1 }))).toEqual(['trip-1']);
  });

  it('may give whole numbers as bigint', async () => {
    const database = given.database();
    database.defaultSafeIntegers(true);
    const log = await given.opened(sqliteLog(database));
    await log.beat('worker', 1e6);
    await written(log, creation('trip-1', { owner: 'worker', deadlineMs: 5, events: [{ type: 'a', step: null, data: '' }] }));
    await log.request('trip-1', { kind: 'cancel', data: '' });
    const rows = [await log.list({ limit: 1 }), await log.events('trip-1', 0, 1), await log.inbox('trip-1'), await log.owned('worker')];
    const told = [...rows, await log.health()];
    // JSON knows no bigint.
    expect(JSON.parse(JSON.stringify(told))).toEqual(told);
    expect(await log.beat('worker', 1e6)).toMatchObject({ isAlive: true, withInbox: ['trip-1'] });
  });
});

describe('a log that is not open', () => {
  it('says so', async () => {
    const log = sqliteLog(given.file());
    await expect(log.heads(['trip-1'])).rejects.toMatchObject({ code: 'SAGA_LOG_CLOSED' });
    await expect(log.write([])).rejects.toMatchObject({ code: 'SAGA_LOG_CLOSED' });
    await log.close();
  });

  it('wrote what was under way when it was closed', async () => {
    const file = given.file();
    const log = await given.opened(sqliteLog(file));
    const writes = idsFrom('trip', 5).map((id) => written(log, creation(id)));
    await log.close();
    await Promise.all(writes);
    expect(await (await given.opened(sqliteLog(file))).list({ limit: 10 })).toHaveLength(5);
  });
});

describe('the tables', () => {
  it('are migrated once, however many open the file at a time', async () => {
    const file = given.file();
    const logs = await Promise.all(idsFrom('log', 6).map(() => given.opened(sqliteLog(file))));
    await written(logs[0]!, creation('trip-1'));
    for (const log of logs) expect(idsOf(await log.list({ limit: 10 }))).toEqual(['trip-1']);
    expect(given.database(file).prepare('SELECT version FROM saga_migration').all()).toEqual([{ version: 1 }]);
  });

  it('of a later version are left alone', async () => {
    const file = given.file();
    await (await given.opened(sqliteLog(file))).close();
    const database = given.database(file);
    database.exec('INSERT INTO saga_migration (version) VALUES (99)');
    const log = given.log(sqliteLog(file));
    await expect(log.open()).rejects.toMatchObject({ code: 'SAGA_LOG_NEWER', problem: expect.stringContaining('99') as string });
    expect(valueOf(database, 'SELECT max(version) FROM saga_migration')).toBe(99);
  });

  it('are made as a whole or not at all', async () => {
    const database = given.database();
    database.exec('CREATE TABLE saga_worker (mine TEXT)');
    const log = given.log(sqliteLog(database));
    await expect(log.open()).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    expect(database.prepare('SELECT name FROM sqlite_master').all()).toEqual([{ name: 'saga_worker' }]);
  });

  const prefixes = ['', 'other_', 'quoted"; DROP TABLE x; --', 'ü🧳 ', '1', 'select '];
  it.each(prefixes)('begin with the prefix %j, and are no other log’s', async (tablePrefix) => {
    const file = given.file();
    const usual = await given.opened(sqliteLog(file));
    await written(usual, creation('trip-1'));
    const other = await given.opened(sqliteLog(file, { tablePrefix }));
    expect(await other.list({ limit: 10 })).toEqual([]);
    await written(other, creation('trip-1', { input: 'other' }), creation('trip-2'));
    // Its tables were made while the usual log had its statements prepared.
    expect(await usual.list({ limit: 10 })).toMatchObject([{ id: 'trip-1', input: '{}' }]);
    expect(await other.list({ limit: 10 })).toHaveLength(2);
    const tables = given.database(file).prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
    expect(tables).toContainEqual({ name: `${tablePrefix}execution` });
  });

  it.each(['a\0b', 'sqlite_', 'x'.repeat(33), 7])('take no prefix that is no name: %j', (tablePrefix) => {
    const file = given.file();
    const make = () => sqliteLog(file, { tablePrefix: tablePrefix as string });
    expect(make).toThrow(expect.objectContaining({ code: 'SAGA_LOG_BAD_OPTIONS' }));
    expect(existsSync(file)).toBe(false);
  });
});
