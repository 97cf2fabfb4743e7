// expect: the step class of 'receipt' has no  @Step() async execute(…) { … }
// at: UseStep(SendReceipt)
import { Saga, Step, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Receipt, TripRequest } from '../domain.js';

export class SendReceipt {
  @Step()
  async send({ input }: StepContext<{ readonly to: string }>): Promise<Receipt> {
    return { number: input.to.length };
  }
}

@Saga()
export class BookTrip {
  @UseStep(SendReceipt)
  receipt({ input }: StepContext<TripRequest>): UseStep<SendReceipt> {
    return { to: input.email };
  }
}
