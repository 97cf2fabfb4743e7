import { describe, expect, it } from 'vitest';
import { LogUnavailableError, Retry, Saga, SagaRunner, Step } from 'class-saga';
import { Cluster, logThrough } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

const leaseMs = 1_000;

function failingTwice(): { readonly Saga: new () => object; readonly runs: () => number } {
  let runs = 0;
  @Saga()
  class Twice {
    @Step()
    @Retry({ attempts: 3, baseMs: 5 * leaseMs, maxMs: 5 * leaseMs, jitter: false })
    async card(): Promise<number> {
      runs += 1;
      if (runs < 3) throw new Error('busy');
      return runs;
    }
  }
  return { Saga: Twice, runs: () => runs };
}

describe('a runner that was not opened', () => {
  it('goes on with what it started, however long that waits', async () => {
    const cluster = new Cluster();
    const { Saga: Twice, runs } = failingTwice();
    const { runner } = cluster.process({ worker: { leaseMs } });
    expect(await cluster.until(runner.settle(Twice))).toMatchObject({ status: 'completed' });
    expect(runs()).toBe(3);
  });

  it('takes up again what it lost with its lease', async () => {
    const cluster = new Cluster();
    const { Saga: Twice } = failingTwice();
    const process = cluster.process({ worker: { leaseMs } });
    const ended = process.runner.settle(Twice);
    await cluster.advance(leaseMs);
    process.ask = () => Promise.reject(new LogUnavailableError(new Error('no route')));
    await cluster.advance(3 * leaseMs);
    process.ask = (_, ask) => ask();
    expect(await cluster.until(ended)).toMatchObject({ status: 'completed' });
  });
});

describe('a runner with little room', () => {
  it('runs no more at once than that, however many are started at once', async () => {
    const cluster = new Cluster();
    let now = 0;
    let most = 0;
    const Trip = tripOf(new Diary(), {
      hotel: async () => {
        most = Math.max(most, (now += 1));
        await cluster.pause(10);
        now -= 1;
        return 'room 1';
      },
    });
    const { runner } = await cluster.worker({ sagas: [Trip], worker: { concurrency: 2 } });
    const ends = await cluster.until(Promise.all(Array.from({ length: 7 }, () => runner.settle(Trip, lisbon))));
    expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 'completed'));
    expect(most).toBe(2);
  });
});

describe('one log of two runners', () => {
  it('is closed by the last of them', async () => {
    const cluster = new Cluster();
    let closed = 0;
    const log = logThrough(cluster.log, (method, ask) => {
      closed += method === 'close' ? 1 : 0;
      return ask();
    });
    const Trip = tripOf(new Diary(), {});
    const [one, other] = [new SagaRunner({ log }), new SagaRunner({ log })];
    await one.run(Trip, lisbon);
    await other.run(Trip, lisbon);
    await one.close();
    expect(closed).toBe(0);
    expect(await other.settle(Trip, lisbon)).toMatchObject({ status: 'completed' });
    await other.close();
    expect(closed).toBe(1);
  });
});

describe('an inbox that cannot be read', () => {
  it('cancels where it was to cancel, and stands in the way of nothing', async () => {
    class Money {
      readonly cents = 1;
    }
    const cluster = new Cluster();
    const Trip = tripOf(new Diary(), { hotel: () => cluster.pause(10_000).then(() => 'room 1') });
    const worker = await cluster.worker({ sagas: [Trip] });
    const client = cluster.process({ worker: false, payloads: { classes: [Money] } });
    const handle = await cluster.until(worker.runner.start(Trip, lisbon));
    await cluster.until(client.runner.handle(Trip, handle.id).cancel(new Money()));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated', error: { code: 'SAGA_RUNTIME_CANCELLED' } });
    expect((await cluster.log.heads([handle.id]))[0]).toMatchObject({ hasInbox: false, wakeAtMs: null });
  });
});
