import { describe, expect, it } from 'vitest';
import { LogUnavailableError } from 'class-saga';
import type { Publisher } from 'class-saga';
import { Cluster } from './cluster.js';
import type { StepCall } from './trip.js';
import { Diary, lisbon, tripOf } from './trip.js';

interface Published {
  readonly id: string;
  readonly events: readonly unknown[];
  readonly ids: readonly string[];
}

function publisher(answers: () => unknown = () => {}): { readonly published: Published[]; readonly publish: Publisher } {
  const published: Published[] = [];
  return {
    published,
    publish: (events, { id }, ids) => {
      published.push({ id, events, ids });
      return answers();
    },
  };
}
const emitting = (...events: string[]) => ({ emit }: StepCall): null => {
  events.forEach(emit);
  return null;
};
const booked = { card: emitting('authorized'), flight: emitting('booked', 'paid') };

describe('what a completed execution emitted', () => {
  it('is published once, in order, by the process that ran it, each event under an id of its own (G9, R20)', async () => {
    const cluster = new Cluster();
    const { published, publish } = publisher();
    await cluster.worker({ sagas: [], publish: () => expect.unreachable('it has been published') });
    const { runner } = cluster.process({ publish });
    await cluster.until(runner.run(tripOf(new Diary(), booked), lisbon, { executionId: 'x' }));
    await cluster.advance(60_000);
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({ id: 'x', events: ['authorized', 'booked', 'paid'] });
    expect(new Set(published[0]!.ids).size).toBe(3);
    expect(await runner.executions.health()).toMatchObject({ unpublished: 0 });
  });

  it('is published by another process, under the same ids, where the first died before it could tell (G9)', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary(), booked);
    const dying = publisher(() => first.die());
    const first = cluster.process({ publish: dying.publish });
    void first.runner.run(Trip, lisbon, { executionId: 'x' });
    await cluster.rest();
    expect(dying.published).toHaveLength(1);
    const { published, publish } = publisher();
    await cluster.worker({ sagas: [], publish });
    await cluster.advance(20_000);
    expect(published).toEqual(dying.published);
  });

  it('is published by whoever can, where the process that ran it has no publisher (G9)', async () => {
    const cluster = new Cluster();
    await cluster.until(cluster.process().runner.run(tripOf(new Diary(), booked), lisbon, { executionId: 'x' }));
    const { published, publish } = publisher();
    const relay = await cluster.worker({ sagas: [], publish });
    expect(await relay.runner.executions.health()).toMatchObject({ unpublished: 0 });
    await cluster.advance(60_000);
    expect(published).toMatchObject([{ id: 'x', events: ['authorized', 'booked', 'paid'] }]);
  });

  it('is tried again with longer and longer pauses where the publisher fails, under the same ids, until it does not (G9)', async () => {
    const cluster = new Cluster();
    const at: number[] = [];
    const { published, publish } = publisher(() => {
      at.push(cluster.nowMs);
      if (at.length < 5) throw new Error('no broker');
    });
    const worker = await cluster.worker({ publish });
    await cluster.until(worker.runner.run(tripOf(new Diary(), booked), lisbon, { executionId: 'x' }));
    await cluster.advance(300_000);
    expect(at).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(new Set(published.map(({ ids }) => ids.join()))).toHaveProperty('size', 1);
    expect(worker.reports('publish-failed')).toHaveLength(4);
    expect(await worker.runner.executions.health()).toMatchObject({ unpublished: 0 });
  });

  it('holds up nobody where the publisher hangs: it has its grace, and is called again (G9)', async () => {
    const cluster = new Cluster();
    const { published, publish } = publisher(() => (published.length === 1 ? new Promise(() => {}) : undefined));
    const worker = await cluster.worker({ publish, graceMs: 500 });
    await cluster.until(worker.runner.run(tripOf(new Diary(), booked), lisbon, { executionId: 'x' }), 1_000);
    await cluster.advance(10_000);
    expect(published).toHaveLength(2);
    expect(published[1]).toEqual(published[0]);
  });

  it('is published again where nobody knows whether it was: its ids tell (G9)', async () => {
    const cluster = new Cluster();
    const { published, publish } = publisher();
    const worker = await cluster.worker({ publish });
    worker.ask = (method, ask) =>
      method === 'published' ? ((worker.ask = (_, next) => next()), Promise.reject(new LogUnavailableError(new Error('reset')))) : ask();
    await cluster.until(worker.runner.run(tripOf(new Diary(), booked), lisbon, { executionId: 'x' }));
    await cluster.advance(60_000);
    expect(published).toHaveLength(2);
    expect(published[1]).toEqual(published[0]);
  });

  it('is never published by two processes at once', async () => {
    const cluster = new Cluster();
    const { published, publish } = publisher(() => cluster.pause(900));
    const Trip = tripOf(new Diary(), booked);
    const { runner } = cluster.process();
    await cluster.until(Promise.all(Array.from({ length: 30 }, () => runner.run(Trip, lisbon))));
    for (let relay = 0; relay < 3; relay++) await cluster.worker({ sagas: [], publish });
    await cluster.advance(120_000);
    expect(new Set(published.map(({ id }) => id)).size).toBe(30);
    expect(published).toHaveLength(30);
    expect(await runner.executions.health()).toMatchObject({ unpublished: 0 });
  });
});

describe('what an execution emitted that did not complete', () => {
  it.each([
    ['compensated', {}],
    ['stuck', { undoCard: () => Promise.reject(new Error('line busy')) }],
  ])('is never published: it is %s (G9, R20)', async (status, script) => {
    const cluster = new Cluster();
    const { published, publish } = publisher();
    const { runner } = await cluster.worker({ publish });
    const Trip = tripOf(new Diary(), { ...booked, ...script, hotel: () => Promise.reject(new Error('no room')) });
    expect(await cluster.until(runner.settle(Trip, lisbon, { executionId: 'x' }))).toMatchObject({ status });
    if (status === 'stuck') await cluster.until(runner.repair('x', { by: 'ann' }).abandon('written off'));
    await cluster.advance(60_000);
    expect(published).toEqual([]);
    expect(await runner.executions.health()).toMatchObject({ unpublished: 0 });
  });
});
