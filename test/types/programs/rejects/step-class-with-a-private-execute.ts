// expect: the step class of 'receipt' has no  @Step() async execute(…) { … }
// at: UseStep(SendReceipt)
import { Saga, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Receipt } from '../domain.js';

export class SendReceipt {
  private async execute({ input }: StepContext<{ readonly to: string }>): Promise<Receipt> {
    return { number: input.to.length };
  }
  keep = () => this.execute;
}

@Saga()
export class BookTrip {
  @UseStep(SendReceipt)
  receipt(): UseStep<SendReceipt> {}
}
