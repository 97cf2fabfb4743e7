// expect: 'receipt' must not be static
// at: UseStep(SendReceipt)
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
  @UseStep(SendReceipt)
  static receipt({ input }: StepContext<TripRequest>): UseStep<SendReceipt> {
    return { to: input.email };
  }
}
