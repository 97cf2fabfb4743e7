import { describe, expect, it } from 'vitest';
import { Retry, Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import { deferred } from '../support/deferred.js';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

const closed = { code: 'SAGA_LOG_CLOSED' };

describe('a runner that is closed', () => {
  it('lets the steps that run come to their end, begins none, and leaves the rest to others (durability.md, How: Drain)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const hotel = deferred<object>();
    const Trip = tripOf(diary, { hotel: () => hotel.promise });
    const first = await cluster.worker({ sagas: [Trip] });
    await cluster.until(first.runner.start(Trip, lisbon, { id: 'x' }));
    const close = first.runner.close({ drainMs: 5_000 });
    await cluster.advance(1_000);
    hotel.resolve({ hotel: 12 });
    await cluster.until(close);
    expect(cluster.nowMs).toBe(1_000);
    expect(diary.entries).toEqual(['card', 'hotel']);
    const second = await cluster.worker({ sagas: [tripOf(diary)] });
    expect(await cluster.until(second.runner.handle(Trip, 'x').result())).toMatchObject({ effects: { hotel: { hotel: 12 } } });
    expect(diary.entries).toEqual(['card', 'hotel', 'flight']);
    expect(cluster.nowMs).toBeLessThanOrEqual(1_200);
  });

  it('tells what there is until it has drained, and begins nothing', async () => {
    const cluster = new Cluster();
    const hotel = deferred<object>();
    const Trip = tripOf(new Diary(), { hotel: () => hotel.promise });
    const { runner } = await cluster.worker({ sagas: [Trip] });
    await cluster.until(runner.start(Trip, lisbon, { id: 'x' }));
    const close = runner.close({ drainMs: 5_000 });
    await cluster.advance(1_000);
    expect(await cluster.until(runner.executions.show('x'))).toMatchObject({ id: 'x', status: 'running' });
    expect(await cluster.until(runner.handle(Trip, 'x').status())).toBe('running');
    await expect(runner.start(Trip, lisbon, { id: 'y' })).rejects.toMatchObject(closed);
    hotel.resolve({});
    await cluster.until(close);
    await expect(runner.executions.show('x')).rejects.toMatchObject(closed);
    await expect(runner.handle(Trip, 'x').status()).rejects.toMatchObject(closed);
  });

  it('releases what waits in the write that says so, and what runs in the write of its outcome', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    @Saga()
    class Patient {
      @Step()
      @Retry({ attempts: 2, baseMs: 10_000, jitter: false })
      async hotel(_: StepContext): Promise<never> {
        throw new Error('busy');
      }
    }
    const hotel = deferred<object>();
    const Trip = tripOf(diary, { hotel: () => hotel.promise });
    const { runner } = await cluster.worker({ sagas: [Trip, Patient] });
    await cluster.until(runner.start(Patient, undefined, { id: 'waits' }));
    await cluster.until(runner.start(Trip, lisbon, { id: 'runs' }));
    const { writes } = cluster.log.stats;
    const close = runner.close();
    await cluster.rest();
    hotel.resolve({});
    await cluster.until(close);
    expect(cluster.log.stats.writes - writes).toBe(2);
    const heads = await cluster.log.heads(['waits', 'runs']);
    expect(heads).toMatchObject([{ owner: null }, { owner: null }]);
    expect(heads.find(({ id }) => id === 'waits')!.wakeAtMs).toBe(Date.UTC(2030, 0, 1) + 5_000);
  });

  it('gives up what has not come to an end in time: others run it again at once, in doubt (G2)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { hotel: () => new Promise(() => {}) });
    const { runner } = await cluster.worker({ sagas: [Trip] });
    await cluster.until(runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.until(runner.close({ drainMs: 2_000 }));
    expect(cluster.nowMs).toBe(2_000);
    const second = await cluster.worker({ sagas: [tripOf(diary)] });
    await cluster.until(second.runner.handle(Trip, 'x').settled());
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?', 'flight']);
    expect(cluster.nowMs).toBeLessThanOrEqual(2_200);
  });

  it('takes up nothing more', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary);
    const worker = await cluster.worker({ sagas: [Trip] });
    await cluster.until(worker.runner.close());
    const asked = worker.asked.length;
    const handle = await cluster.until(cluster.process({ worker: false }).runner.start(Trip, lisbon));
    await cluster.advance(60_000);
    expect(await cluster.until(handle.status())).toBe('pending');
    expect(worker.asked).toHaveLength(asked);
  });

  it('tells whoever waits, and whoever comes later', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary(), { hotel: () => new Promise(() => {}) });
    const { runner } = await cluster.worker({ sagas: [Trip] });
    const handle = await cluster.until(runner.start(Trip, lisbon, { id: 'x' }));
    const waiting = [runner.run(Trip, lisbon, { executionId: 'y' }), handle.settled(), handle.result()].map((promise) =>
      promise.catch((error: unknown) => error),
    );
    await cluster.rest();
    await cluster.until(runner.close({ drainMs: 100 }));
    for (const promise of waiting) expect(await cluster.until(promise)).toMatchObject(closed);
    const later = [
      runner.start(Trip, lisbon), runner.run(Trip, lisbon), handle.settled(), handle.status(), handle.cancel(),
      runner.executions.list(), runner.open(), runner.repair('x', { by: 'ann' }).retry(),
    ].map((promise) => (promise as Promise<unknown>).catch((error: unknown) => error));
    for (const promise of later) expect(await cluster.until(promise)).toMatchObject(closed);
  });

  it('may be closed twice, and at once', async () => {
    const cluster = new Cluster();
    const { runner } = await cluster.worker({ sagas: [] });
    await cluster.until(Promise.all([runner.close(), runner.close()]));
    await cluster.until(runner.close());
  });

  it('may be one that never asked the log for anything', async () => {
    const cluster = new Cluster();
    const process = cluster.process();
    await cluster.until(process.runner.close());
    expect(process.asked).toEqual([]);
  });

  it('comes to an end though the log does not answer any more', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary(), { hotel: () => new Promise(() => {}) });
    const process = await cluster.worker({ sagas: [Trip] });
    await cluster.until(process.runner.start(Trip, lisbon));
    process.ask = (method, ask) => (method === 'close' ? ask() : new Promise(() => {}));
    await cluster.until(process.runner.close({ drainMs: 1_000 }), 60_000);
  });
});
