// expect: Type 'number' is not assignable to type 'string'.
// at: hotel
import { Compensate, Finally, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>): Promise<Booking> {
    return { ref: input.hotel, price: 100 };
  }
  @Compensate('hotel')
  async cancelHotel(_hotel: Booking | undefined, _context: CompensationContext<TripRequest>) {}
  @Finally()
  async done() {}
}

export async function book(runner: SagaRunner) {
  return runner.run(BookTrip, { currency: 'EUR', hotel: 5, email: 'ann@example.org' });
}
