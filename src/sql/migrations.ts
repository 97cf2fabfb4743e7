// Migrations are data: what a published one says never changes. A store runs them in one transaction, under a lock of its own.
import { SagaError } from '../errors/saga-error.js';
import type { Names } from './names.js';

/** Takes the tables from the version before to the next one: its place in the list, from 1. */
export interface Migration {
  readonly title: string;
  statements(names: Names): readonly string[];
}

/** Creates what the version is read from. Does nothing where that exists. */
export function migrationTable(names: Names): string {
  return `CREATE TABLE IF NOT EXISTS ${names.table('migration')} (version integer PRIMARY KEY)`;
}

/** Reads how far the store was migrated: one row, `version`; 0: not at all. */
export function storedVersion(names: Names): string {
  return `SELECT coalesce(max(version), 0) AS version FROM ${names.table('migration')}`;
}

/**
 * What a store of that version lacks, in order; each migration ends with the statement that records it. None: it lacks nothing.
 *
 * @throws SagaError `SAGA_LOG_NEWER` when the store was migrated by a later version of class-saga
 */
export function missingStatements(migrations: readonly Migration[], version: number, names: Names): readonly string[] {
  if (version > migrations.length) {
    throw new SagaError({
      code: 'SAGA_LOG_NEWER',
      problem: `The tables of the log are of version ${version}; this class-saga knows them up to version ${migrations.length}.`,
      remedy: 'Run the class-saga that migrated them, or a later one.',
    });
  }
  return migrations.slice(version).flatMap((migration, index) => [
    ...migration.statements(names),
    `INSERT INTO ${names.table('migration')} (version) VALUES (${version + index + 1})`,
  ]);
}
