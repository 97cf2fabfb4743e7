// expect: Property 'emit' does not exist on type 'CompensationContext<TripRequest, unknown>'.
// at: emit
import { Compensate, Saga, Step } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async charge({ emit }: StepContext<TripRequest, unknown, 'trip-booked'>) {
    emit('trip-booked');
  }
  @Compensate('charge')
  async refund(_: void, { emit }: CompensationContext<TripRequest>) {
    emit('trip-cancelled');
  }
}
