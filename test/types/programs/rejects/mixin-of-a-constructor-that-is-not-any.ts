// expect: A mixin class must have a constructor with a single rest parameter of type 'any[]'.
// at: Lodging
import { Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

export function WithLodging<B extends abstract new (...args: never[]) => object>(Base: B) {
  abstract class Lodging extends Base {
    @Step()
    async hotel({ input }: StepContext<TripRequest>): Promise<Booking> {
      return { ref: input.hotel, price: 100 };
    }
  }
  return Lodging;
}
