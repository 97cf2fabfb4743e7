// expect: 'cancelHotel' must return nothing, retry(), abort() or continueWith(effect). Perhaps  await …;  instead of  return …;
// at: Compensate('hotel', { requiresEffect: true })
import { Compensate, Saga, Step } from 'class-saga';
import { BookingDesk } from '../domain.js';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  constructor(private readonly hotels: BookingDesk) {}

  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Compensate('hotel', { requiresEffect: true })
  async cancelHotel(hotel: Booking) {
    return this.hotels.cancel(hotel.ref);
  }
}
