// expect: the fallback of 'receipt' belongs in its step class
// at: Fallback('receipt')
import { Fallback, Saga, Step, UseStep } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
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
  receipt({ input }: StepContext<TripRequest>): UseStep<SendReceipt> {
    return { to: input.email };
  }
  @Fallback('receipt')
  async noReceipt(_: CompensationContext<TripRequest>): Promise<Receipt> {
    return { number: 0 };
  }
}
