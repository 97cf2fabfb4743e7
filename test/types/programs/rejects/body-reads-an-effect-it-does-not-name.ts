// expect: Property 'hotel' does not exist on type 'Effects<BookTrip, "car">'.
// at: hotel
import { Saga, Step } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }

  @Step()
  async car(): Promise<Booking> {
    return { ref: 'c1', price: 50 };
  }

  @Step({ needs: ['car'] })
  async charge({ needs }: StepContext<TripRequest, Effects<BookTrip, 'car'>>) {
    return needs.hotel;
  }
}
