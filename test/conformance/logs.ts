import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { memoryLog } from 'class-saga';
import type { ExecutionLog } from 'class-saga';
import { postgresLog } from 'class-saga/postgres';
import { sqliteLog } from 'class-saga/sqlite';
import { newSchema, pgliteForThisFile, postgresForThisFile } from '../postgres/server.js';

/** One of every kind of log there is, each on a store of its own, for the tests of one file. They stay open when a runner closes them. */
export function logsForThisFile(): readonly (readonly [name: string, open: () => ExecutionLog])[] {
  const server = postgresForThisFile();
  const pglite = pgliteForThisFile();
  const folders: string[] = [];
  const logs: ExecutionLog[] = [];
  afterAll(async () => {
    await Promise.all(logs.map((log) => log.close()));
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
  const shared = (make: () => ExecutionLog) => (): ExecutionLog => {
    const log = make();
    logs.push(log);
    return new Proxy(log, {
      get: (target, name) => {
        if (name === 'close') return async () => {};
        const part: unknown = Reflect.get(target, name, target);
        return typeof part === 'function' ? (part.bind(target) as unknown) : part;
      },
    });
  };
  const onFile = (): ExecutionLog => {
    const folder = mkdtempSync(join(tmpdir(), 'class-saga-'));
    folders.push(folder);
    return sqliteLog(join(folder, 'sagas.db'));
  };
  return [
    ['in memory', shared(() => memoryLog())],
    ['on SQLite', shared(onFile)],
    ['on PGlite', shared(() => postgresLog(pglite(), { schema: newSchema() }))],
    ['on PostgreSQL', shared(() => server.log(server.pool(), { schema: newSchema() }))],
  ];
}
