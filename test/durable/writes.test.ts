import { describe, expect, it } from 'vitest';
import { Async, Compensate, Step } from 'class-saga';
import type { SagaClass } from 'class-saga';
import { declareSaga, defineMethod, naming } from '../support/made-saga.js';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

// What an execution costs: writes of the log, each of which a database flushes once.

interface Shape {
  readonly steps: number;
  /** The one that throws, from 1; 0: none. */
  readonly failing?: number;
  readonly async?: boolean;
  /** How long the step takes. */
  readonly pause?: (step: number) => Promise<void>;
}

function rowOf({ steps, failing = 0, async = false, pause }: Shape): SagaClass {
  class Row {}
  for (let step = 1; step <= steps; step++) {
    const run = async (): Promise<number> => {
      await pause?.(step);
      if (step === failing) throw new Error('no room');
      return step;
    };
    defineMethod(Row, `step${step}`, run, Step(), ...(async ? [Async()] : []));
    defineMethod(Row, `undo${step}`, async () => {}, naming(Compensate, `step${step}`));
  }
  return declareSaga(Row);
}

async function writesOf(shape: Shape, cluster = new Cluster()): Promise<number> {
  await cluster.until(cluster.process().runner.settle(rowOf(shape)));
  return cluster.log.stats.writes;
}

describe('an execution on a log', () => {
  it.each([1, 2, 5, 20])('costs one write more than its %i plain steps', async (steps) => {
    expect(await writesOf({ steps })).toBe(steps + 1);
  });

  it.each([1, 2, 3, 4, 5])('costs 2k + 1 writes where step k = %i of five fails', async (failing) => {
    expect(await writesOf({ steps: 5, failing })).toBe(2 * failing + 1);
  });

  it('writes each outcome of concurrent steps that settle one after another, and none for their beginning', async () => {
    const cluster = new Cluster();
    expect(await writesOf({ steps: 5, async: true, pause: (step) => cluster.pause(10 * step) }, cluster)).toBe(1 + 5);
  });

  it('writes the first outcome of concurrent steps that settle together, and all others at once', async () => {
    expect(await writesOf({ steps: 5, async: true })).toBe(1 + 2);
  });

  it('reads nothing on its way, and asks for no more than its lease and its writes', async () => {
    const cluster = new Cluster();
    const process = cluster.process();
    await cluster.until(process.runner.run(rowOf({ steps: 5 })));
    expect(process.asked).toEqual(['open', 'declare', 'graphsOf', 'beat', ...Array<string>(6).fill('write')]);
  });

  it('shares its writes with those that run beside it in the process', async () => {
    const cluster = new Cluster();
    const { runner } = cluster.process();
    const Row = rowOf({ steps: 3 });
    await cluster.until(runner.run(Row));
    const before = cluster.log.stats.writes;
    await cluster.until(Promise.all(Array.from({ length: 50 }, () => runner.run(Row))));
    expect(cluster.log.stats).toMatchObject({ creations: 51, appends: 51 * 3 });
    expect(cluster.log.stats.writes - before).toBe(4);
  });

  it('costs one write more for each worker that takes it over', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const first = cluster.process();
    await cluster.until(first.runner.start(tripOf(diary, { hotel: () => new Promise(() => {}) }), lisbon, { id: 'x' }));
    await cluster.rest();
    first.die();
    const Trip = tripOf(diary);
    const { runner } = await cluster.worker({ sagas: [Trip] });
    await cluster.until(runner.handle(Trip, 'x').result());
    expect(cluster.log.stats.writes).toBe(3 + 1 + 1);
  });
});
