import { describe, expect, it } from 'vitest';
import { LogUnavailableError, Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import { deferred } from '../support/deferred.js';
import { Cluster } from './cluster.js';
import type { TripRequest } from './trip.js';
import { Diary, lisbon, tripOf } from './trip.js';

const booked = { card: { card: 1 }, hotel: { hotel: 1 }, flight: { flight: 1 } };
const conflict = { code: 'SAGA_LOG_ID_CONFLICT', id: 'order-1' };

function world(script: Parameters<typeof tripOf>[1] = {}) {
  const cluster = new Cluster();
  const diary = new Diary();
  return { cluster, diary, Trip: tripOf(diary, script) };
}

describe('a start under an id that there is', () => {
  it('attaches to the execution while it runs, in the same process and in another (G1)', async () => {
    const hotel = deferred<string>();
    const { cluster, diary, Trip } = world({ hotel: () => hotel.promise });
    const [here, there] = [cluster.process(), cluster.process()];
    const handles = [
      await cluster.until(here.runner.start(Trip, lisbon, { id: 'order-1' })),
      await cluster.until(here.runner.start(Trip, lisbon, { id: 'order-1' })),
      await cluster.until(there.runner.start(Trip, lisbon, { id: 'order-1' })),
    ];
    hotel.resolve('room 12');
    for (const handle of handles) {
      expect(await cluster.until(handle.result())).toMatchObject({ id: 'order-1', effects: { ...booked, hotel: 'room 12' } });
    }
    expect(diary.entries).toEqual(['card', 'hotel', 'flight']);
  });

  it('leaves the execution with the worker that runs it, which still hears of what is asked of it (G1)', async () => {
    const { cluster, diary, Trip } = world({ hotel: ({ signal }) => new Promise((_, reject) => (signal.onabort = reject)) });
    const process = await cluster.worker({ sagas: [Trip] });
    await cluster.until(process.runner.start(Trip, lisbon, { id: 'order-1' }));
    const handle = await cluster.until(process.runner.start(Trip, lisbon, { id: 'order-1' }));
    await cluster.until(cluster.process({ worker: false }).runner.handle(Trip, 'order-1').cancel());
    await cluster.until(handle.settled());
    expect(diary.entries).toEqual(['card', 'hotel', 'undo hotel()', 'undo card({"card":1})']);
    expect(process.typesOf('order-1')).not.toContain('step-interrupted');
  });

  it('attaches to the execution when it has ended, and runs nothing (G1)', async () => {
    const { cluster, diary, Trip } = world();
    await cluster.until(cluster.process().runner.run(Trip, lisbon, { executionId: 'order-1' }));
    const again = await cluster.until(cluster.process().runner.start(Trip, lisbon, { id: 'order-1' }));
    expect(await cluster.until(again.result())).toEqual({ status: 'completed', id: 'order-1', effects: booked, events: [] });
    expect(diary.entries).toHaveLength(3);
  });

  it('is refused with another input, whether the execution runs or has ended (G1)', async () => {
    const { cluster, diary, Trip } = world();
    const { runner } = cluster.process();
    const handle = await cluster.until(runner.start(Trip, lisbon, { id: 'order-1' }));
    await expect(cluster.until(runner.start(Trip, { to: 'Porto' }, { id: 'order-1' }))).rejects.toMatchObject(conflict);
    await cluster.until(handle.settled());
    await expect(cluster.until(runner.start(Trip, { to: 'Porto' }, { id: 'order-1' }))).rejects.toMatchObject(conflict);
    expect(diary.entries).toHaveLength(3);
  });

  it('is refused with another saga, even with the same input (G1)', async () => {
    const { cluster, Trip } = world();
    @Saga()
    class CancelTrip {
      @Step()
      async flight(_: StepContext<TripRequest>): Promise<void> {}
    }
    const { runner } = cluster.process();
    await cluster.until(runner.start(Trip, lisbon, { id: 'order-1' }));
    const other = cluster.until(runner.start(CancelTrip, lisbon, { id: 'order-1' }));
    await expect(other).rejects.toMatchObject({ ...conflict, saga: 'CancelTrip' });
    await expect(other).rejects.toThrow("CancelTrip cannot be started as 'order-1': it is an execution of BookTrip.");
  });

  it('is the same start however the parts of its input are ordered (G1)', async () => {
    const cluster = new Cluster();
    @Saga()
    class Pay {
      @Step()
      async charge(_: StepContext<object>): Promise<void> {}
    }
    const { runner } = cluster.process();
    const input = { amount: 5, card: { number: '4711', holder: new Map([['name', 'Inês']]) } };
    await cluster.until(runner.start(Pay, input, { id: 'x' }));
    const reordered = { card: { holder: new Map([['name', 'Inês']]), number: '4711' }, amount: 5 };
    expect(await cluster.until((await cluster.until(runner.start(Pay, reordered, { id: 'x' }))).settled())).toMatchObject({ id: 'x' });
  });
});

describe('two starts under one id at once', () => {
  it('are one execution, in one process (G1)', async () => {
    const { cluster, diary, Trip } = world();
    const { runner } = cluster.process();
    const handles = await cluster.until(Promise.all([1, 2, 3].map(() => runner.start(Trip, lisbon, { id: 'order-1' }))));
    for (const handle of handles) expect(await cluster.until(handle.result())).toMatchObject({ effects: booked });
    expect(diary.entries).toHaveLength(3);
    expect(cluster.log.stats.creations).toBe(1);
  });

  it('are one execution, in two processes (G1)', async () => {
    const { cluster, diary, Trip } = world();
    const starts = [1, 2].map(() => cluster.process().runner.start(Trip, lisbon, { id: 'order-1' }));
    for (const handle of await cluster.until(Promise.all(starts))) {
      expect(await cluster.until(handle.result())).toMatchObject({ effects: booked });
    }
    expect(diary.entries).toHaveLength(3);
  });

  it('with inputs that differ are one execution and one refusal (G1)', async () => {
    const { cluster, diary, Trip } = world();
    const starts = ['Lisbon', 'Porto'].map((to) => cluster.process().runner.start(Trip, { to }, { id: 'order-1' }));
    const outcomes = await cluster.until(Promise.allSettled(starts));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: conflict });
    await cluster.advance(1_000);
    expect(diary.entries).toHaveLength(3);
  });
});

