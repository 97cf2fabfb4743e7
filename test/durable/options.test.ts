import { describe, expect, it } from 'vitest';
import { memoryLog, Saga, SagaRunner, Step } from 'class-saga';
import type { LogTransaction, StepContext } from 'class-saga';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

const thrownBy = (make: () => unknown): { readonly code: string; readonly message: string } => {
  try {
    make();
  } catch (error) {
    return error as { readonly code: string; readonly message: string };
  }
  return expect.unreachable('nothing was thrown');
};
const refusal = (options: object): string => {
  const { code, message } = thrownBy(() => new SagaRunner({ log: memoryLog(), ...options }));
  expect(code).toBe('SAGA_LOG_BAD_OPTIONS');
  return message;
};

describe('a runner on a log', () => {
  it.each([
    ['log', { log: {} }],
    ['sagas', { sagas: ['BookTrip'] }],
    ['worker', { worker: true }],
    ['payloads', { payloads: 5 }],
    ['retentionMs', { retentionMs: 0 }],
    ['history', { history: 'some' }],
    ['worker: \'concurrency\'', { worker: { concurrency: 0 } }],
    ['worker: \'leaseMs\'', { worker: { leaseMs: 99 } }],
    ['worker: \'leaseMs\'', { worker: { leaseMs: Infinity } }],
    ['worker: \'pollMs\'', { worker: { pollMs: 0 } }],
    ['worker: \'upgrade\'', { worker: { upgrade: 'any' } }],
    ['worker: \'deaths\'', { worker: { deaths: 0.5 } }],
    ['maxPayloadBytes', { payloads: { maxPayloadBytes: 10 } }],
  ])('refuses a bad %s: %j', (name, options) => {
    expect(refusal(options)).toContain(name);
  });

  it('refuses what it does not know, with what it does', () => {
    expect(refusal({ worker: { concurency: 5 } })).toContain('concurency');
  });

  it('tells of all that is wrong at once', () => {
    const message = refusal({ history: 'some', retentionMs: -1, worker: { deaths: 0 } });
    for (const name of ['history', 'retentionMs', 'deaths']) expect(message).toContain(name);
  });

  it('refuses two classes under one name: the log knows sagas by theirs', async () => {
    const [one, other] = [tripOf(new Diary()), tripOf(new Diary())];
    expect(refusal({ sagas: [one, other] })).toContain("'BookTrip'");
    const { runner } = new Cluster().process({ sagas: [one] });
    await expect(runner.start(other, lisbon)).rejects.toMatchObject({ code: 'SAGA_LOG_BAD_OPTIONS' });
  });

  it('refuses an id that cannot be one, and options of `start` that there are not', async () => {
    const { runner } = new Cluster().process();
    const Trip = tripOf(new Diary());
    for (const options of [{ id: '' }, { id: 'two words' }, { deadlineMs: 0 }, { signal: new AbortController().signal }]) {
      await expect(runner.start(Trip, lisbon, options)).rejects.toMatchObject({ code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS' });
    }
  });

  it("refuses a transaction of its caller's: none outlives the process that the log is there for (R21)", async () => {
    const { runner } = new Cluster().process();
    const transaction = async (work: (handle: unknown) => Promise<unknown>): Promise<unknown> => work({});
    const refused = runner.run<object>(tripOf(new Diary()), lisbon, { transaction });
    await expect(refused).rejects.toMatchObject({ code: 'SAGA_LOG_NO_TRANSACTION' });
  });

  it('refuses a saga with a transactional step, where the log has no transaction to hand to it', async () => {
    @Saga()
    class Pay {
      @Step({ transactional: true })
      async book(_: StepContext<unknown, unknown, never, LogTransaction<object>>): Promise<void> {}
    }
    expect(thrownBy(() => new SagaRunner({ log: memoryLog(), sagas: [Pay] }))).toMatchObject({ code: 'SAGA_LOG_NO_TRANSACTION' });
    const cluster = new Cluster();
    await expect(cluster.until(cluster.process().runner.start(Pay))).rejects.toMatchObject({ code: 'SAGA_LOG_NO_TRANSACTION' });
    expect(cluster.log.stats.creations).toBe(0);
  });
});

describe('a runner without a log', () => {
  it('refuses what is said of one', () => {
    const { code, message } = thrownBy(() => new SagaRunner({ worker: { concurrency: 5 }, retentionMs: 5 }));
    expect(code).toBe('SAGA_LOG_BAD_OPTIONS');
    expect(message).toContain("'worker', 'retentionMs'");
  });

  it('says so where it is asked for what only a log can do', async () => {
    const runner = new SagaRunner();
    const Trip = tripOf(new Diary());
    const code = 'SAGA_LOG_BAD_OPTIONS';
    await expect(runner.start(Trip, lisbon)).rejects.toMatchObject({ code });
    await expect(runner.open()).rejects.toMatchObject({ code });
    expect(thrownBy(() => runner.handle(Trip, 'x'))).toMatchObject({ code });
    expect(thrownBy(() => runner.executions)).toMatchObject({ code });
    expect(thrownBy(() => runner.repair('x', { by: 'ann' }))).toMatchObject({ code });
    await runner.close();
  });
});
