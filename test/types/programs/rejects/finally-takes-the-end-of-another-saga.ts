// expect: 'done' must take the outcome, Settled<…>, then the input of the saga, or less of that
// at: Finally()
import { Finally, Saga, Step } from 'class-saga';
import type { Settled } from 'class-saga';
import type { Booking, Receipt } from '../domain.js';

@Saga()
export class Shop {
  @Step()
  async order(): Promise<Receipt> {
    return { number: 1 };
  }
}

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Finally()
  async done(outcome: Settled<Shop>) {
    console.log(outcome.status);
  }
}
