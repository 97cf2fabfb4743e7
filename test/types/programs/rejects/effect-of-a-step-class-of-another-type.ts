// expect: Property 'price' does not exist on type 'Receipt'.
// at: price
import { Saga, Step, UseStep } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
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

  @Step({ needs: ['receipt'] })
  async charge({ needs: { receipt } }: StepContext<TripRequest, Effects<BookTrip, 'receipt'>>) {
    return receipt.price;
  }
}
