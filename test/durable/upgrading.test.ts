import { describe, expect, it } from 'vitest';
import { Compensate, Saga, Step } from 'class-saga';
import type { SagaClass, WorkerOptions } from 'class-saga';
import { declareSaga, defineMethod, naming } from '../support/made-saga.js';
import { Cluster } from './cluster.js';

const forEver = (): Promise<never> => new Promise(() => {});
const compatible: WorkerOptions = { upgrade: 'compatible-prefix' };

/** A version of BookTrip with these steps, in this order; `did` is what they did. */
function versionOf(steps: readonly string[], did: string[], { hangsIn = '', undoes = false } = {}): SagaClass {
  class BookTrip {}
  for (const step of steps) {
    const run = (): unknown => {
      did.push(step);
      return step === hangsIn ? forEver() : step;
    };
    defineMethod(BookTrip, step, run, Step());
    if (undoes) defineMethod(BookTrip, `undo ${step}`, async () => {}, naming(Compensate, step));
  }
  return declareSaga(BookTrip);
}

/** Begun with a version whose hotel never answers, by a process that is gone. */
async function begunWith(steps: readonly string[]) {
  const cluster = new Cluster();
  const did: string[] = [];
  const first = cluster.process();
  const Old = versionOf(steps, did, { hangsIn: 'hotel' });
  await cluster.until(first.runner.start(Old, undefined, { id: 'x' }));
  await cluster.rest();
  first.die();
  did.length = 0;
  return { cluster, did, handle: cluster.process({ worker: false }).runner.handle(Old, 'x') };
}

describe('an execution that began with another version of its saga', () => {
  it('is left alone by a worker that takes its own version alone (G7)', async () => {
    const { cluster, did, handle } = await begunWith(['card', 'hotel']);
    await cluster.worker({ sagas: [versionOf(['card', 'hotel', 'flight'], did)] });
    await cluster.advance(120_000);
    expect(did).toEqual([]);
    expect(await cluster.until(handle.status())).toBe('running');
  });

  it('is gone on with by a worker that has its very version (G7)', async () => {
    const { cluster, did, handle } = await begunWith(['card', 'hotel']);
    await cluster.worker({ sagas: [versionOf(['card', 'hotel', 'flight'], did)] });
    await cluster.worker({ sagas: [versionOf(['card', 'hotel'], did)] });
    expect(await cluster.until(handle.result())).toMatchObject({ effects: { card: 'card', hotel: 'hotel' } });
    expect(did).toEqual(['hotel']);
  });

  it("is gone on with under 'compatible-prefix', where all that it has begun is the same: the new steps run, too (G7)", async () => {
    const { cluster, did, handle } = await begunWith(['card', 'hotel']);
    const New = versionOf(['card', 'hotel', 'flight'], did);
    const { runner } = await cluster.worker({ sagas: [New], worker: compatible });
    expect(await cluster.until(handle.result())).toMatchObject({ effects: { card: 'card', hotel: 'hotel', flight: 'flight' } });
    expect(did).toEqual(['hotel', 'flight']);
    const fresh = await cluster.until(runner.start(New, undefined, { id: 'y' }));
    await cluster.until(fresh.settled());
    const [{ fingerprint }, { fingerprint: newOne }] = await Promise.all([runner.executions.show('x'), runner.executions.show('y')]);
    expect(fingerprint).toBe(newOne);
  });

  it.each([
    ['a step before it is new', ['card', 'car', 'hotel'], false],
    ['a step before it is gone', ['hotel'], false],
    ['its steps have changed places', ['hotel', 'card'], false],
    ['a step can be undone that could not', ['card', 'hotel'], true],
  ])("is left alone under 'compatible-prefix' where %s (G7)", async (_, steps, undoes) => {
    const { cluster, did, handle } = await begunWith(['card', 'hotel']);
    await cluster.worker({ sagas: [versionOf(steps, did, { undoes })], worker: compatible });
    await cluster.advance(120_000);
    expect(did).toEqual([]);
    expect(await cluster.until(handle.status())).toBe('running');
  });

  it('is left alone where a step has gone that it has begun, and gone on with where it had not begun it (G7)', async () => {
    const { cluster, did, handle } = await begunWith(['card', 'hotel', 'flight']);
    await cluster.worker({ sagas: [versionOf(['card', 'hotel'], did)], worker: compatible });
    expect(await cluster.until(handle.result())).toMatchObject({ effects: { card: 'card', hotel: 'hotel' } });
  });

  it('is reported once by each worker, after one lease, and shown in health, while no live worker can run it (G7)', async () => {
    const { cluster, did, handle } = await begunWith(['card', 'hotel']);
    const worker = await cluster.worker({ sagas: [versionOf(['card', 'flight'], did)], worker: { leaseMs: 10_000 } });
    await cluster.advance(300_000);
    const reports = worker.reports('incompatible');
    expect(reports).toMatchObject([{ id: 'x', fingerprint: expect.any(String) as string }]);
    const health = await worker.runner.executions.health();
    expect(health.incompatible).toMatchObject([{ id: 'x', saga: 'BookTrip', fingerprint: reports[0]!.fingerprint }]);
    await cluster.worker({ sagas: [versionOf(['card', 'hotel'], did)] });
    await cluster.until(handle.settled());
    expect((await worker.runner.executions.health()).incompatible).toEqual([]);
  });

  it('may be of a saga that the worker does not know at all: it is left alone, and the others go on (G7)', async () => {
    const cluster = new Cluster();
    const client = cluster.process({ worker: false });
    @Saga()
    class Unknown {
      @Step()
      async step(): Promise<void> {}
    }
    const unknown = await cluster.until(client.runner.start(Unknown, undefined, { id: 'x' }));
    const did: string[] = [];
    const Known = versionOf(['card'], did);
    const known = await cluster.until(client.runner.start(Known, undefined, { id: 'y' }));
    const worker = await cluster.worker({ sagas: [Known] });
    await cluster.until(known.settled());
    await cluster.advance(60_000);
    expect(await cluster.until(unknown.status())).toBe('pending');
    expect(worker.reports('incompatible')).toMatchObject([{ id: 'x' }]);
  });

  it('can only be abandoned by a runner that cannot run it', async () => {
    const { cluster, did, handle } = await begunWith(['card', 'hotel']);
    const { runner } = await cluster.worker({ sagas: [versionOf(['card', 'flight'], did)] });
    await cluster.advance(20_000);
    await expect(cluster.until(runner.repair('x', { by: 'ann' }).retry())).rejects.toMatchObject({ code: 'SAGA_LOG_NOT_STUCK' });
    await cluster.until(runner.repair('x', { by: 'ann' }).abandon('nobody has that version any more'));
    expect(await cluster.until(handle.status())).toBe('abandoned');
    expect(did).toEqual([]);
  });
});
