// expect: Argument of type '{ baseMs: number; }' is not assignable to parameter of type 'PassOptions'.
// at: { baseMs: 10 }
import { Compensate, retry, Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Compensate('hotel')
  async cancelHotel() {
    return retry({ baseMs: 10 });
  }
}
