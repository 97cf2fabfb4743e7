// expect: 'charge' must take one StepContext, or nothing
// at: Step({ needs: ['hotel'] })
import { Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }

  @Step({ needs: ['hotel'] })
  async charge(hotel: Booking) {
    return hotel.price;
  }
}
