// expect: Type '["hotel", "kar"]' is not assignable to type '"hotel" | "car" | "charge" | readonly ("hotel" | "car" | "charge")[]'.
// at: ['hotel', 'kar']
import { Async, Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga({ steps: [['hotel', 'kar'], 'charge'] })
export class BookTrip {
  @Step()
  @Async()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }

  @Step()
  @Async()
  async car(): Promise<Booking> {
    return { ref: 'c1', price: 50 };
  }

  @Step()
  async charge() {}
}
