import { describe, expect, it } from 'vitest';
import { SagaRunner } from '../../src/index.js';
import { sqliteForThisFile } from './grounds.js';
import { openLedger } from './ledger.js';
import { checkAll, endedIn, manyOrders } from './many.js';
import { BookTour } from './program/sagas.js';
import { programForThisFile } from './worker-process.js';

const grounds = sqliteForThisFile();
const start = programForThisFile();

describe('two processes that work on one SQLite file', () => {
  it('run 200 executions, each in one of them', async () => {
    const ground = await grounds.next();
    const orders = manyOrders(200);
    const task = { log: ground.log, ledger: ground.ledger, saga: 'BookTour', orders, onlyWorks: true, crash: null, tells: [] } as const;
    const workers = [0, 1].map((run) => start({ ...task, run, concurrency: 10, leaseMs: 60_000 }));
    await Promise.all(workers.map((worker) => worker.heard('opened')));
    const log = await ground.open();
    const ledger = await openLedger(ground.ledger);
    const client = new SagaRunner({ log, worker: false });
    await Promise.all(orders.map((order) => client.start(BookTour, order, { id: order.execution })));
    for (const worker of workers) {
      const settled = endedIn(await worker.exited);
      expect(settled.map(({ id, status }) => [id, status])).toEqual(
        orders.map(({ execution, fails }) => [execution, fails === null ? 'completed' : 'compensated']),
      );
    }
    const marks = await checkAll(orders, log, ledger);
    const runs = [...marks.values()].map((ofOne) => [...new Set(ofOne.map(({ run }) => run))]);
    expect(runs.every((ofOne) => ofOne.length === 1)).toBe(true);
    expect(new Set(runs.flat())).toEqual(new Set([0, 1]));
    await client.close();
    await ledger.close();
  });
});
