// expect: 'hotel' must be public: its effect has a name
// at: Step()
import { Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  protected async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
}
