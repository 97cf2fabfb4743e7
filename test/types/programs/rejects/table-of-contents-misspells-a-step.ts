// expect: Type '"hotle"' is not assignable to type '"hotel" | "charge" | readonly ("hotel" | "charge")[]'
// at: 'hotle'
import { Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga({ steps: ['hotle', 'charge'] })
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }

  @Step()
  async charge() {}
}
