// expect: 'charge' names no needs, so its context has none. To receive effects:  @Step({ needs: ['…'] })
// at: Step()
import { Saga, Step } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step({})
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }

  @Step()
  async charge({ needs }: StepContext<TripRequest, Effects<BookTrip, 'hotel'>>) {
    return needs.hotel.price;
  }
}
