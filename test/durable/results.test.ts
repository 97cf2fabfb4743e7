import { describe, expect, it } from 'vitest';
import { AbortSaga, LogUnavailableError, Saga, SagaRunner, SagaStuckError, Step } from 'class-saga';
import type { Effects, Settled, StepContext } from 'class-saga';
import { Cluster, logThrough } from './cluster.js';
import type { TripScript } from './trip.js';
import { Diary, lisbon, tripOf } from './trip.js';

function world(script: TripScript = {}) {
  const cluster = new Cluster();
  const diary = new Diary();
  return { cluster, diary, Trip: tripOf(diary, script) };
}

const throwing = (error: unknown) => (): never => {
  throw error;
};

describe('a handle', () => {
  it('tells the same end in the process that ran the execution, and in every other', async () => {
    const { cluster, Trip } = world({ flight: throwing(new Error('no seat')) });
    const here = await cluster.until(cluster.process().runner.start(Trip, lisbon, { id: 'x' }));
    const there = cluster.process({ worker: false }).runner.handle(Trip, 'x');
    const ends = await cluster.until(Promise.all([here.settled(), there.settled()]));
    for (const end of ends) {
      expect(end).toMatchObject({ status: 'compensated', id: 'x', failedStep: 'flight', otherFailures: [], error: { message: 'no seat' } });
    }
    for (const handle of [here, there]) await expect(cluster.until(handle.result())).rejects.toThrow('no seat');
  });

  it('tells how far the execution is', async () => {
    let goOn = (): void => {};
    const wait = (): Promise<void> => new Promise((resolve) => (goOn = resolve));
    const { cluster, Trip } = world({ hotel: wait, flight: throwing(new Error('no seat')), undoHotel: wait });
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(Trip, lisbon));
    const seen = [await cluster.until(handle.status())];
    await cluster.worker({ sagas: [Trip] });
    for (let step = 0; step < 3; step++) {
      await cluster.rest();
      seen.push(await cluster.until(handle.status()));
      goOn();
    }
    expect(seen).toEqual(['pending', 'running', 'compensating', 'compensated']);
  });

  it('is asked first of a log that is not open yet, and of one that cannot be opened', async () => {
    const { cluster, Trip } = world();
    await cluster.until(cluster.process().runner.run(Trip, lisbon, { executionId: 'x' }));
    const asked: string[] = [];
    const later = new SagaRunner({
      worker: false,
      log: logThrough(cluster.log, (method, ask) => {
        asked.push(method);
        return ask();
      }),
    });
    expect(await later.handle(Trip, 'x').settled()).toMatchObject({ status: 'completed' });
    expect(asked).toEqual(['open', 'heads']);

    const newer = new Error('written by a later version');
    const never = new SagaRunner({ worker: false, log: logThrough(cluster.log, () => Promise.reject(newer)) });
    await expect(never.handle(Trip, 'x').settled()).rejects.toBe(newer);
  });

  it('says so where there is no such execution, when it is asked', async () => {
    const { cluster, Trip } = world();
    const handle = cluster.process().runner.handle(Trip, 'x');
    for (const question of ['status', 'settled', 'result', 'cancel'] as const) {
      await expect(cluster.until<unknown>(handle[question]())).rejects.toMatchObject({ code: 'SAGA_LOG_UNKNOWN_EXECUTION' });
    }
  });

  it('rejects with what remains where the execution is stuck, here and elsewhere', async () => {
    const { cluster, Trip } = world({ flight: throwing(new Error('no seat')), undoHotel: throwing(new Error('front desk closed')) });
    const here = await cluster.until(cluster.process().runner.start(Trip, lisbon, { id: 'x' }));
    for (const handle of [here, cluster.process().runner.handle(Trip, 'x')]) {
      const error = await cluster.until(handle.result()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SagaStuckError);
      expect(error).toMatchObject({
        error: { message: 'no seat' },
        compensationError: { message: 'front desk closed' },
        remaining: [
          { step: 'hotel', effect: { hotel: 1 }, key: 'x:hotel:1', outcome: 'succeeded' },
          { step: 'card', effect: { card: 1 }, key: 'x:card:1', outcome: 'succeeded' },
        ],
      });
    }
  });

  it('waits on while the log cannot be reached (G10)', async () => {
    const { cluster, Trip } = world();
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(Trip, lisbon));
    const end = handle.settled();
    client.ask = () => Promise.reject(new LogUnavailableError(new Error('no route to host')));
    await cluster.worker({ sagas: [Trip] });
    await cluster.advance(60_000);
    client.ask = (_, ask) => ask();
    expect(await cluster.until(end)).toMatchObject({ status: 'completed' });
  });

  it('waits on while the log does not even answer (G10)', async () => {
    const { cluster, Trip } = world();
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(Trip, lisbon));
    const end = handle.settled();
    client.ask = () => new Promise(() => {});
    await cluster.worker({ sagas: [Trip] });
    await cluster.advance(60_000);
    client.ask = (_, ask) => ask();
    expect(await cluster.until(end)).toMatchObject({ status: 'completed' });
  });
});

