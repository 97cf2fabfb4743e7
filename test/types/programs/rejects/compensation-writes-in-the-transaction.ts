// expect: Property 'transaction' does not exist on type 'CompensationContext<TripRequest, unknown>'.
// at: transaction
import { Compensate, Saga, Step } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async charge({ transaction }: StepContext<TripRequest, unknown, never, { query(statement: string): Promise<void> }>) {
    await transaction.query('insert');
  }
  @Compensate('charge')
  async refund(_: void, { transaction }: CompensationContext<TripRequest>) {
    await transaction.query('delete');
  }
}
