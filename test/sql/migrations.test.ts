import { describe, expect, it } from 'vitest';
import type { Migration } from '../../src/sql/migrations.js';
import { migrationTable, missingStatements, storedVersion } from '../../src/sql/migrations.js';
import { namesOf } from '../../src/sql/names.js';

const names = namesOf({ tablePrefix: 'p_' });
const migrations: readonly Migration[] = [
  { title: 'one', statements: ({ table }) => [`CREATE ${table('execution')}`, `CREATE ${table('event')}`] },
  { title: 'two', statements: ({ index }) => [`CREATE ${index('execution_due')}`] },
];

describe('what a store lacks', () => {
  it('is everything where nothing is there, each version recorded after its statements', () => {
    expect(missingStatements(migrations, 0, names)).toEqual([
      'CREATE "p_execution"',
      'CREATE "p_event"',
      'INSERT INTO "p_migration" (version) VALUES (1)',
      'CREATE "p_execution_due"',
      'INSERT INTO "p_migration" (version) VALUES (2)',
    ]);
  });

  it('is what came since', () => {
    expect(missingStatements(migrations, 1, names)).toEqual(['CREATE "p_execution_due"', 'INSERT INTO "p_migration" (version) VALUES (2)']);
  });

  it('is nothing where it has the last version', () => {
    expect(missingStatements(migrations, 2, names)).toEqual([]);
  });

  it('cannot be told of one of a later version', () => {
    const missing = (): unknown => missingStatements(migrations, 3, names);
    expect(missing).toThrow('of version 3; this class-saga knows them up to version 2');
    expect(missing).toThrow(expect.objectContaining({ code: 'SAGA_LOG_NEWER' }));
  });
});

describe('the version of a store', () => {
  it('is in a table of the log', () => {
    expect(migrationTable(names)).toBe('CREATE TABLE IF NOT EXISTS "p_migration" (version integer PRIMARY KEY)');
    expect(storedVersion(names)).toBe('SELECT coalesce(max(version), 0) AS version FROM "p_migration"');
  });
});
