// expect: This comparison appears to be unintentional because the types 'StepPath<BookTrip>
// at: trip.failedStep === 'hotle'
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

export async function book(runner: SagaRunner, request: TripRequest) {
  const trip = await runner.settle(BookTrip, request);
  return trip.status === 'compensated' && trip.failedStep === 'hotle';
}
