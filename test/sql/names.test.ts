import { describe, expect, it } from 'vitest';
import { namesOf, quoted } from '../../src/sql/names.js';

describe('the names of a log', () => {
  it('are quoted, with their schema where there is one', () => {
    const names = namesOf({ schema: 'class_saga' });
    expect(names.table('execution')).toBe('"class_saga"."saga_execution"');
    expect(names.index('execution_due')).toBe('"saga_execution_due"');
    expect(namesOf({}).table('event')).toBe('"saga_event"');
    expect(namesOf({ tablePrefix: '' }).table('event')).toBe('"event"');
  });

  it.each([
    ['a"b', '"a""b"."saga_event"'],
    ['"; DROP TABLE x; --', '"""; DROP TABLE x; --"."saga_event"'],
    ['Über Log', '"Über Log"."saga_event"'],
    ['a.b', '"a.b"."saga_event"'],
    ['e\u0301'.repeat(10), `"${'e\u0301'.repeat(10)}"."saga_event"`],
    ['🧳'.repeat(8), `"${'🧳'.repeat(8)}"."saga_event"`],
  ])('take %j literally', (schema, table) => {
    expect(namesOf({ schema }).table('event')).toBe(table);
  });

  it('leave room for ours within the 63 bytes that PostgreSQL does not cut', () => {
    const { table, index } = namesOf({ schema: 's'.repeat(32), tablePrefix: 'ü'.repeat(16) });
    for (const name of [table('execution').split('.')[1]!, index('execution_unfinished')]) {
      expect(Buffer.byteLength(name) - 2).toBeLessThanOrEqual(63);
    }
  });

  it.each([
    [{ schema: '' }, "'schema' is empty"],
    [{ schema: 'a\0b' }, "'schema' contains NUL"],
    [{ tablePrefix: 'a\ud83e' }, "'tablePrefix' contains half of a surrogate pair"],
    [{ schema: 'x'.repeat(33) }, "'schema' takes 33 bytes"],
    [{ tablePrefix: 'ü'.repeat(17) }, "'tablePrefix' takes 34 bytes"],
    [{ schema: 'pg_log' }, "'schema' begins with 'pg_'"],
    [{ tablePrefix: 'SQLite_' }, "'tablePrefix' begins with 'SQLite_'"],
    [{ schema: null }, "'schema' is no text but null"],
    [{ tablePrefix: 7 }, "'tablePrefix' is no text but number"],
  ])('are not made of %j', (options, problem) => {
    const make = (): unknown => namesOf(options as { schema: string });
    expect(make).toThrow(problem);
    expect(make).toThrow(expect.objectContaining({ code: 'SAGA_LOG_BAD_OPTIONS' }));
  });
});

describe('a quoted name', () => {
  it.each([['a', '"a"'], ['"', '""""'], ['a""b', '"a""""b"'], ["'", '"\'"'], ['', '""']])('of %j is %s', (name, text) => {
    expect(quoted(name)).toBe(text);
  });
});
