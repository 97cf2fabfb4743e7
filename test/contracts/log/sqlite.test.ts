import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionLog } from '../../../src/durable/execution-log.js';
import { openFile } from '../../../src/sqlite/database.js';
import { sqliteLog } from '../../../src/sqlite/index.js';
import type { LogUnderTest } from './given.js';
import { logContract } from './suite.js';

async function storeOf(logOn: (file: string, closings: (() => unknown)[]) => Promise<ExecutionLog>): Promise<LogUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'class-saga-'));
  const closings: (() => unknown)[] = [];
  const another = async (): Promise<ExecutionLog> => {
    const log = await logOn(join(folder, 'sagas.db'), closings);
    closings.push(() => log.close());
    await log.open();
    return log;
  };
  const close = async (): Promise<void> => {
    for (const one of closings.reverse()) await one();
    await rm(folder, { recursive: true });
  };
  return { log: await another(), another, close };
}

logContract('the log on a SQLite file', () => storeOf(async (file) => sqliteLog(file)));

// Node has one of its own from version 22 on, and the other is for whoever has it installed.
for (const driver of ['node:sqlite', 'better-sqlite3']) {
  const isInstalled = await import(driver).then(() => true, () => false);
  if (!isInstalled) continue;
  logContract(`the log on a database of ${driver}`, () =>
    storeOf(async (file, closings) => {
      const database = await openFile(file, [driver]);
      closings.push(() => database.close());
      return sqliteLog(database);
    }),
  );
}
