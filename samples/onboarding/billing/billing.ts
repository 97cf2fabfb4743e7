import { injectable } from 'tsyringe';
import { z } from 'zod';
import { Refused } from '../../shared/clients/failures.js';
import { HttpClient } from '../../shared/clients/http-client.js';
import type { Call, KeyedCall } from '../../shared/clients/http-client.js';
import { ServiceAddresses } from '../clients/service-addresses.js';
import { planShape } from './plan.js';
import type { Plan } from './plan.js';
import { subscriptionShape } from './subscription.js';
import type { Subscription } from './subscription.js';

/** Whom billing sends its bills to. */
export interface Customer {
  readonly reference: string;
  readonly email: string;
  /** The name of the plan it wants. */
  readonly plan: string;
}

/** Knows the plans, and who is subscribed to which. */
@injectable()
export class Billing {
  private readonly service: HttpClient;
  private lastHeard: readonly Plan[] = [];

  constructor(addresses: ServiceAddresses) {
    this.service = new HttpClient('the billing service', addresses.billing);
  }

  async plans(call: Call): Promise<readonly Plan[]> {
    this.lastHeard = await this.service.get('/plans', z.array(planShape), call);
    return this.lastHeard;
  }

  lastKnownPlans(): readonly Plan[] {
    if (this.lastHeard.length === 0) throw new Error('no plans were ever heard of');
    return this.lastHeard;
  }

  async subscribe({ reference, email, plan }: Customer, plans: readonly Plan[], call: KeyedCall): Promise<Subscription> {
    const wanted = plans.find(({ name }) => name === plan);
    if (!wanted) throw new Refused(`there is no plan ${plan}, only ${plans.map(({ name }) => name).join(', ')}`);
    return this.service.post('/subscriptions', { reference, email, plan: wanted }, subscriptionShape, call);
  }

  unsubscribe(subscription: Subscription, call: Call): Promise<void> {
    return this.service.delete(`/subscriptions/${subscription.id}`, call);
  }

  /** For when nobody knows whether there is one: what stands under the key is deleted, and what arrives under it later is refused. */
  unsubscribeByKey(key: string, call: Call): Promise<void> {
    return this.service.delete(`/subscriptions/by-key/${encodeURIComponent(key)}`, call);
  }
}
