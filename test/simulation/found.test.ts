import { describe, expect, it } from 'vitest';
import { Saga, Step } from 'class-saga';
import type { LoggedEvent } from '../../src/durable/execution-log.js';
import { loadEvents } from '../../src/durable/history.js';
import type { Process } from '../durable/cluster.js';
import { Cluster } from '../durable/cluster.js';
import type { TripScript } from '../durable/trip.js';
import { Diary, lisbon, tripOf } from '../durable/trip.js';

// What simulations found, each told by itself.

const forEver = (): Promise<never> => new Promise(() => {});
const throwing = (): never => {
  throw new Error('no');
};
const lateHotel = { kind: 'late-effect' as const, data: JSON.stringify({ step: 'hotel', round: 1, attempt: 1, effect: { hotel: 1 } }) };

/** A trip whose process died inside of its hotel, with a worker that has gone on with it to its end. */
async function completedInDoubt() {
  const cluster = new Cluster();
  const diary = new Diary();
  const first = cluster.process();
  await cluster.until(first.runner.start(tripOf(diary, { hotel: forEver }), lisbon, { id: 'x' }));
  await cluster.rest();
  first.die();
  const Trip = tripOf(diary);
  const second = await cluster.worker({ sagas: [Trip] });
  const handle = second.runner.handle(Trip, 'x');
  expect(await cluster.until(handle.settled())).toMatchObject({ status: 'completed' });
  return { cluster, Trip, second, handle };
}

async function workerWith(script: TripScript, options: object = {}) {
  const cluster = new Cluster();
  const Trip = tripOf(new Diary(), script);
  const worker = await cluster.worker({ sagas: [Trip], ...options });
  return { cluster, Trip, worker };
}

/** A trip that is stuck, because its hotel cannot be cancelled. */
async function stuckTrip() {
  const around = await workerWith({ flight: throwing, undoHotel: throwing });
  const handle = await around.cluster.until(around.worker.runner.start(around.Trip, lisbon, { id: 'x' }));
  expect(await around.cluster.until(handle.settled())).toMatchObject({ status: 'stuck' });
  return { ...around, handle };
}

async function typesIn(cluster: Cluster): Promise<readonly string[]> {
  return (await cluster.log.events('x', 0, 100)).map(({ type }) => type);
}

/** From now on the process hears nothing of what it asks in these ways; it is done all the same. */
function deafen(process: Process, ...methods: readonly string[]): void {
  process.ask = async (method, ask) => {
    const answer = await ask();
    return methods.includes(method) ? forEver() : answer;
  };
}

describe('a late effect', () => {
  it('that is told twice, because the answer to the first telling was lost, is recorded once and poisons nothing', async () => {
    const { cluster, handle } = await completedInDoubt();
    for (let told = 0; told < 2; told++) await cluster.log.request('x', lateHotel);
    await cluster.advance(5_000);
    expect((await typesIn(cluster)).filter((type) => type === 'late-effect')).toHaveLength(1);
    expect(await typesIn(cluster)).not.toContain('execution-halted');
    expect(await cluster.until(handle.status())).toBe('completed');
  });

  it('of a completed execution is not taken by a version that would go on behind its end, and so cannot read it', async () => {
    const { cluster, Trip, second } = await completedInDoubt();
    await cluster.until(second.runner.close());
    const { fingerprint } = (await cluster.log.heads(['x']))[0]!;
    @Saga({ name: 'BookTrip' })
    class LongerTrip extends tripOf(new Diary()) {
      @Step()
      async museum(): Promise<void> {}
    }
    await cluster.log.request('x', lateHotel);
    await cluster.worker({ sagas: [LongerTrip], worker: { upgrade: 'compatible-prefix' } });
    await cluster.advance(30_000);
    expect((await cluster.log.heads(['x']))[0]).toMatchObject({ fingerprint, hasInbox: true });
    await cluster.worker({ sagas: [Trip] });
    await cluster.advance(5_000);
    expect((await typesIn(cluster)).at(-1)).toBe('late-effect');
  });
});

