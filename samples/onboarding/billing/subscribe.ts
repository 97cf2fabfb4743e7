import 'reflect-metadata';
import { Compensate, Fallback, Retry, Saga, Step, UseStep } from 'class-saga';
import type { CompensationContext, Effects, StepContext } from 'class-saga';
import { injectable } from 'tsyringe';
import { askAgain } from '../../shared/clients/ask-again.js';
import { SendReceipt } from '../notifications/send-receipt.js';
import { Billing } from './billing.js';
import type { Customer } from './billing.js';
import type { Plan } from './plan.js';
import type { Subscription } from './subscription.js';

type Subscribing<K extends keyof Subscribe = never> = StepContext<Customer, Effects<Subscribe, K>>;
type Undo = CompensationContext<Customer>;

const books = { name: 'bookkeeping', email: 'books@onboarding.example' };

/** Billing's part of a sign-up: a subscription to the plan that the customer wants, and its receipt in our own books. */
@Saga({ steps: ['plans', 'subscription', 'bookkeeping'] })
@injectable()
export class Subscribe {
  constructor(private readonly billing: Billing) {}

  @Step({ timeoutMs: 2_000 })
  @Retry(askAgain)
  async plans({ signal }: Subscribing): Promise<readonly Plan[]> {
    return this.billing.plans({ signal });
  }
  @Fallback('plans') // circuit breaker: plans seldom change, so go on with those last known
  async lastKnownPlans(_: Undo): Promise<readonly Plan[]> {
    return this.billing.lastKnownPlans();
  }

  @Step({ needs: ['plans'], timeoutMs: 1_500 })
  @Retry(askAgain)
  async subscription({ input, needs: { plans }, idempotencyKey, signal }: Subscribing<'plans'>): Promise<Subscription> {
    return this.billing.subscribe(input, plans, { idempotencyKey, signal });
  }
  @Compensate('subscription') // undefined: nobody knows whether there is one
  async unsubscribe(subscription: Subscription | undefined, { step, signal }: Undo): Promise<void> {
    await (subscription ? this.billing.unsubscribe(subscription, { signal }) : this.billing.unsubscribeByKey(step.key, { signal }));
  }

  @UseStep(SendReceipt, { needs: ['subscription'], timeoutMs: 2_000 })
  bookkeeping({ input, needs: { subscription } }: Subscribing<'subscription'>): UseStep<SendReceipt> {
    return { reference: input.reference, to: books, subscription };
  }
}
