// expect: Argument of type '"hotle"' is not assignable to parameter of type '"hotel"'.
// at: 'hotle'
import { Compensate, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

export function WithLodging<B extends abstract new (...args: any[]) => object>(Base: B) {
  abstract class Lodging extends Base {
    @Step()
    async hotel({ input }: StepContext<TripRequest>): Promise<Booking> {
      return { ref: input.hotel, price: 100 };
    }
    @Compensate('hotle')
    async cancelHotel(_hotel: Booking | undefined) {}
  }
  return Lodging;
}
