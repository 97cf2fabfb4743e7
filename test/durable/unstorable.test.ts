import { beforeEach, describe, expect, it } from 'vitest';
import { Compensate, continueWith, Fallback, Retry, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

const forEver = (): Promise<never> => new Promise(() => {});
/** Has a method, which is no data. */
const room = (): unknown => ({ number: 12, checkIn: () => {} });

describe('a step whose effect the log cannot hold', () => {
  it('has failed after the fact, and is compensated with the effect as it is (G8)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const live = room();
    const settled = await cluster.until(cluster.process().runner.settle(tripOf(diary, { hotel: () => live }), lisbon));
    const error = { code: 'SAGA_LOG_NOT_STORABLE', path: expect.stringContaining('checkIn') as string };
    expect(settled).toMatchObject({ status: 'compensated', failedStep: 'hotel', error });
    expect(diary.undos).toMatchObject([{ name: 'hotel', outcome: 'failed', error }, { name: 'card' }]);
    expect(diary.undos[0]!.effect).toBe(live);
    expect(diary.entries).not.toContain('flight');
  });

  it('has failed where the effect is larger than `maxPayloadBytes`, too (G8)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { hotel: () => 'x'.repeat(5_000) });
    const settled = await cluster.until(cluster.process({ payloads: { maxPayloadBytes: 1_024 } }).runner.settle(Trip, lisbon));
    expect(settled).toMatchObject({ status: 'compensated', error: { code: 'SAGA_LOG_TOO_LARGE' } });
    expect(diary.undos[0]!.effect).toHaveLength(5_000);
  });

  it('has failed where what it emitted cannot be held, too (G8)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, {
      hotel: ({ emit }) => {
        emit(room());
        return { hotel: 1 };
      },
    });
    const settled = await cluster.until(cluster.process().runner.settle(Trip, lisbon));
    expect(settled).toMatchObject({ status: 'compensated', error: { code: 'SAGA_LOG_NOT_STORABLE' } });
    expect(diary.entries.slice(2)).toEqual(['undo hotel({"hotel":1})', 'undo card({"card":1})']);
  });

  it('is not tried again in place: it did what it did (R6)', async () => {
    const cluster = new Cluster();
    let runs = 0;
    @Saga()
    class Stay {
      @Step()
      @Retry({ attempts: 3 })
      async hotel(_: StepContext): Promise<unknown> {
        runs += 1;
        return room();
      }
    }
    expect(await cluster.until(cluster.process().runner.settle(Stay))).toMatchObject({ status: 'compensated' });
    expect(runs).toBe(1);
  });
});

describe('an effect that only the process knew which died', () => {
  let undone: unknown[] = [];
  beforeEach(() => {
    undone = [];
  });
  let undo: () => Promise<void> = forEver;

  @Saga()
  class Asks {
    @Step()
    async hotel(): Promise<unknown> {
      return room();
    }
    @Compensate('hotel')
    async undoHotel(hotel: unknown, { step }: CompensationContext): Promise<void> {
      undone.push([hotel, step.key]);
      await undo();
    }
  }
  @Saga()
  class Requires {
    @Step()
    async hotel(): Promise<unknown> {
      return room();
    }
    @Compensate('hotel', { requiresEffect: true })
    async undoHotel(hotel: unknown): Promise<void> {
      undone.push(hotel);
      await undo();
    }
  }

  async function dies(saga: typeof Asks | typeof Requires) {
    const cluster = new Cluster();
    const first = cluster.process();
    undo = forEver;
    await cluster.until(first.runner.start(saga, undefined, { id: 'x' }));
    await cluster.rest();
    first.die();
    undo = async () => {};
    undone = [];
    const { runner } = await cluster.worker({ sagas: [saga] });
    return { cluster, runner, handle: runner.handle(saga, 'x') };
  }

  it('is unknown to the compensation, which can look it up by its key (G8)', async () => {
    const { cluster, handle } = await dies(Asks);
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
    expect(undone).toEqual([[undefined, 'x:hotel:1']]);
  });

  it('leaves the execution stuck, where the compensation requires it, until somebody supplies it (G8)', async () => {
    const { cluster, runner, handle } = await dies(Requires);
    expect(await cluster.until(handle.settled())).toMatchObject({
      status: 'stuck',
      compensationError: { code: 'SAGA_LOG_EFFECT_LOST', step: 'hotel' },
      remaining: [{ step: 'hotel', effect: undefined, key: 'x:hotel:1' }],
    });
    expect(undone).toEqual([]);
    await cluster.until(runner.repair('x', { by: 'ann' }).resolve('hotel', { number: 12 }));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
    expect(undone).toEqual([{ number: 12 }]);
  });
});

describe('what else the log cannot hold', () => {
  it('is an input: nothing begins, and nothing is kept', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const { runner } = cluster.process({ payloads: { maxPayloadBytes: 1_024 } });
    const Trip = tripOf(diary);
    const unstorable = { to: 'Lisbon', pay: () => {} };
    await expect(cluster.until(runner.start(Trip, unstorable))).rejects.toMatchObject({ code: 'SAGA_LOG_NOT_STORABLE', path: '$.pay' });
    await expect(cluster.until(runner.run(Trip, { to: 'x'.repeat(2_000) }))).rejects.toMatchObject({ code: 'SAGA_LOG_TOO_LARGE' });
    expect(await runner.executions.list()).toEqual({ executions: [], next: null });
    expect(diary.entries).toEqual([]);
  });

  it('is the answer of a fallback: the step stays failed, and why is told beside its failure (R12a)', async () => {
    @Saga()
    class Stay {
      @Step()
      async hotel(): Promise<unknown> {
        throw new Error('no room');
      }
      @Fallback('hotel')
      async hostel(_: CompensationContext): Promise<unknown> {
        return room();
      }
    }
    const cluster = new Cluster();
    expect(await cluster.until(cluster.process().runner.settle(Stay))).toMatchObject({
      status: 'compensated',
      error: { message: 'no room' },
      otherFailures: [{ step: 'hotel', error: { code: 'SAGA_LOG_NOT_STORABLE' } }],
    });
  });

  it('is what a compensation would continue with: the undo counts, and the execution turns back (R10)', async () => {
    @Saga()
    class Stay {
      @Step()
      async hotel(): Promise<unknown> {
        throw new Error('no room');
      }
      @Compensate('hotel')
      async undoHotel() {
        return continueWith(room());
      }
    }
    const cluster = new Cluster();
    const settled = await cluster.until(cluster.process().runner.settle(Stay));
    expect(settled).toMatchObject({ status: 'compensated', error: { message: 'no room' } });
    expect(await new SagaRunner().settle(Stay)).toMatchObject({ status: 'completed' });
  });

  it('leaves the executions that are written in the same flush alone', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const { runner } = cluster.process();
    const Trip = tripOf(diary, { card: ({ input }) => ((input as { to: string }).to === 'Porto' ? room() : { card: 1 }) });
    const ends = await cluster.until(Promise.all(['Lisbon', 'Porto', 'Faro'].map((to) => runner.settle(Trip, { to }))));
    expect(ends.map(({ status }) => status)).toEqual(['completed', 'compensated', 'completed']);
  });
});
