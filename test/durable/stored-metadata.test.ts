import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import type { CompensationContext, ExecutionRef, Head, Resolver, SagaClass } from 'class-saga';
import { LogUnavailableError } from 'class-saga';
import { deferred } from '../support/deferred.js';
import { Cluster } from './cluster.js';
import type { StepCall, TripScript } from './trip.js';
import { Diary, lisbon, tripOf } from './trip.js';

// What goes along with an execution is kept in the log, and is the same in every process that has to do with the execution.

const forEver = (): Promise<never> => new Promise(() => {});
const metadata = { tenant: 'acme', since: new Date(0) };

/** Who was told of which metadata. */
function notes() {
  const told: [who: string, metadata: unknown][] = [];
  const noting = (who: string, then: () => unknown = () => null) => (context: StepCall): unknown => {
    told.push([who, context.metadata]);
    return then();
  };
  const notingUndo = (who: string) => (_: unknown, context: CompensationContext): unknown => told.push([who, context.metadata]);
  return { told, noting, notingUndo };
}

/** Notes what it is told of the executions that it opens scopes for. */
function resolver(): Resolver & { readonly opened: { readonly saga: SagaClass; readonly execution: ExecutionRef }[] } {
  const opened: { readonly saga: SagaClass; readonly execution: ExecutionRef }[] = [];
  return {
    opened,
    open: (saga, execution) => {
      opened.push({ saga, execution });
      return { saga: new saga() };
    },
  };
}

/** A trip that was started with `metadata` by a process which died while it booked the hotel. */
async function orphanedTrip() {
  const cluster = new Cluster();
  const diary = new Diary();
  const first = cluster.process();
  await cluster.until(first.runner.start(tripOf(diary, { hotel: forEver }), lisbon, { id: 'x', metadata }));
  await cluster.rest();
  first.die();
  return { cluster, diary };
}

