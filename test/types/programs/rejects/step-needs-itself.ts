// expect: 'charge' cannot need itself
// at: Step({ needs: ['hotel', 'charge'] })
import { Saga, Step } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }

  @Step({ needs: ['hotel', 'charge'] })
  async charge({ needs }: StepContext<TripRequest, Effects<BookTrip, 'hotel'>>) {
    return needs.hotel.price;
  }
}
