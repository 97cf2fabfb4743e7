// A subclass compensates, needs and replaces the steps of its base class.
import { Compensate, Finally, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, Effects, Settled, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

export class BookRoom {
  @Step()
  async hotel({ input }: StepContext<Pick<TripRequest, 'hotel'>>): Promise<Booking> {
    return { ref: input.hotel, price: 100 };
  }
}

@Saga({ steps: ['hotel', 'extras'] })
export class BookSuite extends BookRoom {
  @Step({ override: true })
  override async hotel({ input }: StepContext<TripRequest>): Promise<Booking & { readonly suite: true }> {
    return { ref: input.hotel, price: 1_000, suite: true };
  }
  @Compensate('hotel')
  async cancelSuite(hotel: (Booking & { readonly suite: true }) | undefined, _: CompensationContext<TripRequest>) {
    console.log(hotel?.suite);
  }

  @Step({ needs: ['hotel'] })
  async extras({ needs }: StepContext<TripRequest, Effects<BookSuite, 'hotel'>>) {
    return needs.hotel.suite ? 'champagne' : 'water';
  }

  @Finally()
  async done(outcome: Settled<BookSuite>) {
    if (outcome.status === 'stuck') console.log(outcome.remaining.map(({ step }) => step));
  }
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookSuite, request);
  return effects satisfies { hotel: Booking & { suite: true }; extras: 'champagne' | 'water' };
}
