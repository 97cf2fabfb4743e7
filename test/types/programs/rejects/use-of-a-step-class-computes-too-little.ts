// expect: Type '{}' is not assignable to type '{ readonly to: string; } & StepClassInput<SendReceipt>'.
// at: return
import { Saga, Step, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Receipt } from '../domain.js';

export class SendReceipt {
  @Step()
  async execute({ input }: StepContext<{ readonly to: string }>): Promise<Receipt> {
    return { number: input.to.length };
  }
}

@Saga()
export class BookTrip {
  @UseStep(SendReceipt)
  receipt(): UseStep<SendReceipt> {
    return {};
  }
}
