// expect: 'done' must return nothing: nobody would see it. Perhaps  await …;  instead of  return …;
// at: Finally()
import { Finally, Saga, Step } from 'class-saga';
import type { Settled } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Finally()
  async done(outcome: Settled<BookTrip>) {
    return outcome.status;
  }
}
