import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionLog } from 'class-saga';
import { SagaRunner } from 'class-saga';
import { Five } from './five.js';

const ended = 100_000;
const waiting = 10_000;
/** No two have the same times; all of them are of one day. */
const apartMs = 500;
const times = new Set(['started_at', 'updated_at', 'ended_at', 'wake_at', 'at']);

/** The database under the log, as far as filling it goes. */
export interface Tables {
  /** The tables of executions and of events, and what holds the execution's id in them. */
  readonly keys: Readonly<Record<string, string>>;
  /** Those that can be written. */
  readonly columnsOf: (table: string) => Promise<readonly string[]>;
  /** Makes a table of that name with `n` from 1, and for each an `id`. */
  readonly number: (table: string, count: number) => Promise<void>;
  readonly run: (sql: string) => Promise<void>;
}

/** Fills a log with executions that have ended in the last day, and with such as wait for hours: copies of two that it has run. */
export async function fill(log: ExecutionLog, tables: Tables): Promise<void> {
  const runner = new SagaRunner({ log, sagas: [Five] });
  await runner.open();
  await runner.settle(Five, { shape: 'happy' }, { executionId: 'ended' });
  await runner.start(Five, { shape: 'waiting' }, { id: 'waiting' });
  while ((await runner.executions.show('waiting')).owner !== null) await sleep(10);
  await runner.close();

  await tables.number('copies', ended + waiting);
  const template = `CASE WHEN c.n <= ${ended} THEN 'ended' ELSE 'waiting' END`;
  for (const [table, key] of Object.entries(tables.keys)) {
    const columns = await tables.columnsOf(table);
    const valueOf = (column: string): string =>
      column === key ? 'c.id' : times.has(column) ? `t.${column} - c.n * ${apartMs}` : `t.${column}`;
    await tables.run(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map(valueOf).join(', ')}
      FROM copies c JOIN ${table} t ON t.${key} = ${template} ORDER BY c.id`);
  }
}
