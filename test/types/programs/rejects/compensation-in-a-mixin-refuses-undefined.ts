// expect: 'cancelHotel' must accept undefined: when 'hotel' fails, nobody knows what it did. Or say  { requiresEffect: true }
// at: Compensate('hotel')
// needs: strictNullChecks
import { Compensate, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

export function WithLodging<B extends abstract new (...args: any[]) => object>(Base: B) {
  abstract class Lodging extends Base {
    @Step()
    async hotel({ input }: StepContext<TripRequest>): Promise<Booking> {
      return { ref: input.hotel, price: 100 };
    }
    @Compensate('hotel')
    async cancelHotel(hotel: Booking) {
      console.log(hotel.ref);
    }
  }
  return Lodging;
}
