import { describe, expect, it } from 'vitest';
import { LogUnavailableError, NotStorableError } from '../../src/errors/log-errors.js';
import { asLogError, isBusy } from '../../src/sqlite/errors.js';

const betterSqlite3 = (code: string): Error => Object.assign(new Error('from better-sqlite3'), { code });
const libsql = (code: string, rawCode: number): Error => Object.assign(new Error('from libsql'), { code, rawCode });
const nodeSqlite = (errcode: number): Error => Object.assign(new Error('from node:sqlite'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('an error of a lock', () => {
  it.each([
    betterSqlite3('SQLITE_BUSY'),
    betterSqlite3('SQLITE_BUSY_SNAPSHOT'),
    betterSqlite3('SQLITE_LOCKED_SHAREDCACHE'),
    libsql('SQLITE_BUSY', 5),
    libsql('UNKNOWN_SQLITE_ERROR_517', 517),
    nodeSqlite(5),
    nodeSqlite(262),
  ])('is one that passes: $message $code $rawCode $errcode', (error) => {
    expect(isBusy(error)).toBe(true);
  });

  const others = [betterSqlite3('SQLITE_FULL'), nodeSqlite(13), libsql('SQLITE_CONSTRAINT', 19), new Error('locked'), 'SQLITE_BUSY', null];
  it.each(others)('is no other: %s', (error) => {
    expect(isBusy(error)).toBe(false);
  });
});

describe('an error of what was to be written', () => {
  it.each([
    betterSqlite3('SQLITE_CONSTRAINT_NOTNULL'),
    betterSqlite3('SQLITE_TOOBIG'),
    libsql('UNKNOWN_SQLITE_ERROR_3091', 3091),
    nodeSqlite(1299),
    nodeSqlite(20),
    new NotStorableError('$', 'text with NUL'),
  ])('stays as it is: $message $code $rawCode $errcode', (error) => {
    expect(asLogError(error)).toBe(error);
  });
});

describe('every other error', () => {
  it.each([
    betterSqlite3('SQLITE_FULL'),
    betterSqlite3('SQLITE_IOERR_FSYNC'),
    betterSqlite3('SQLITE_CORRUPT_INDEX'),
    betterSqlite3('SQLITE_READONLY'),
    libsql('SQLITE_NOTADB', 26),
    nodeSqlite(778),
    nodeSqlite(1),
    new TypeError('The database connection is not open'),
    'thrown',
    undefined,
  ])('is one of the store, and is its cause: %s', (error) => {
    const told = asLogError(error);
    expect(told).toBeInstanceOf(LogUnavailableError);
    expect((told as LogUnavailableError).cause).toBe(error);
  });
});
