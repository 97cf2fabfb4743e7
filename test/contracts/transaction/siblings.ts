import { describe, expect, it } from 'vitest';
import { Async, Compensate, Retry, retry, Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext, Verdict } from 'class-saga';
import type { Ground } from './ground.js';
import { meetingOf, sqlState, sqlStateOf } from './ground.js';

export function siblings({ transaction, savepoint, insert, notes, openTransactions }: Ground): void {
  describe('async siblings', () => {
    it('share the one connection, which runs their statements one after another (R2, R21)', async () => {
      const allBegan = meetingOf(3);
      let connections = 0;
      @Saga()
      class BookTrip {
        @Step()
        @Async()
        async hotel(context: StepContext): Promise<string> {
          await allBegan();
          await insert(context.transaction, 'hotel');
          return 'hotel';
        }
        @Step()
        @Async()
        async car(context: StepContext): Promise<string> {
          await allBegan();
          await insert(context.transaction, 'car');
          return 'car';
        }
        @Step()
        @Async()
        async flight(context: StepContext): Promise<string> {
          await allBegan();
          await insert(context.transaction, 'flight');
          return 'flight';
        }
        @Step()
        async look(): Promise<void> {
          connections = await openTransactions();
        }
      }
      const { effects } = await new SagaRunner().run(BookTrip, undefined, { transaction, savepoint });
      expect(effects).toEqual({ hotel: 'hotel', car: 'car', flight: 'flight' });
      expect(connections).toBe(1);
      expect((await notes()).sort()).toEqual(['car', 'flight', 'hotel']);
    });

    it('fail together once the SQL error of one aborts the transaction, and everything outside is undone (R7, R21)', async () => {
      const outside: string[] = [];
      let spoilt: () => void = () => {};
      const isSpoilt = new Promise<void>((resolve) => (spoilt = resolve));
      @Saga()
      class BookTrip {
        @Step()
        @Async()
        async hotel(context: StepContext): Promise<void> {
          outside.push('hotel');
          await isSpoilt;
          await insert(context.transaction, 'hotel');
        }
        @Compensate('hotel')
        async cancelHotel(): Promise<void> {
          outside.push('cancel hotel');
        }
        @Step()
        @Async()
        async car(): Promise<void> {
          outside.push('car');
        }
        @Compensate('car')
        async cancelCar(): Promise<void> {
          outside.push('cancel car');
        }
        @Step()
        @Async()
        async flight(context: StepContext): Promise<void> {
          await Promise.resolve(insert(context.transaction, 'refused')).finally(spoilt);
        }
      }
      const outcome = await new SagaRunner().settle(BookTrip, undefined, { transaction, savepoint });
      if (outcome.status !== 'compensated') throw new Error(`It ${outcome.status}.`);
      expect(outcome.failedStep).toBe('flight');
      expect(sqlStateOf(outcome.error)).toBe(sqlState.checkViolation);
      expect(outcome.otherFailures.map(({ step, error }) => [step, sqlStateOf(error)])).toEqual([['hotel', sqlState.transactionAborted]]);
      expect(outside).toEqual(['hotel', 'car', 'cancel hotel', 'cancel car']);
      expect(await notes()).toEqual([]);
    });

    it('are not retried into while one of them stands: its rows would be rolled back under it (R21)', async () => {
      const outside: string[] = [];
      let runs = 0;
      @Saga()
      class BookTrip {
        @Step()
        @Async()
        async hotel(context: StepContext): Promise<void> {
          await insert(context.transaction, 'hotel');
        }
        @Compensate('hotel')
        async cancelHotel(): Promise<void> {
          outside.push('cancel hotel');
        }
        @Step()
        @Async()
        async flight(): Promise<void> {
          runs += 1;
          throw new Error('full');
        }
        @Compensate('flight')
        async again(): Promise<Verdict<void>> {
          outside.push('again');
          return retry({ passes: 5 });
        }
      }
      await expect(new SagaRunner().run(BookTrip, undefined, { transaction, savepoint })).rejects.toThrow('full');
      expect(outside).toEqual(['again', 'cancel hotel']);
      expect(runs).toBe(1);
      expect(await notes()).toEqual([]);
    });

    it('are tried again in place without a rollback, so that an SQL error spoils every further attempt (R6, R21)', async () => {
      const states: unknown[] = [];
      @Saga()
      class BookTrip {
        @Step()
        @Async()
        @Retry({ attempts: 2 })
        async hotel({ attempt, transaction: handle }: StepContext): Promise<void> {
          await Promise.resolve(insert(handle, attempt === 1 ? 'refused' : 'hotel')).catch((error: unknown) => {
            states.push(sqlStateOf(error));
            throw error;
          });
        }
      }
      expect(await new SagaRunner().settle(BookTrip, undefined, { transaction, savepoint })).toMatchObject({ status: 'compensated' });
      expect(states).toEqual([sqlState.checkViolation, sqlState.transactionAborted]);
      expect(await notes()).toEqual([]);
    });

    it('are begun anew together where all of them are undone, without what they had written (R11, R21)', async () => {
      let pass = 0;
      @Saga()
      class BookTrip {
        @Step()
        async trip(context: StepContext): Promise<void> {
          pass += 1;
          await insert(context.transaction, `trip ${pass}`);
        }
        @Compensate('trip')
        async again(): Promise<Verdict<void>> {
          return retry({ passes: 2 });
        }
        @Step()
        @Async()
        async hotel(context: StepContext): Promise<void> {
          await insert(context.transaction, `hotel ${pass}`);
        }
        @Step()
        @Async()
        async flight(context: StepContext): Promise<void> {
          await insert(context.transaction, `flight ${pass}`);
          if (pass === 1) throw new Error('full');
        }
      }
      await new SagaRunner().run(BookTrip, undefined, { transaction, savepoint });
      expect((await notes()).sort()).toEqual(['flight 2', 'hotel 2', 'trip 2']);
    });
  });
}
