// expect: 'cancelHotel' must not be static
// at: Compensate('hotel')
import { Compensate, Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Compensate('hotel')
  static async cancelHotel(_hotel: Booking | undefined) {}
}