describe('the metadata of an execution on a log', () => {
  it('goes with it to the worker that takes it over: to its steps, compensations, observers and resolver (R22)', async () => {
    const { cluster, diary } = await orphanedTrip();
    const { told, noting, notingUndo } = notes();
    const script: TripScript = {
      hotel: noting('hotel'),
      flight: noting('flight', () => Promise.reject(new Error('no seat'))),
      undoHotel: notingUndo('undo hotel'),
      undoCard: notingUndo('undo card'),
    };
    const Trip = tripOf(diary, script);
    const resolving = resolver();
    const observed = new Set<ExecutionRef>();
    const second = await cluster.worker({
      sagas: [Trip],
      resolver: resolving,
      metadata: () => ({ tenant: 'of the process' }),
      observers: [(_, execution) => observed.add(execution)],
    });
    expect(await cluster.until(second.runner.handle(Trip, 'x').settled())).toMatchObject({ status: 'compensated' });
    expect(told).toEqual(['hotel', 'flight', 'undo hotel', 'undo card'].map((who) => [who, metadata]));
    const execution = { id: 'x', saga: 'BookTrip', metadata };
    expect(resolving.opened).toEqual([{ saga: Trip, execution }]);
    expect([...observed]).toEqual([execution]);
    for (const [, one] of told) expect(Object.isFrozen(one)).toBe(true);
  });

  it('is a decoded copy in the process that started it, too, so that it is the same everywhere', async () => {
    const cluster = new Cluster();
    const { told, noting } = notes();
    const resolving = resolver();
    const trace = { id: 't-1' };
    const { runner } = cluster.process({ resolver: resolving });
    await cluster.until(runner.run(tripOf(new Diary(), { card: noting('card') }), lisbon, { metadata: { trace } }));
    expect(told).toEqual([['card', { trace }]]);
    expect((told[0]![1] as { readonly trace: object }).trace).not.toBe(trace);
    expect(resolving.opened.map(({ execution }) => execution.metadata)).toEqual([{ trace }]);
  });

  it('is what it was when the start was asked for, as the input is, whatever becomes of either then', async () => {
    const cluster = new Cluster();
    const { told, noting } = notes();
    const resolving = resolver();
    const { runner } = cluster.process({ resolver: resolving });
    const [metadata, input] = [{ tenant: { name: 'acme' } }, { city: { name: 'Lisbon' } }];
    const started = runner.start(tripOf(new Diary(), { card: noting('card') }), input as never, { id: 'x', metadata });
    metadata.tenant.name = 'umbrella';
    input.city.name = 'Porto';
    await cluster.until(started.then((handle) => handle.settled()));
    expect(told).toEqual([['card', { tenant: { name: 'acme' } }]]);
    expect(await cluster.until(runner.executions.show('x'))).toMatchObject({ input: { city: { name: 'Lisbon' } } });
  });

  it('is no part of what is compared: a start with another one attaches, and the first one stays (G1)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const { told, noting } = notes();
    const Trip = tripOf(diary, { flight: noting('flight') });
    const starts = [{ tenant: 'acme' }, { tenant: 'other' }, undefined].map((one) =>
      cluster.process().runner.start(Trip, lisbon, { id: 'x', ...(one && { metadata: one }) }),
    );
    for (const handle of await cluster.until(Promise.all(starts))) await cluster.until(handle.result());
    const { runner } = cluster.process();
    await cluster.until(runner.run(Trip, lisbon, { executionId: 'x', metadata: { tenant: 'late' } }));
    expect(diary.entries).toEqual(['card', 'hotel', 'flight']);
    expect(told).toEqual([['flight', { tenant: 'acme' }]]);
    expect((await runner.executions.show('x')).metadata).toEqual({ tenant: 'acme' });
  });

  it('is shown, and `{}` where there is none', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary());
    const { runner } = cluster.process();
    await cluster.until(runner.run(Trip, lisbon, { executionId: 'with', metadata }));
    await cluster.until(runner.run(Trip, lisbon, { executionId: 'without', metadata: {} }));
    expect((await runner.executions.show('with')).metadata).toEqual(metadata);
    expect((await runner.executions.show('without')).metadata).toEqual({});
    expect((await cluster.log.heads(['without']))[0]!.metadata).toBeNull();
  });

  it('is what the runner says at each start, in the asynchronous context of the caller, and what the call gives over it', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary());
    const tenant = new AsyncLocalStorage<string>();
    const { runner } = cluster.process({ metadata: () => ({ tenant: tenant.getStore(), trace: 1 }) });
    await cluster.until(tenant.run('acme', () => runner.start(Trip, lisbon, { id: 'a' })));
    await cluster.until(tenant.run('umbrella', () => runner.settle(Trip, lisbon, { executionId: 'b', metadata: { trace: 2 } })));
    expect((await runner.executions.show('a')).metadata).toEqual({ tenant: 'acme', trace: 1 });
    expect((await runner.executions.show('b')).metadata).toEqual({ tenant: 'umbrella', trace: 2 });
  });

  it.each([
    ['cannot be stored', { tenant: 'acme', log: () => {} }, { code: 'SAGA_LOG_NOT_STORABLE', path: '$.metadata.log' }],
    ['is larger than `maxPayloadBytes`', { text: 'x'.repeat(5_000) }, { code: 'SAGA_LOG_TOO_LARGE', limitBytes: 1_024 }],
    ['is no plain object', [], { code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS', problem: expect.stringContaining("'metadata' is []") as string }],
  ])('that %s is told of before anything begins', async (_, bad, error) => {
    const cluster = new Cluster();
    const resolving = resolver();
    const { runner } = cluster.process({ resolver: resolving, payloads: { maxPayloadBytes: 1_024 } });
    const Trip = tripOf(new Diary());
    const given = bad as unknown as Record<string, unknown>;
    await expect(cluster.until(runner.start(Trip, lisbon, { metadata: given }))).rejects.toMatchObject(error);
    await expect(cluster.until(runner.settle(Trip, lisbon, { metadata: given }))).rejects.toMatchObject(error);
    expect(resolving.opened).toEqual([]);
    expect(cluster.log.stats.creations).toBe(0);
  });

  it('that the runner throws at rejects the call with that, and nothing begins', async () => {
    const cluster = new Cluster();
    const error = new Error('no tenant');
    const { runner } = cluster.process({
      metadata: () => {
        throw error;
      },
    });
    const Trip = tripOf(new Diary());
    await expect(cluster.until(runner.start(Trip, lisbon))).rejects.toBe(error);
    await expect(cluster.until(runner.run(Trip, lisbon))).rejects.toBe(error);
    expect(cluster.log.stats.creations).toBe(0);
  });
});

