// expect: Property 'cancelHotel' does not exist on type '{ readonly hotel: Booking; }'.
// at: cancelHotel
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
  const trip = await runner.run(BookTrip, request);
  console.log(trip.effects.hotel.price);
  return trip.effects.cancelHotel;
}
