// expect: Type '"hotle"' is not assignable to type '"charge" | "hotel"'
// at: 'hotle'
import { Saga, Step } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

export function WithLodging<B extends abstract new (...args: any[]) => object>(Base: B) {
  abstract class Lodging extends Base {
    @Step()
    async hotel({ input }: StepContext<TripRequest>): Promise<Booking> {
      return { ref: input.hotel, price: 100 };
    }
  }
  return Lodging;
}

@Saga()
export class BookTrip extends WithLodging(class {}) {
  @Step({ needs: ['hotle'] })
  async charge({ needs }: StepContext<TripRequest, Effects<BookTrip, 'hotel'>>) {
    return needs.hotel.price;
  }
}
