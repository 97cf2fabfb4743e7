// One worker as a process of its own: starts what it is told to, or goes on with it where it was started before, and says how all of it
// ended. What it is told to do comes as JSON, as its one argument.

import type { SagaClass, ExecutionHandle, StartOptions } from 'class-saga';
import { isSagaError, SagaRunner } from 'class-saga';
import { postgresLog } from 'class-saga/postgres';
import { sqliteLog } from 'class-saga/sqlite';
import type { ExecutionLog } from '../../../src/durable/execution-log.js';
import type { Place } from '../ledger.js';
import { openLedger } from '../ledger.js';
import type { Crash, Ended } from './crash-points.js';
import { CrashPoints, tell } from './crash-points.js';
import { crashingLog } from './crashing-log.js';
import type { Order } from './office.js';
import { Office } from './office.js';
import { BookTour, MoveStock, PayOnce } from './sagas.js';

export interface Task {
  readonly log: { readonly sqlite: string } | { readonly postgres: string; readonly schema: string };
  readonly ledger: Place;
  readonly run: number;
  readonly saga: 'BookTour' | 'PayOnce' | 'MoveStock';
  readonly orders: readonly Order[];
  /** Whether somebody else starts them. @defaultValue false */
  readonly onlyWorks?: boolean;
  /** Executions at once. @defaultValue 200 */
  readonly concurrency?: number;
  readonly crash: Crash | null;
  /** Whether it tells of the points that it passes, and of what came of its writes. */
  readonly tells: readonly ('points' | 'writes')[];
  readonly leaseMs: number;
}

// Whoever started it reads this end; it is not to outlive him.
process.stdin.once('close', () => process.exit(1)).resume();

const task = JSON.parse(process.argv[2]!) as Task;
const points = new CrashPoints(task.crash, task.tells.includes('points'));
const ledger = await openLedger(task.ledger);
const office = new Office(ledger, points, task.run);

const sagas: Record<Task['saga'], readonly [SagaClass, () => object]> = {
  BookTour: [BookTour, () => new BookTour(office)],
  PayOnce: [PayOnce, () => new PayOnce(office)],
  MoveStock: [MoveStock, () => new MoveStock(office, () => points.reached('stock written'))],
};
const [saga, make] = sagas[task.saga];
const resolver = { open: () => ({ saga: make() }) };
const log = crashingLog(await openLog(), points, task.tells.includes('writes'));
const { leaseMs, concurrency = 200 } = task;
const worker = { leaseMs, concurrency, pollMs: 100 };
const runner = new SagaRunner({ log, sagas: [saga], resolver, publish: office.publish, worker });
/** What the input of one of several sagas is, the compiler cannot know. */
type Start = (saga: SagaClass, order: Order, options: StartOptions) => Promise<ExecutionHandle<object>>;
const start = runner.start.bind(runner) as unknown as Start;

await runner.open();
tell({ type: 'opened' });
const settled = await Promise.all(task.orders.map(settle));
while (await available(isLeft)) await pause();
await runner.close();
await ledger.close();
tell({ type: 'ended', settled });
process.exit(0);

async function settle(order: Order): Promise<Ended> {
  const { execution: id } = order;
  const handle = await available(() => (task.onlyWorks === true ? existing(id) : start(saga, order, { id })));
  const end = await handle.settled();
  const error = end.status === 'completed' ? null : String(end.error);
  return { id, status: end.status, effects: end.status === 'completed' ? end.effects : null, error };
}

async function existing(id: string): Promise<ExecutionHandle<object>> {
  while ((await log.heads([id])).length === 0) await pause();
  return runner.handle(saga, id);
}

/** To ask again is safe, as often as the log cannot be reached. */
async function available<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isSagaError(error) || error.code !== 'SAGA_LOG_UNAVAILABLE') throw error;
      await pause();
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 25));
}

/** What comes late is compensated after the end; what was emitted is published then. */
async function isLeft(): Promise<boolean> {
  if (office.underWay > 0) return true;
  const heads = await log.heads(task.orders.map(({ execution }) => execution));
  return heads.some(({ wakeAtMs }) => wakeAtMs !== null) || (await runner.executions.health()).unpublished > 0;
}

async function openLog(): Promise<ExecutionLog> {
  if ('sqlite' in task.log) return sqliteLog(task.log.sqlite);
  const { Pool } = await import('pg'); // it takes a third of the time in which a process starts
  const pool = new Pool({ connectionString: task.log.postgres, max: 4 });
  pool.on('error', () => {});
  return postgresLog(pool, { schema: task.log.schema });
}
