// expect: This comparison appears to be unintentional because the types 'StepPath<BookLodging>
// at: outcome.failedStep === 'authorization'
import { Finally, Saga, Step } from 'class-saga';
import type { Settled, StepContext } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookLodging {
  @Step()
  async hotel({ input }: StepContext<{ readonly guest: string }>): Promise<Booking> {
    return { ref: input.guest, price: 100 };
  }

  @Step()
  async car(): Promise<Booking> {
    return { ref: 'c1', price: 50 };
  }

  @Finally()
  async done(outcome: Settled<BookLodging>) {
    if (outcome.status === 'compensated') console.log(outcome.failedStep === 'authorization', outcome.failedStep === '../authorization');
  }
}
