// expect: Argument of type '"hotle"' is not assignable to parameter of type '"hotel" | "car"'.
// at: 'hotle'
import { Compensate, Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Compensate('hotle')
  async cancelHotel(_hotel: Booking | undefined) {}

  @Step()
  async car(): Promise<Booking> {
    return { ref: 'c1', price: 50 };
  }
}
