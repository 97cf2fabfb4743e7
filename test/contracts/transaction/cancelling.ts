import { describe, expect, it } from 'vitest';
import { Compensate, Saga, SagaCancelledError, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Ground } from './ground.js';

export function cancelling({ transaction, savepoint, insert, notes }: Ground): void {
  function placeOrder(duringOrder: (context: StepContext) => Promise<void>) {
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
        await duringOrder(context);
      }
      @Step()
      async ship(): Promise<void> {
        outside.push('ship');
      }
    }
    return { PlaceOrder, outside };
  }

  describe('a saga that is cancelled', () => {
    it('in the middle of its transaction, is undone outside and rolled back (R19, R21)', async () => {
      const cancellation = new AbortController();
      const { PlaceOrder, outside } = placeOrder(async ({ signal }) => {
        cancellation.abort('changed my mind');
        signal.throwIfAborted();
      });
      const { signal } = cancellation;
      const rejection: unknown = await new SagaRunner()
        .run(PlaceOrder, undefined, { transaction, savepoint, signal })
        .catch((error: unknown) => error);
      expect(rejection).toBeInstanceOf(SagaCancelledError);
      expect(rejection).toMatchObject({ reason: 'changed my mind' });
      expect(outside).toEqual(['charge', 'refund']);
      expect(await notes()).toEqual([]);
    });

    it('before it began, begins no step (R19, R21)', async () => {
      const { PlaceOrder, outside } = placeOrder(async () => {});
      const signal = AbortSignal.abort('never mind');
      await expect(new SagaRunner().run(PlaceOrder, undefined, { transaction, signal })).rejects.toThrow(SagaCancelledError);
      expect(outside).toEqual([]);
      expect(await notes()).toEqual([]);
    });

    it('once its commit was sent, completes (R19, R21)', async () => {
      const cancellation = new AbortController();
      const { PlaceOrder, outside } = placeOrder(async () => {});
      const cancelledBeforeCommit = (work: (handle: unknown) => Promise<void>): PromiseLike<unknown> =>
        transaction(async (handle) => {
          await work(handle);
          cancellation.abort('too late');
        });
      const { signal } = cancellation;
      const { status } = await new SagaRunner().run(PlaceOrder, undefined, { transaction: cancelledBeforeCommit, savepoint, signal });
      expect(signal.aborted).toBe(true);
      expect(status).toBe('completed');
      expect(outside).toEqual(['charge', 'ship']);
      expect(await notes()).toEqual(['order']);
    });
  });
}
