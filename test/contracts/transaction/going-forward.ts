import { describe, expect, it } from 'vitest';
import { Compensate, continueWith, Fallback, Retry, retry, Saga, SagaRunner, Step, StepTimeoutError } from 'class-saga';
import type { CompensationContext, Effects, SagaClass, StepContext, Verdict } from 'class-saga';
import type { Ground } from './ground.js';
import { sqlState, sqlStateOf } from './ground.js';

export function goingForward({ transaction, savepoint, insert, notes }: Ground): void {
  /** Fails once, in the way that the input says, after its order was written; then goes forward again from the order. */
  function placeOrderTwice() {
    const outside: string[] = [];
    let passes = 0;
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
      async order(context: StepContext): Promise<number> {
        passes += 1;
        await insert(context.transaction, `order of pass ${passes}`);
        return passes;
      }
      @Compensate('order')
      async again(): Promise<Verdict<number>> {
        outside.push('again');
        return retry({ passes: 2 });
      }
      @Step({ needs: ['order'] })
      async ship({ input, needs, transaction: handle }: StepContext<string, Effects<PlaceOrder, 'order'>>): Promise<void> {
        if (needs.order > 1) return;
        await insert(handle, input);
        throw new Error('no van');
      }
    }
    return { PlaceOrder, outside };
  }

  describe('a retry verdict', () => {
    it.each([
      ['an error of its own', 'shipment'],
      ['an SQL error', 'refused'],
    ])('goes forward where savepoints are offered, after %s: what the first pass wrote is gone (R11, R21)', async (_, shipment) => {
      const { PlaceOrder, outside } = placeOrderTwice();
      const { effects } = await new SagaRunner().run(PlaceOrder, shipment, { transaction, savepoint });
      expect(effects).toEqual({ order: 2 });
      expect(await notes()).toEqual(['order of pass 2']);
      expect(outside).toEqual(['charge', 'again']);
    });

    it('counts as compensated where none are (R21)', async () => {
      const { PlaceOrder, outside } = placeOrderTwice();
      await expect(new SagaRunner().run(PlaceOrder, 'shipment', { transaction })).rejects.toThrow('no van');
      expect(outside).toEqual(['charge', 'again', 'refund']);
      expect(await notes()).toEqual([]);
    });

    it('keeps what earlier stages wrote (R11, R21)', async () => {
      let passes = 0;
      @Saga()
      class PlaceOrder {
        @Step()
        async customer(context: StepContext): Promise<void> {
          await insert(context.transaction, 'customer');
        }
        @Step()
        async order(context: StepContext): Promise<void> {
          passes += 1;
          await insert(context.transaction, `order of pass ${passes}`);
          if (passes < 3) throw new Error('busy');
        }
        @Compensate('order')
        async again(): Promise<Verdict<void>> {
          return retry({ passes: 3 });
        }
        @Step()
        async receipt(context: StepContext): Promise<void> {
          await insert(context.transaction, 'receipt');
        }
      }
      await new SagaRunner().run(PlaceOrder, undefined, { transaction, savepoint });
      expect(await notes()).toEqual(['customer', 'order of pass 3', 'receipt']);
    });

    it('is refused once its passes are used up, and then all is rolled back (R11, R21)', async () => {
      @Saga()
      class PlaceOrder {
        @Step()
        async order(context: StepContext): Promise<void> {
          await insert(context.transaction, 'order');
          throw new Error('busy');
        }
        @Compensate('order')
        async again(): Promise<Verdict<void>> {
          return retry({ passes: 3 });
        }
      }
      await expect(new SagaRunner().run(PlaceOrder, undefined, { transaction, savepoint })).rejects.toThrow('busy');
      expect(await notes()).toEqual([]);
    });
  });

  describe('an answer to a step that failed by an SQL error', () => {
    @Saga()
    class Continue {
      @Step()
      async first(context: StepContext): Promise<void> {
        await insert(context.transaction, 'first');
      }
      @Step()
      async number(context: StepContext): Promise<number> {
        await insert(context.transaction, 'half');
        await insert(context.transaction, 'refused');
        return 1;
      }
      @Compensate('number')
      async none(): Promise<Verdict<number>> {
        return continueWith(0);
      }
      @Step()
      async last(context: StepContext): Promise<void> {
        await insert(context.transaction, 'last');
      }
    }
    @Saga()
    class FallBack {
      @Step()
      async first(context: StepContext): Promise<void> {
        await insert(context.transaction, 'first');
      }
      @Step()
      async number(context: StepContext): Promise<number> {
        await insert(context.transaction, 'half');
        await insert(context.transaction, 'refused');
        return 1;
      }
      @Fallback('number')
      async none(_: CompensationContext): Promise<number> {
        return 0;
      }
      @Step()
      async last(context: StepContext): Promise<void> {
        await insert(context.transaction, 'last');
      }
    }

    const answers: readonly [answer: string, rule: string, saga: SagaClass][] = [
      ['a continue verdict', 'R12', Continue],
      ['a fallback', 'R12a', FallBack],
    ];

    it.each(answers)('which is %s, goes forward with savepoints, without what the step wrote (%s, R21)', async (_, __, saga) => {
      const { effects } = await new SagaRunner().run(saga, undefined, { transaction, savepoint });
      expect(effects).toEqual({ number: 0 });
      expect(await notes()).toEqual(['first', 'last']);
    });

    it.each(answers)('which is %s, counts as compensated where none are (%s, R21)', async (_, __, saga) => {
      const outcome = await new SagaRunner().settle(saga, undefined, { transaction });
      expect(outcome).toMatchObject({ status: 'compensated', failedStep: 'number' });
      expect(outcome.status === 'compensated' && sqlStateOf(outcome.error)).toBe(sqlState.checkViolation);
      expect(await notes()).toEqual([]);
    });
  });

  describe('an answer to a step that is in doubt', () => {
    it('counts as compensated: what the step may still write is never committed (R5, R21)', async () => {
      const outside: string[] = [];
      @Saga()
      class PlaceOrder {
        @Step()
        async charge(): Promise<void> {}
        @Compensate('charge')
        async refund(): Promise<void> {
          outside.push('refund');
        }
        @Step({ timeoutMs: 1, graceMs: 0 })
        async order(context: StepContext): Promise<string> {
          await insert(context.transaction, 'order');
          return new Promise<string>(() => {});
        }
        @Compensate('order')
        async goOn(): Promise<Verdict<string>> {
          return continueWith('none');
        }
      }
      await expect(new SagaRunner().run(PlaceOrder, undefined, { transaction, savepoint })).rejects.toThrow(StepTimeoutError);
      expect(outside).toEqual(['refund']);
      expect(await notes()).toEqual([]);
    });
  });

  describe('a plain step that is tried again in place', () => {
    function placeOrder(spoils: string) {
      @Saga()
      class PlaceOrder {
        @Step()
        async customer(context: StepContext): Promise<void> {
          await insert(context.transaction, 'customer');
        }
        @Step()
        @Retry({ attempts: 3 })
        async order({ attempt, transaction: handle }: StepContext): Promise<void> {
          await insert(handle, `attempt ${attempt}`);
          if (attempt === 3) return;
          await insert(handle, spoils);
          throw new Error('busy');
        }
      }
      return PlaceOrder;
    }

    it.each([
      ['an error of its own', 'shipment'],
      ['an SQL error', 'refused'],
    ])('leaves no row of an attempt that failed by %s, where savepoints are offered (R6, R21)', async (_, spoils) => {
      await new SagaRunner().run(placeOrder(spoils), undefined, { transaction, savepoint });
      expect(await notes()).toEqual(['customer', 'attempt 3']);
    });

    it('leaves the rows of every attempt where none are (R6, R21)', async () => {
      @Saga()
      class PlaceOrder {
        @Step()
        @Retry({ attempts: 2 })
        async order({ attempt, transaction: handle }: StepContext): Promise<void> {
          await insert(handle, `attempt ${attempt}`);
          if (attempt < 2) throw new Error('busy');
        }
      }
      await new SagaRunner().run(PlaceOrder, undefined, { transaction });
      expect(await notes()).toEqual(['attempt 1', 'attempt 2']);
    });
  });
}
