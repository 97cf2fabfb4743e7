// expect: 'receipt' returns the input of a step class:  @UseStep(…)  instead of  @Step()
// at: Step()
import { Saga, Step, UseStep } from 'class-saga';
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
  @Step()
  receipt({ input }: StepContext<TripRequest>): UseStep<SendReceipt> {
    return { to: input.email };
  }
}
