// expect: Argument of type '"trip-booked"' is not assignable to parameter of type 'never'.
// at: 'trip-booked'
import { Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async charge({ emit }: StepContext<TripRequest>) {
    emit('trip-booked');
  }
}
