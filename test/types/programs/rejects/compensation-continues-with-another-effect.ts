// expect: 'useTram' continues with something other than the effect of 'car'
// at: Compensate('car')
import { Compensate, continueWith, Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async car(): Promise<Booking> {
    return { ref: 'c1', price: 50 };
  }
  @Compensate('car')
  async useTram() {
    return continueWith({ line: 4 });
  }
}