describe('a start whose reply was lost', () => {
  /** The process's next write is done, and its answer lost with the connection. */
  function losesNextReply(process: ReturnType<Cluster['process']>): void {
    process.ask = async (method, ask) => {
      const answer = await ask();
      if (method !== 'write') return answer;
      process.ask = (_, next) => next();
      throw new LogUnavailableError(new Error('connection reset'));
    };
  }

  it('is found by the process itself, which goes on with it (G1)', async () => {
    const { cluster, diary, Trip } = world();
    const process = cluster.process();
    losesNextReply(process);
    await cluster.until((await cluster.until(process.runner.start(Trip, lisbon, { id: 'order-1' }))).result());
    expect(diary.entries).toEqual(['card', 'hotel', 'flight']);
    expect(cluster.log.stats).toMatchObject({ creations: 1, appends: 3 });
  });

  it('is found by a process that is no worker, too (G1)', async () => {
    const { cluster, diary, Trip } = world();
    const client = cluster.process({ worker: false });
    losesNextReply(client);
    const handle = await cluster.until(client.runner.start(Trip, lisbon, { id: 'order-1' }));
    await cluster.worker({ sagas: [Trip] });
    await cluster.until(handle.result());
    expect(diary.entries).toEqual(['card', 'hotel', 'flight']);
  });

  it('may be repeated, where the process died of it (G1)', async () => {
    const { cluster, diary, Trip } = world();
    const process = cluster.process();
    process.ask = async (method, ask) => {
      const answer = await ask();
      if (method === 'write') process.die();
      return answer;
    };
    void process.runner.start(Trip, lisbon, { id: 'order-1' });
    await cluster.rest();
    expect(diary.entries).toEqual([]);
    const { runner } = await cluster.worker({ sagas: [Trip] });
    const handle = await cluster.until(runner.start(Trip, lisbon, { id: 'order-1' }));
    await cluster.until(handle.result());
    // The first step was begun by the log's account, so nobody can know that it was not.
    expect(diary.entries).toEqual(['card?', 'hotel', 'flight']);
  });
});

