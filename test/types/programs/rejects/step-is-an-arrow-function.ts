// expect: 'hotel' must be a method:  async hotel(…) { … }  and no property, getter or arrow function
// at: Step()
import { Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  hotel = async ({ input }: StepContext<TripRequest>): Promise<Booking> => ({ ref: input.hotel, price: 100 });
}
