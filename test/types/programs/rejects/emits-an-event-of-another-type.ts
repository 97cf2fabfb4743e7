// expect: Type '"trip-bookt"' is not assignable to type '"trip-booked"'.
// at: type
import { Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async charge({ emit }: StepContext<TripRequest, unknown, { readonly type: 'trip-booked' }>) {
    emit({ type: 'trip-bookt' });
  }
}
