// expect: Type '"hotle"' is not assignable to type '"hotel" | "charge"'
// at: 'hotle'
import { Saga, Step } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }

  @Step({ needs: ['hotle'] })
  async charge({ needs }: StepContext<TripRequest, Effects<BookTrip, 'hotel'>>) {
    return needs.hotel.price;
  }
}
