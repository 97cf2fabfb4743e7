import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Compensate, Saga, SagaRunner, SagaTransactionError, SagaTransactionRestartedError, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Ground } from './ground.js';

type Work = (handle: unknown) => Promise<void>;

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

export function misbehaving({ transaction, savepoint, insert, notes }: Ground): void {
  function placeOrder(shipping: (signal: AbortSignal) => Promise<void> = async () => {}) {
    const outside: string[] = [];
    @Saga()
    class PlaceOrder {
      @Step()
      async charge(): Promise<void> {
        outside.push('charge');
      }
      @Compensate('charge')
      async refund(): Promise<void> {
        outside.push('refund');
      }
      @Step()
      async order(context: StepContext): Promise<void> {
        await insert(context.transaction, 'order');
      }
      @Step()
      async ship({ signal }: StepContext): Promise<void> {
        outside.push('ship');
        await shipping(signal);
      }
    }
    return { PlaceOrder, outside };
  }

  /** Begins anew once when its transaction failed, as wrappers do that retry serialization failures. */
  async function restarting(work: Work, beforeCommit: () => Promise<void> = async () => {}): Promise<void> {
    const once = (): PromiseLike<unknown> =>
      transaction(async (handle) => {
        await work(handle);
        await beforeCommit();
      });
    try {
      await once();
    } catch {
      await once();
    }
  }

  const couldNotSerialize = async (): Promise<void> => {
    throw Object.assign(new Error('could not serialize access'), { code: '40001' });
  };

  describe('a driver that calls its work twice', () => {
    it('because the commit failed, is refused: nothing begins twice, and everything outside is undone (R21)', async () => {
      const { PlaceOrder, outside } = placeOrder();
      const outcome = await new SagaRunner().settle(PlaceOrder, undefined, {
        transaction: (work) => restarting(work, couldNotSerialize),
        savepoint,
      });
      expect(outcome).toMatchObject({ status: 'compensated', failedStep: undefined });
      expect(outcome).toMatchObject({ error: expect.any(SagaTransactionRestartedError) as Error });
      expect(outside).toEqual(['charge', 'ship', 'refund']);
      expect(await notes()).toEqual([]);
    });

    it('and takes its refusal for a success, cannot make the saga complete: what it committed is empty (R21)', async () => {
      const { PlaceOrder, outside } = placeOrder();
      const forgiving = async (work: Work): Promise<void> => {
        await Promise.resolve(transaction((handle) => work(handle).then(couldNotSerialize))).catch(() => {});
        await transaction((handle) => work(handle).catch(() => {}));
      };
      const outcome = await new SagaRunner().settle(PlaceOrder, undefined, { transaction: forgiving, savepoint });
      expect(outcome).toMatchObject({ status: 'compensated', error: expect.any(SagaTransactionRestartedError) as Error });
      expect(outside).toEqual(['charge', 'ship', 'refund']);
      expect(await notes()).toEqual([]);
    });

    it('because a step failed, is refused, and the run rejects with what the step threw (R16, R21)', async () => {
      const { PlaceOrder, outside } = placeOrder(async () => {
        throw new Error('no van');
      });
      await expect(new SagaRunner().run(PlaceOrder, undefined, { transaction: restarting })).rejects.toThrow('no van');
      expect(outside).toEqual(['charge', 'ship', 'refund']);
      expect(await notes()).toEqual([]);
    });
  });

  describe('a driver that answers success though its work rejected', () => {
    it.each([
      ['after it rolled back', (work: Work) => Promise.resolve(transaction(work)).catch(() => 'fine'), []],
      ['after it committed', (work: Work) => transaction((handle) => work(handle).catch(() => {})), ['order']],
    ])('%s, cannot make a failed saga complete, and observers are told (R18, R21)', async (_, swallowing, committed) => {
      const { PlaceOrder, outside } = placeOrder(async () => {
        throw new Error('no van');
      });
      const observed: string[] = [];
      const runner = new SagaRunner({ observers: [({ type }) => observed.push(type)] });
      await expect(runner.run(PlaceOrder, undefined, { transaction: swallowing })).rejects.toThrow('no van');
      expect(outside).toEqual(['charge', 'ship', 'refund']);
      expect(observed).toContain('rollback-unconfirmed');
      expect(await notes()).toEqual(committed);
    });
  });

  describe('a driver that never calls its work', () => {
    it.each([
      ['and answers success', async () => {}],
      ['and answers nothing at all', () => undefined as never],
    ])('%s, makes the run reject before anything began (R21)', async (_, idle: () => Promise<void>) => {
      const { PlaceOrder, outside } = placeOrder();
      const runner = new SagaRunner();
      await expect(runner.run(PlaceOrder, undefined, { transaction: idle })).rejects.toThrow(SagaTransactionError);
      await expect(runner.settle(PlaceOrder, undefined, { transaction: idle })).rejects.toThrow(SagaTransactionError);
      expect(outside).toEqual([]);
    });

    it.each([
      ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
      ['throws', () => {
        throw new Error('ECONNREFUSED');
      }],
    ])('because it cannot connect, and %s, makes the run reject before anything began (R21)', async (_, offline) => {
      const { PlaceOrder, outside } = placeOrder();
      const rejection: unknown = await new SagaRunner()
        .run(PlaceOrder, undefined, { transaction: offline })
        .catch((error: unknown) => error);
      expect(rejection).toBeInstanceOf(SagaTransactionError);
      expect(rejection).toMatchObject({ code: 'SAGA_RUNTIME_TRANSACTION_FAILED', cause: new Error('ECONNREFUSED') });
      expect(outside).toEqual([]);
    });
  });

  describe('a driver that calls its work when it has already failed, as Knex does when its BEGIN fails', () => {
    it('begins nothing (R21)', async () => {
      const { PlaceOrder, outside } = placeOrder();
      const answers: string[] = [];
      const late = async (work: Work): Promise<void> => {
        setImmediate(() => void work(undefined).then(() => answers.push('done'), () => answers.push('refused')));
        throw new Error('BEGIN failed');
      };
      await expect(new SagaRunner().run(PlaceOrder, undefined, { transaction: late })).rejects.toThrow(SagaTransactionError);
      await expect.poll(() => answers).toEqual(['refused']);
      expect(outside).toEqual([]);
    });
  });

  describe('a driver that gives up while the steps still run, as a time-out around it does', () => {
    it('cancels them with its error, has everything outside undone, and gets its work settled (R21)', async () => {
      let giveUp: (error: Error) => void = () => {};
      const givenUp = new Promise<never>((_, reject) => (giveUp = reject));
      const impatient = (work: Work): PromiseLike<unknown> => Promise.race([transaction(work), givenUp]);
      const expired = new Error('no answer within 5000 ms');
      const { PlaceOrder, outside } = placeOrder(async (signal) => {
        giveUp(expired);
        await aborted(signal);
        signal.throwIfAborted();
      });
      const outcome = await new SagaRunner().settle(PlaceOrder, undefined, { transaction: impatient, savepoint });
      expect(outcome).toMatchObject({ status: 'compensated', failedStep: undefined });
      expect(outcome.status === 'compensated' && outcome.error).toBe(expired);
      expect(outside).toEqual(['charge', 'ship', 'refund']);
      expect(await notes()).toEqual([]);
    });
  });

  describe('a driver that does not await its work', () => {
    it('settles before the work is done: everything outside is undone, and the run rejects (R21)', async () => {
      const outside: string[] = [];
      @Saga()
      class PlaceOrder {
        @Step()
        async charge(): Promise<void> {
          outside.push('charge');
        }
        @Compensate('charge')
        async refund(): Promise<void> {
          outside.push('refund');
        }
        @Step()
        async order({ signal }: StepContext): Promise<void> {
          await aborted(signal);
          signal.throwIfAborted();
        }
      }
      const hasty = (work: Work): PromiseLike<unknown> =>
        transaction(async (handle) => {
          void work(handle);
        });
      const observed: string[] = [];
      const runner = new SagaRunner({ observers: [({ type }) => observed.push(type)] });
      const outcome = await runner.settle(PlaceOrder, undefined, { transaction: hasty });
      expect(outcome).toMatchObject({ status: 'compensated', failedStep: undefined, error: expect.any(SagaTransactionError) as Error });
      expect(outside).toEqual(['charge', 'refund']);
      expect(observed).toContain('rollback-unconfirmed'); // it was committed
    });
  });
}
