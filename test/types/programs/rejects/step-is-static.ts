// expect: 'hotel' must not be static
// at: Step()
import { Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  static async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
}
