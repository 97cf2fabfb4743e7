import 'reflect-metadata';
import { Async, Compensate, Retry, Saga, Step, UseStep } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import { injectable } from 'tsyringe';
import { askAgain } from '../../shared/clients/ask-again.js';
import type { Recipient } from '../../shared/clients/mailer.js';
import type { Subscription } from '../billing/subscription.js';
import { SendReceipt } from '../notifications/send-receipt.js';
import type { Delivery } from './delivery.js';
import { Fulfilment } from './fulfilment.js';
import type { Parcel } from './fulfilment.js';

/** Whom fulfilment welcomes. */
export interface NewSubscriber extends Parcel {
  readonly to: Recipient;
  readonly subscription: Subscription;
}

/** Fulfilment's part of a sign-up: a parcel is on its way, and so is the receipt. */
@Saga({ steps: [['delivery', 'receipt']] })
@injectable()
export class Welcome {
  constructor(private readonly fulfilment: Fulfilment) {}

  @Step()
  @Async({ timeoutMs: 2_000 })
  @Retry(askAgain)
  async delivery({ input, idempotencyKey, signal }: StepContext<NewSubscriber>): Promise<Delivery> {
    return this.fulfilment.schedule(input, { idempotencyKey, signal });
  }
  @Compensate('delivery') // undefined: nobody knows whether it is scheduled
  async cancelDelivery(delivery: Delivery | undefined, { step, signal }: CompensationContext<NewSubscriber>): Promise<void> {
    await (delivery ? this.fulfilment.cancel(delivery, { signal }) : this.fulfilment.cancelByKey(step.key, { signal }));
  }

  @UseStep(SendReceipt)
  @Async({ timeoutMs: 2_000 })
  receipt({ input: { reference, to, subscription } }: StepContext<NewSubscriber>): UseStep<SendReceipt> {
    return { reference, to, subscription };
  }
}
