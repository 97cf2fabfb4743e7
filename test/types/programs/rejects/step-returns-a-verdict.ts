// expect: 'hotel' returns a verdict, and verdicts are for compensations. To fail for good:  throw new AbortSaga(reason)
// at: Step()
import { abort, Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>) {
    if (input.hotel === '') return abort();
    return { ref: 'h1', price: 100 };
  }
}
