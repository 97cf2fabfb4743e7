// expect: 'receipt' must declare its return type:  UseStep<…>  of the class that @UseStep names
// at: UseStep(SendReceipt)
import { Saga, Step, SubSaga, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Receipt, TripRequest } from '../domain.js';

export class SendReceipt {
  @Step()
  async execute({ input }: StepContext<{ readonly to: string }>): Promise<Receipt> {
    return { number: input.to.length };
  }
}

@Saga()
export class BookTrip {
  @UseStep(SendReceipt)
  receipt({ input }: StepContext<TripRequest>): SubSaga<SendReceipt> {
    return { to: input.email };
  }
}