describe('a resolver on a log', () => {
  it('is told which execution a compensation is of that is called after the end (R5a, R22)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const hotel = deferred<object>();
    const Stranded = tripOf(diary, { hotel: () => hotel.promise });
    const first = await cluster.worker({ sagas: [Stranded] });
    await cluster.until(first.runner.start(Stranded, lisbon, { id: 'x', metadata }));
    await cluster.advance(1_000);
    first.ask = () => Promise.reject(new LogUnavailableError(new Error('no route to host')));
    const { told, notingUndo } = notes();
    const Trip = tripOf(diary, { hotel: () => Promise.reject(new Error('no room')), undoHotel: notingUndo('undo hotel') });
    const resolving = resolver();
    await cluster.worker({ sagas: [Trip], resolver: resolving });
    await cluster.advance(20_000);
    first.ask = (_, ask) => ask();
    hotel.resolve({ hotel: 'late' });
    await cluster.advance(5_000);
    expect(diary.undos.filter(({ name }) => name === 'hotel').map(({ effect }) => effect)).toEqual([undefined, { hotel: 'late' }]);
    expect(told).toEqual([['undo hotel', metadata], ['undo hotel', metadata]]);
    const execution = { id: 'x', saga: 'BookTrip', metadata };
    // The takeover, the execution taken up once more for its late effect, and a fresh scope for the call.
    expect(resolving.opened).toEqual([{ saga: Trip, execution }, { saga: Trip, execution }, { saga: Trip, execution }]);
  });
});

describe('what an execution with metadata emitted', () => {
  it('is published with it, by whichever process (R20)', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary(), { card: ({ emit }) => emit('authorized') });
    const published: unknown[] = [];
    const publish = (_: readonly unknown[], execution: ExecutionRef): void => void published.push(execution.metadata);
    await cluster.until(cluster.process({ publish }).runner.run(Trip, lisbon, { metadata }));
    await cluster.until(cluster.process().runner.run(Trip, lisbon, { metadata: { tenant: 'other' } }));
    await cluster.worker({ sagas: [], publish });
    await cluster.advance(60_000);
    expect(published).toEqual([metadata, { tenant: 'other' }]);
  });

  it('waits where the metadata cannot be read, which may say for whom it is', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary(), { card: ({ emit }) => emit('authorized') });
    await cluster.until(cluster.process().runner.run(Trip, lisbon, { executionId: 'x', metadata }));
    const published: unknown[] = [];
    const relay = cluster.process({ publish: (events, execution) => published.push([events, execution.metadata]) });
    relay.ask = async (method, ask) => {
      const answer = await ask();
      return method === 'takeOutbox' ? (answer as readonly object[]).map((row) => ({ ...row, metadata: '{' })) : answer;
    };
    await cluster.until(relay.runner.open());
    await cluster.advance(20_000);
    expect(published).toEqual([]);
    expect(relay.reports('publish-failed')[0]).toMatchObject({ id: 'x', error: { code: 'SAGA_LOG_UNREADABLE' } });
    relay.ask = (_, ask) => ask();
    await cluster.advance(300_000);
    expect(published).toEqual([[['authorized'], metadata]]);
  });
});

describe('an execution whose metadata cannot be read', () => {
  it.each([['no text of a codec', '{'], ['another value', '5'], ['no metadata', '{"metadata":"acme"}']])(
    'is stuck, as one is whose input cannot: it is %s (G8)', async (_, text) => {
      const { cluster, diary } = await orphanedTrip();
      const Trip = tripOf(diary);
      const reported: unknown[] = [];
      const second = cluster.process({
        sagas: [Trip],
        observers: [({ type }, execution) => type === 'not-taken-up' && reported.push(execution)],
      });
      second.ask = async (method, ask) => {
        const answer = await ask();
        return method === 'claim' ? (answer as readonly Head[]).map((head) => ({ ...head, metadata: text })) : answer;
      };
      await cluster.until(second.runner.open());
      await cluster.advance(20_000);
      const handle = second.runner.handle(Trip, 'x');
      expect(await cluster.until(handle.settled())).toMatchObject({ status: 'stuck', error: { code: 'SAGA_LOG_UNREADABLE' } });
      expect(reported).toEqual([{ id: 'x', saga: 'BookTrip', metadata: {} }]);
      expect(diary.entries).toEqual(['card', 'hotel']);
      second.ask = (_method, ask) => ask();
      await cluster.until(second.runner.repair('x', { by: 'ann' }).retry());
      expect(await cluster.until(handle.settled())).toMatchObject({ status: 'completed' });
    },
  );
});

describe('a report of an execution that nobody can run', () => {
  it('comes with its metadata (G7)', async () => {
    const { cluster } = await orphanedTrip();
    const told: unknown[] = [];
    await cluster.worker({ sagas: [], observers: [({ type }, execution) => type === 'incompatible' && told.push(execution)] });
    await cluster.advance(60_000);
    expect(told).toEqual([{ id: 'x', saga: 'BookTrip', metadata }]);
  });
});
