// expect: 'done' must take the outcome, Settled<…>, then the input of the saga, or less of that
// at: Finally()
import { Finally, Saga, Step } from 'class-saga';
import type { Settled, StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>) {
    return input.hotel;
  }
  @Finally()
  async done(outcome: Settled<BookTrip>, input: { readonly flight: string }) {
    console.log(outcome.status, input.flight);
  }
}
