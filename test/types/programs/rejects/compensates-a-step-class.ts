// expect: the compensation of 'receipt' belongs in its step class
// at: Compensate('receipt', { requiresEffect: true })
import { Compensate, Saga, Step, UseStep } from 'class-saga';
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
  receipt({ input }: StepContext<TripRequest>): UseStep<SendReceipt> {
    return { to: input.email };
  }
  @Compensate('receipt', { requiresEffect: true })
  async cancelReceipt(receipt: Receipt) {
    console.log(receipt.number);
  }
}
