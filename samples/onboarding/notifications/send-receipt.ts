import 'reflect-metadata';
import { Compensate, Retry, Step } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import { injectable } from 'tsyringe';
import { askAgain } from '../../shared/clients/ask-again.js';
import { isRefusal } from '../../shared/clients/failures.js';
import { Notifications } from './notifications.js';
import type { ReceiptOrder } from './notifications.js';

/** A receipt that was sent. */
export interface Receipt {
  /** The address. */
  readonly to: string;
  /** The number of the subscription. */
  readonly for: string;
}

/** A step for any saga: mails a receipt, and an excuse if what it is for comes to nothing. */
@injectable()
export class SendReceipt {
  constructor(private readonly notifications: Notifications) {}

  @Step()
  @Retry(askAgain)
  async execute({ input, idempotencyKey, signal }: StepContext<ReceiptOrder>): Promise<Receipt> {
    await this.notifications.receipt(input, { idempotencyKey, signal });
    return { to: input.to.email, for: input.subscription.id };
  }
  @Compensate('execute') // undefined: nobody knows whether it went out
  async excuse(_: Receipt | undefined, { input, step, idempotencyKey, signal }: CompensationContext<ReceiptOrder>): Promise<void> {
    if (isRefusal(step.error)) return; // it did not go out, and an excuse would be refused as well
    await this.notifications.excuse(input, { idempotencyKey, signal });
  }
}
