// @Finally methods take the outcome and the input, or less; more than one is fine, and none is a step.
import { Finally, Saga, SagaRunner, Step } from 'class-saga';
import type { Settled, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>): Promise<Booking> {
    return { ref: input.hotel, price: 100 };
  }

  @Finally()
  async outcomeAndInput(outcome: Settled<BookTrip>, input: TripRequest) {
    if (outcome.status === 'completed') return console.log(outcome.effects.hotel.ref, input.email);
  }
  @Finally()
  async partOfTheInput(_outcome: Settled<BookTrip>, { email }: { readonly email: string }) {
    console.log(email);
  }
  @Finally()
  async partOfTheOutcome({ status, id }: { readonly status: string; readonly id: string }): Promise<void> {
    console.log(status, id);
  }
  @Finally()
  private nothing() {}
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookTrip, request);
  const names: readonly 'hotel'[] = [] as readonly (keyof typeof effects)[];
  return names;
}
