// expect: 'cancelHotel' must be a method:  async cancelHotel(…) { … }  and no property, getter or arrow function
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
  cancelHotel = async (_hotel: Booking | undefined) => {};
}
