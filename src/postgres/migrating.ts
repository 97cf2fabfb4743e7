import { migrationTable, missingStatements, storedVersion } from '../sql/migrations.js';
import type { Names } from '../sql/names.js';
import { quoted } from '../sql/names.js';
import type { Database, Queryable } from './database.js';
import { statement } from './database.js';
import { migrations } from './tables.js';

/** Creates what the log lacks, all of it or nothing. However many do so at once, one does it and the others wait. */
export async function migrate(database: Database, names: Names, schema: string): Promise<void> {
  // Once all is there, no more rights are needed than to read and to write.
  if (missingStatements(migrations, await versionOf(database, names), names).length === 0) return;
  await database.transaction(async (transaction) => {
    const run = async (text: string): Promise<void> => void (await transaction.query(statement(text), []));
    // Whatever the default is: what the others did must be seen once the lock is there.
    await run('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await transaction.query(statement(`SELECT pg_advisory_xact_lock(hashtextextended('class-saga:' || $1, 0))`), [schema]);
    if (!(await exists(transaction, 'to_regnamespace', quoted(schema)))) await run(`CREATE SCHEMA ${quoted(schema)}`);
    if (!(await exists(transaction, 'to_regclass', names.table('migration')))) await run(migrationTable(names));
    const version = await versionOf(transaction, names);
    for (const text of missingStatements(migrations, version, names)) await run(text);
  });
}

/** 0: nothing is there. */
async function versionOf(queryable: Queryable, names: Names): Promise<number> {
  if (!(await exists(queryable, 'to_regclass', names.table('migration')))) return 0;
  const [row] = await queryable.query(statement(storedVersion(names)), []);
  return Number(row![0]);
}

async function exists(queryable: Queryable, look: 'to_regclass' | 'to_regnamespace', name: string): Promise<boolean> {
  const [row] = await queryable.query(statement(`SELECT count(${look}($1::text))::int`), [name]);
  return Number(row![0]) === 1;
}
