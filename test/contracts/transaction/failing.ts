import { describe, expect, it } from 'vitest';
import { Compensate, Finally, Saga, SagaRunner, SagaStuckError, Step } from 'class-saga';
import type { CompensationContext, Settled, StepContext } from 'class-saga';
import type { Ground } from './ground.js';
import { sqlState, sqlStateOf } from './ground.js';

export function failing(ground: Ground): void {
  const { transaction, savepoint, insert, tellsSilentRollback, notes, openTransactions, cutOpenTransactions } = ground;

  describe('a saga with a step that fails', () => {
    it('undoes what it did outside, last step first, while the transaction is open, and is then rolled back (R8, R21)', async () => {
      const outside: unknown[] = [];
      @Saga()
      class PlaceOrder {
        @Step()
        async charge(): Promise<void> {
          outside.push('charge');
        }
        @Compensate('charge')
        async refund(): Promise<void> {
          outside.push('refund', await openTransactions());
        }
        @Step()
        async order(context: StepContext): Promise<void> {
          await insert(context.transaction, 'order');
        }
        @Step()
        async announce(): Promise<void> {
          outside.push('announce');
        }
        @Compensate('announce')
        async revoke(): Promise<void> {
          outside.push('revoke', await openTransactions());
        }
        @Step()
        async ship(): Promise<void> {
          throw new Error('no van');
        }
      }
      await expect(new SagaRunner().run(PlaceOrder, undefined, { transaction })).rejects.toThrow('no van');
      expect(outside).toEqual(['charge', 'announce', 'revoke', 1, 'refund', 1]);
      expect(await notes()).toEqual([]);
      expect(await openTransactions()).toBe(0);
    });

    it('gives compensations no handle: what went through it is undone by rollback alone (R21)', async () => {
      const contexts: CompensationContext[] = [];
      @Saga()
      class PlaceOrder {
        @Step()
        async order(context: StepContext): Promise<string> {
          await insert(context.transaction, 'order');
          return 'order 1';
        }
        @Compensate('order')
        async tellNobody(_: string | undefined, context: CompensationContext): Promise<void> {
          contexts.push(context);
        }
        @Step()
        async ship(): Promise<void> {
          throw new Error('no van');
        }
      }
      await new SagaRunner().settle(PlaceOrder, undefined, { transaction });
      expect(contexts).toHaveLength(1);
      expect('transaction' in contexts[0]!).toBe(false);
      expect('emit' in contexts[0]!).toBe(false);
    });

    it.each([
      ['an Error', new Error('no van')],
      ['undefined', undefined],
      ['a string', 'no van'],
      ['a frozen object', Object.freeze({ no: 'van' })],
    ])('rejects with the very value that the step threw, %s, whatever the client makes of it (R16, R21)', async (_, thrown: unknown) => {
      @Saga()
      class PlaceOrder {
        @Step()
        async order(context: StepContext): Promise<void> {
          await insert(context.transaction, 'order');
          throw thrown;
        }
      }
      const runner = new SagaRunner();
      const rejection: unknown = await runner.run(PlaceOrder, undefined, { transaction }).then(() => 'resolved', (error: unknown) => error);
      expect(rejection).toBe(thrown);
      expect(await runner.settle(PlaceOrder, undefined, { transaction })).toMatchObject({ status: 'compensated', failedStep: 'order' });
      expect(await notes()).toEqual([]);
    });

    it('is told by finally when the rollback is done (R17, R21)', async () => {
      const seen: unknown[] = [];
      @Saga()
      class PlaceOrder {
        @Step()
        async order(context: StepContext): Promise<void> {
          await insert(context.transaction, 'order');
          throw new Error('no van');
        }
        @Finally()
        async done({ status }: Settled<PlaceOrder>): Promise<void> {
          seen.push([status, await openTransactions(), await notes()]);
        }
      }
      await new SagaRunner().settle(PlaceOrder, undefined, { transaction });
      expect(seen).toEqual([['compensated', 0, []]]);
    });

    it('is rolled back when it is stuck, too (R15, R21)', async () => {
      @Saga()
      class PlaceOrder {
        @Step()
        async charge(): Promise<string> {
          return 'charge 1';
        }
        @Compensate('charge')
        async refund(): Promise<void> {
          throw new Error('the bank is closed');
        }
        @Step()
        async order(context: StepContext): Promise<void> {
          await insert(context.transaction, 'order');
          throw new Error('no van');
        }
      }
      const stuck: unknown = await new SagaRunner().run(PlaceOrder, undefined, { transaction }).catch((error: unknown) => error);
      expect(stuck).toBeInstanceOf(SagaStuckError);
      expect(stuck).toMatchObject({ failedStep: 'order', remaining: [{ step: 'charge', effect: 'charge 1' }] });
      expect(await notes()).toEqual([]);
    });
  });

  describe('a step that fails by an SQL error, which aborts the transaction', () => {
    it('has everything outside undone, and the run rejects with that error (R21)', async () => {
      const outside: string[] = [];
      let refused: unknown;
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
          await Promise.resolve(insert(context.transaction, 'refused')).catch((error: unknown) => {
            refused = error;
            throw error;
          });
        }
      }
      const rejection: unknown = await new SagaRunner().run(PlaceOrder, undefined, { transaction }).catch((error: unknown) => error);
      expect(rejection).toBe(refused);
      expect(sqlStateOf(rejection)).toBe(sqlState.checkViolation);
      expect(outside).toEqual(['charge', 'refund']);
      expect(await notes()).toEqual([]);
    });
  });

  describe('a step that hides an SQL error, so that PostgreSQL answers the commit with a rollback', () => {
    @Saga()
    class PlaceOrder {
      @Step()
      async charge(): Promise<string> {
        return 'charge 1';
      }
      @Compensate('charge')
      async refund(): Promise<void> {}
      @Step()
      async order(context: StepContext): Promise<void> {
        await insert(context.transaction, 'order');
        await Promise.resolve(insert(context.transaction, 'refused')).catch(() => {});
      }
    }

    it('is no success where savepoints are offered: nothing was committed, so nothing completed (R21)', async () => {
      const told: string[] = [];
      const runner = new SagaRunner({ finally: ({ status }) => told.push(status) });
      const outcome = await runner.settle(PlaceOrder, undefined, { transaction, savepoint });
      expect(await notes()).toEqual([]);
      expect(outcome).toMatchObject({ status: 'compensated', failedStep: undefined });
      expect(told).toEqual(['compensated']);
    });

    it('is what the client makes of it where none are: most take it for a success (R21)', async () => {
      const { status } = await new SagaRunner().settle(PlaceOrder, undefined, { transaction });
      expect(status).toBe(tellsSilentRollback() ? 'compensated' : 'completed');
      expect(await notes()).toEqual([]);
    });
  });

  describe('a connection that is cut in the middle of a step', () => {
    it.each([
      ['which then uses it', true],
      ['which then succeeds, so that the commit meets it', false],
    ])('%s, has everything outside undone, and the run rejects (R21)', async (_, usesIt) => {
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
          await cutOpenTransactions();
          if (usesIt) await insert(context.transaction, 'another');
        }
      }
      const outcome = await new SagaRunner().settle(PlaceOrder, undefined, { transaction, savepoint });
      expect(outcome).toMatchObject({ status: 'compensated', error: expect.any(Error) as Error });
      expect(outcome).toMatchObject({ failedStep: usesIt ? 'order' : undefined });
      expect(outside).toEqual(['charge', 'refund']);
      expect(await notes()).toEqual([]);
    });
  });
}
