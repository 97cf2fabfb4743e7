// expect: 'done' must take the outcome, Settled<…>, then the input of the saga, or less of that
// at: Finally()
import { Finally, Saga, Step } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Finally()
  async done(request: TripRequest) {
    console.log(request.email);
  }
}
