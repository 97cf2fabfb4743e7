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
  readonly executions: string;
  readonly events: string;
  /** What an event has of its execution, and what that is there. */
  readonly reference: { readonly event: string; readonly execution: string };
  /** Those that the log itself writes. */
  readonly columnsOf: (table: string) => Promise<readonly string[]>;
  /** Makes a table of that name with `n` from 1, and for each an `id`, which grows with it, as those of executions do. */
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

  // In the order in which they began, as a log grows.
  const { executions, events, reference } = tables;
  await tables.number('copies', waiting + ended);
  const original = `${executions} o ON o.id = CASE WHEN c.n <= ${waiting} THEN 'waiting' ELSE 'ended' END`;
  const copy = async (table: string, keys: Readonly<Record<string, string>>, from: string, order: string): Promise<void> => {
    const columns = await tables.columnsOf(table);
    const valueOf = (column: string): string =>
      keys[column] ?? (times.has(column) ? `t.${column} - (${waiting + ended + 1} - c.n) * ${apartMs}` : `t.${column}`);
    await tables.run(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map(valueOf).join(', ')}
      FROM ${from} ORDER BY ${order}`);
  };
  await copy(executions, { id: 'c.id' }, `copies c JOIN ${original} JOIN ${executions} t ON t.id = o.id`, 'c.n');
  await copy(
    events,
    { [reference.event]: `e.${reference.execution}` },
    `copies c JOIN ${executions} e ON e.id = c.id JOIN ${original} JOIN ${events} t ON t.${reference.event} = o.${reference.execution}`,
    'c.n, t.seq',
  );
}