describe('a repair', () => {
  it('abandons what was poisoned before anything failed', async () => {
    const { cluster, Trip, worker } = await workerWith({ card: forEver });
    await cluster.until(worker.runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.rest();
    worker.die();
    const other = await cluster.worker({ sagas: [Trip], worker: { deaths: 1 } });
    const handle = other.runner.handle(Trip, 'x');
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'stuck' });
    await cluster.until(other.runner.repair('x', { by: 'ann' }).abandon('no use'));
    await cluster.rest();
    expect(await cluster.until(handle.status())).toBe('abandoned');
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'stuck', error: { message: /1 workers died/ } });
  });

  it('of which nobody knows whether it was made is said to be just that, and not to be a conflict', async () => {
    const { cluster, worker } = await stuckTrip();
    worker.ask = async (method, ask) => {
      const answer = await ask();
      if (method === 'claim') deafen(worker, 'write', 'heads', 'beat');
      return answer;
    };
    await expect(cluster.until(worker.runner.repair('x', { by: 'ann' }).retry())).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    expect(await typesIn(cluster)).toContain('execution-repaired');
  });
});

describe('a worker whose claim was done long after its answer was given up', () => {
  it('gives back what it does not know that it owns, however late that is', async () => {
    const { cluster, worker } = await stuckTrip();
    const [head] = await cluster.log.heads(['x']);
    let name = '';
    worker.ask = async (method, ask, args) => {
      if (method === 'beat') name = args[0] as string;
      return method === 'claim' && 'id' in (args[0] as object) ? forEver() : ask();
    };
    await expect(cluster.until(worker.runner.repair('x', { by: 'ann' }).retry())).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    await cluster.advance(60_000);
    const { saga, fingerprint } = head!;
    const claimable = [{ saga, fingerprint, belowStage: Infinity, becomes: fingerprint }];
    expect(await cluster.log.claim({ worker: name, claimable, limit: 1, id: 'x' })).toHaveLength(1);
    await cluster.advance(20_000);
    expect((await cluster.log.heads(['x']))[0]).toMatchObject({ owner: null, status: 'stuck' });
  });
});

describe('a worker that is not answered what became of the outbox', () => {
  it.each(['takeOutbox', 'published'])('goes on with the next execution: %s', async (method) => {
    const published: unknown[] = [];
    const { cluster, Trip, worker } = await workerWith(
      { card: ({ emit }) => emit('authorized') },
      { worker: { concurrency: 1 }, publish: (events: readonly unknown[]) => void published.push(...events) },
    );
    deafen(worker, method);
    const one = await cluster.until(worker.runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.until(one.settled());
    await cluster.rest();
    worker.ask = (_, ask) => ask();
    const other = await cluster.until(worker.runner.start(Trip, lisbon, { id: 'y' }));
    expect(await cluster.until(other.settled(), 60_000)).toMatchObject({ status: 'completed' });
    await cluster.advance(60_000);
    expect(new Set(published)).toEqual(new Set(['authorized']));
    expect((await cluster.log.health()).unpublished).toBe(0);
  });
});

describe('a request to cancel', () => {
  it('what has ended leaves nothing behind that a worker of that version would have to take in', async () => {
    const { cluster, Trip, second } = await completedInDoubt();
    await cluster.until(second.runner.close());
    await cluster.until(cluster.process({ worker: false }).runner.handle(Trip, 'x').cancel());
    expect((await cluster.log.heads(['x']))[0]).toMatchObject({ hasInbox: false, wakeAtMs: null });
  });
});

describe('events that another worker has added since an execution was claimed', () => {
  it('make nothing unreadable: whoever writes behind the others is fenced', async () => {
    const all = ['execution-begun', 'step-begun', 'step-interrupted'].map(
      (type, index): LoggedEvent => ({ seq: index + 1, atMs: 0, type, step: null, data: '{}' }),
    );
    const log = { events: async (_: string, afterSeq: number, limit: number) => all.slice(afterSeq, afterSeq + limit) };
    expect(await loadEvents(log, 'x', 2)).toEqual(all.slice(0, 2));
    await expect(loadEvents(log, 'x', 4)).rejects.toMatchObject({ code: 'SAGA_LOG_UNREADABLE' });
  });
});
