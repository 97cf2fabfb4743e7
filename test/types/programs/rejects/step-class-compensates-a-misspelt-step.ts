// expect: Argument of type '"excute"' is not assignable to parameter of type '"execute"'.
// at: 'excute'
import { Compensate, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Receipt } from '../domain.js';

export class SendReceipt {
  @Step()
  async execute({ input }: StepContext<{ readonly to: string }>): Promise<Receipt> {
    return { number: input.to.length };
  }
  @Compensate('excute')
  async compensate(_receipt: Receipt | undefined) {}
}
