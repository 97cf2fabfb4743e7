// expect: 'cancelHotel' must take the effect of 'hotel', then a CompensationContext with the needs it names
// at: Compensate('hotel')
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
  async cancelHotel(_hotel: Booking | undefined, _context: CompensationContext<TripRequest>, _note: string) {}
}