describe('what a step threw', () => {
  class NoSeat extends Error {
    readonly code = 'NO_SEAT';
    constructor(readonly flight: string) {
      super('no seat', { cause: new Error('sold out') });
      this.name = 'NoSeat';
    }
  }
  const copy = { name: 'NoSeat', message: 'no seat', code: 'NO_SEAT', flight: 'TP 1' };

  it('is what `run` rejects with in the process where it was thrown: the very value (R16)', async () => {
    const thrown = new NoSeat('TP 1');
    const { cluster, Trip } = world({ flight: throwing(thrown) });
    const { runner } = cluster.process();
    expect(await cluster.until(runner.run(Trip, lisbon)).catch((error: unknown) => error)).toBe(thrown);
    const handle = await cluster.until(runner.start(Trip, lisbon));
    expect(await cluster.until(handle.result()).catch((error: unknown) => error)).toBe(thrown);
  });

  it('is a copy of it for everybody else, in that process, too: compensations, handlers and `settle` (durability.md, How)', async () => {
    const thrown = new NoSeat('TP 1');
    const { cluster, diary, Trip } = world({ flight: throwing(thrown) });
    const ends: Settled<object>[] = [];
    const { runner } = cluster.process({ finally: (end) => void ends.push(end) });
    const settled = await cluster.until(runner.settle(Trip, lisbon));
    const copies = [settled, ...ends].map((end) => (end.status === 'compensated' ? end.error : null));
    for (const error of [...copies, diary.undos[0]!.error]) {
      expect(error).not.toBe(thrown);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject(copy);
      expect((error as Error).cause).toMatchObject({ message: 'sold out' });
    }
  });

  it('is a copy in another process, of its class where that is registered there', async () => {
    const { cluster, Trip } = world({ flight: throwing(new NoSeat('TP 1')) });
    const payloads = { classes: [NoSeat] };
    await cluster.until(cluster.process({ payloads }).runner.settle(Trip, lisbon, { executionId: 'x' }));
    const error = await cluster.until(cluster.process({ payloads }).runner.handle(Trip, 'x').result()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoSeat);
    expect(error).toMatchObject(copy);
  });

  it.each([['a text', 'no seat'], ['nothing', undefined], ['null', null], ['data', { code: 4711 }]])(
    'may be %s, as in memory',
    async (_, thrown) => {
      const { cluster, Trip } = world({ flight: throwing(thrown) });
      const { runner } = cluster.process();
      expect(await cluster.until(runner.settle(Trip, lisbon))).toMatchObject({ status: 'compensated', error: thrown });
      const rejected = await cluster.until(runner.run(Trip, lisbon)).catch((error: unknown) => ({ error }));
      expect(rejected).toHaveProperty('error', thrown);
    },
  );

  it('is the reason of an AbortSaga, where that is an Error (R16)', async () => {
    const reason = new NoSeat('TP 1');
    const { cluster, Trip } = world({ flight: throwing(new AbortSaga(reason)) });
    const { runner } = cluster.process();
    expect(await cluster.until(runner.run(Trip, lisbon, { executionId: 'x' })).catch((error: unknown) => error)).toMatchObject(copy);
    const elsewhere = cluster.process().runner.handle(Trip, 'x');
    expect(await cluster.until(elsewhere.result()).catch((error: unknown) => error)).toMatchObject(copy);
  });

  it('is stored as far as it can be where it holds what the log cannot', async () => {
    const error = Object.assign(new Error('no seat'), { response: { status: 409, retry: () => {} } });
    const { cluster, diary, Trip } = world({ flight: throwing(error) });
    await expect(cluster.until(cluster.process().runner.run(Trip, lisbon))).rejects.toBe(error);
    expect(diary.undos[0]!.error).toMatchObject({ message: 'no seat', response: { status: 409, retry: '[not stored: a function]' } });
  });
});

describe('what a step returned', () => {
  const room = { number: 12, from: new Date(0), guests: new Set(['Inês']), keys: [1n, undefined] };
  const needed: unknown[] = [];
  const inputs: unknown[] = [];

  @Saga()
  class Stay {
    @Step()
    async hotel({ input }: StepContext<{ readonly guest: { name: string } }>): Promise<typeof room> {
      inputs.push(input);
      return room;
    }
    @Step({ needs: ['hotel'] })
    async letter({ needs }: StepContext<unknown, Effects<Stay, 'hotel'>>): Promise<void> {
      needed.push(needs.hotel);
    }
  }

  it('is a copy of it for later steps and in results, as it would be in any other process', async () => {
    const cluster = new Cluster();
    const { effects } = await cluster.until(cluster.process().runner.run(Stay, { guest: { name: 'Inês' } }));
    for (const copy of [needed.pop(), effects.hotel]) {
      expect(copy).toEqual(room);
      expect(copy).not.toBe(room);
      expect(copy).toHaveProperty('from', room.from);
    }
  });

  it('has nothing of what its caller does to the input after the start', async () => {
    const cluster = new Cluster();
    const input = { guest: { name: 'Inês' } };
    const started = cluster.process().runner.run(Stay, input);
    input.guest.name = 'Rui';
    await cluster.until(started);
    expect(inputs.pop()).toEqual({ guest: { name: 'Inês' } });
    const cloned = { guest: { name: 'Inês' } };
    await cluster.until(cluster.process().runner.run(Stay, cloned));
    expect(inputs.pop()).not.toBe(cloned);
  });
});
