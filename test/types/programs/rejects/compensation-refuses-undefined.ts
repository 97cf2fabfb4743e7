// expect: 'cancelHotel' must accept undefined: when 'hotel' fails, nobody knows what it did. Or say  { requiresEffect: true }
// at: Compensate('hotel')
// needs: strictNullChecks
import { Compensate, Saga, Step } from 'class-saga';
import type { CompensationContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Compensate('hotel')
  async cancelHotel(hotel: Booking, { step }: CompensationContext<TripRequest>) {
    console.log(hotel.ref, step.key);
  }
}
