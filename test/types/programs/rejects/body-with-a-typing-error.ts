// expect: Property 'hotl' does not exist on type 'TripRequest'. Did you mean 'hotel'?
// at: hotl
import { Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>) {
    return input.hotl;
  }
}