describe('a start while the log cannot be reached', () => {
  const unavailable = (): Promise<never> => Promise.reject(new LogUnavailableError(new Error('connection refused')));

  it('is refused where the log was never ready, and nothing has begun', async () => {
    const { cluster, diary, Trip } = world();
    const process = cluster.process();
    process.ask = unavailable;
    await expect(cluster.until(process.runner.start(Trip, lisbon))).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    process.ask = (_, ask) => ask();
    await cluster.until((await cluster.until(process.runner.start(Trip, lisbon))).result());
    expect(diary.entries).toHaveLength(3);
  });

  it('waits as long as the lease of its worker lasts, and goes well if the log is back by then (G10)', async () => {
    const { cluster, diary, Trip } = world();
    const process = await cluster.worker({ sagas: [Trip] });
    process.ask = unavailable;
    const started = process.runner.start(Trip, lisbon, { id: 'order-1' });
    await cluster.advance(10_000);
    process.ask = (_, ask) => ask();
    await cluster.until((await cluster.until(started)).result());
    expect(diary.entries).toEqual(['card', 'hotel', 'flight']);
  });

  it('is given up with the lease: nobody knows whether it was started, and it is safe to repeat (G1)', async () => {
    const { cluster, diary, Trip } = world();
    const process = await cluster.worker({ sagas: [Trip] });
    process.ask = unavailable;
    const lost = cluster.until(process.runner.start(Trip, lisbon, { id: 'order-1' }));
    await expect(lost).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    process.ask = (_, ask) => ask();
    await cluster.until((await cluster.until(process.runner.start(Trip, lisbon, { id: 'order-1' }))).result());
    expect(diary.entries).toEqual(['card', 'hotel', 'flight']);
  });

  it('of a process that is no worker waits for the log, and is given up when the process closes its runner', async () => {
    const { cluster, Trip } = world();
    const client = cluster.process({ worker: false });
    await cluster.until(client.runner.executions.health());
    await cluster.until(client.runner.start(Trip, lisbon));
    client.ask = (method, ask) => (method === 'close' ? ask() : unavailable());
    const started = client.runner.start(Trip, lisbon);
    started.catch(() => {});
    await cluster.advance(60_000);
    await cluster.until(client.runner.close());
    await expect(started).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
  });
});

describe('a process that is no worker', () => {
  it('starts executions that others run, and is told how they end', async () => {
    const { cluster, diary, Trip } = world();
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(Trip, lisbon, { id: 'order-1' }));
    await cluster.advance(60_000);
    expect(await cluster.until(handle.status())).toBe('pending');
    expect(diary.entries).toEqual([]);
    await cluster.worker({ sagas: [Trip] });
    expect(await cluster.until(handle.result())).toMatchObject({ effects: booked });
    expect(client.asked).not.toContain('claim');
    expect(client.asked).not.toContain('beat');
  });

  it('neither opens nor repairs anything', async () => {
    const { cluster, Trip } = world();
    const { runner } = cluster.process({ worker: false, sagas: [Trip] });
    const code = 'SAGA_LOG_BAD_OPTIONS';
    await expect(cluster.until(runner.open())).rejects.toMatchObject({ code });
    await cluster.until(runner.start(Trip, lisbon, { id: 'order-1' }));
    await expect(cluster.until(runner.repair('order-1', { by: 'ann' }).retry())).rejects.toMatchObject({ code });
  });
});

describe('a process that was opened as a worker', () => {
  it('goes on with what others started, within its poll interval', async () => {
    const { cluster, diary, Trip } = world();
    await cluster.worker({ sagas: [Trip] });
    const client = cluster.process({ worker: false });
    await cluster.until(client.runner.start(Trip, lisbon));
    const sinceMs = cluster.nowMs;
    while (diary.entries.length === 0) await cluster.advance(50);
    expect(cluster.nowMs - sinceMs).toBeLessThanOrEqual(1_000);
  });

  it('begins no more than its `concurrency` at once, and leaves the others to whoever has room', async () => {
    const trips = new Map<string, (effect: string) => void>();
    const { cluster, Trip } = world({ card: ({ idempotencyKey }) => new Promise((resolve) => trips.set(idempotencyKey, resolve)) });
    const busy = await cluster.worker({ sagas: [Trip], worker: { concurrency: 2 } });
    for (const id of ['a', 'b', 'c', 'd', 'e']) await cluster.until(busy.runner.start(Trip, lisbon, { id }));
    await cluster.advance(5_000);
    expect([...trips.keys()]).toEqual(['a:card:1', 'b:card:1']);
    await cluster.worker({ sagas: [Trip], worker: { concurrency: 2 } });
    await cluster.advance(0);
    expect(trips.size).toBe(4);
    trips.get('a:card:1')!('card 1');
    await cluster.rest();
    expect([...trips.keys()].sort()).toEqual(['a:card:1', 'b:card:1', 'c:card:1', 'd:card:1', 'e:card:1']);
  });
});
