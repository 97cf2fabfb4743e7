// expect: 'receipt' names no needs, so its context has none. To receive effects:  @UseStep(…, { needs: ['…'] })
// at: UseStep(SendReceipt)
import { Saga, Step, UseStep } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
import type { Authorization, Receipt, TripRequest } from '../domain.js';

export class SendReceipt {
  @Step()
  async execute({ input }: StepContext<{ readonly to: string }>): Promise<Receipt> {
    return { number: input.to.length };
  }
}

@Saga()
export class BookTrip {
  @Step()
  async authorization(): Promise<Authorization> {
    return { id: 'a1' };
  }

  @UseStep(SendReceipt)
  receipt({ needs }: StepContext<TripRequest, Effects<BookTrip, 'authorization'>>): UseStep<SendReceipt> {
    return { to: needs.authorization.id };
  }
}
