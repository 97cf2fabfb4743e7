// expect: 'refund' must take the effect of 'charge', then a CompensationContext with the needs it names
// at: Compensate('charge')
import { Compensate, Saga, Step } from 'class-saga';
import type { Booking, Receipt } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async charge(): Promise<Receipt> {
    return { number: 1 };
  }
  @Compensate('charge')
  async refund(_booking: Booking | undefined) {}
}
