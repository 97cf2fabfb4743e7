import { describe, expect, it } from 'vitest';
import { Compensate, Finally, retry, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, SagaFailure, Settled, StepContext, Verdict } from 'class-saga';
import type { Ground } from './ground.js';
import { sqlState, sqlStateOf } from './ground.js';

export function failingCommit({ transaction, savepoint, insert, notes, openTransactions }: Ground): void {
  describe('a commit that fails', () => {
    it.each([
      ['without savepoints', {}],
      ['with savepoints', { savepoint }],
    ])('is a failure after the last step, %s: all is undone, without retries (R21)', async (_, savepoints) => {
      const outside: string[] = [];
      const failures: SagaFailure[] = [];
      const told: unknown[] = [];
      const published: unknown[] = [];
      @Saga()
      class PlaceOrder {
        @Step()
        async charge({ emit }: StepContext<unknown, unknown, string>): Promise<string> {
          outside.push('charge');
          emit('charged');
          return 'charge 1';
        }
        @Compensate('charge')
        async refund(charge: string | undefined, { step, failure }: CompensationContext): Promise<Verdict<string>> {
          outside.push(`refund ${charge}, which ${step.outcome}`);
          failures.push(failure);
          return retry({ passes: 5 });
        }
        @Step()
        async order(context: StepContext): Promise<void> {
          await insert(context.transaction, 'order');
          await insert(context.transaction, 'order');
        }
        @Finally()
        async done({ status }: Settled<PlaceOrder>): Promise<void> {
          told.push(['@Finally', status, await notes(), await openTransactions()]);
        }
      }
      let driversError: unknown;
      const watched = async (work: (handle: unknown) => Promise<void>): Promise<void> => {
        await Promise.resolve(transaction(work)).catch((error: unknown) => {
          driversError = error;
          throw error;
        });
      };
      const runner = new SagaRunner({
        finally: ({ status }) => told.push(['finally', status]),
        publish: (events) => published.push(events),
      });
      const outcome = await runner.settle(PlaceOrder, undefined, { transaction: watched, ...savepoints });

      expect(outcome).toMatchObject({ status: 'compensated', failedStep: undefined, otherFailures: [] });
      const error: unknown = outcome.status === 'compensated' ? outcome.error : undefined;
      expect(error).toBe(driversError);
      expect(sqlStateOf(error)).toBe(sqlState.uniqueViolation);
      expect(outside).toEqual(['charge', 'refund charge 1, which succeeded']);
      expect(failures).toEqual([{ step: undefined, error }]);
      expect(told).toEqual([['@Finally', 'compensated', [], 0], ['finally', 'compensated']]);
      expect(published).toEqual([]);
      expect(await notes()).toEqual([]);
    });

    it('makes run reject with the error of the client (R16, R21)', async () => {
      @Saga()
      class PlaceOrder {
        @Step()
        async order(context: StepContext): Promise<void> {
          await insert(context.transaction, 'order');
          await insert(context.transaction, 'order');
        }
      }
      const rejection: unknown = await new SagaRunner().run(PlaceOrder, undefined, { transaction }).catch((error: unknown) => error);
      expect(sqlStateOf(rejection)).toBe(sqlState.uniqueViolation);
    });
  });
}
