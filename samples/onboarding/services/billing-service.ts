import { z } from 'zod';
import type { NextFault } from '../../shared/services/fault-plan.js';
import { serve } from '../../shared/services/http-service.js';
import type { RunningService } from '../../shared/services/http-service.js';
import { Ledger } from '../../shared/services/ledger.js';
import { routesOf } from '../../shared/services/ledger-routes.js';
import { planShape } from '../billing/plan.js';
import type { Plan } from '../billing/plan.js';
import type { Subscription } from '../billing/subscription.js';

export type BillingFaults = Readonly<Record<'plans' | 'subscribe' | 'unsubscribe', NextFault>>;

const plans: readonly Plan[] = [
  { name: 'basic', price: { cents: 5_00, currency: 'EUR' } },
  { name: 'team', price: { cents: 12_00, currency: 'EUR' } },
  { name: 'pro', price: { cents: 30_00, currency: 'EUR' } },
];
const orderShape = z.object({ reference: z.string(), email: z.string(), plan: planShape });

export interface KeptSubscription extends Subscription {
  readonly reference: string;
  readonly email: string;
}

/** Lists the plans, and keeps who is subscribed to which. */
export function openBillingService(faults: BillingFaults, answerLost: () => void): Promise<RunningService> {
  const subscriptions = new Ledger<KeptSubscription>('SUB');
  return serve(
    [
      { method: 'GET', path: '/plans', fault: faults.plans, refusal: 'no plans are shown to strangers', answer: () => plans },
      ...routesOf(subscriptions, {
        path: '/subscriptions',
        make: (id, body) => ({ id, ...orderShape.parse(body) }),
        faults: { enter: faults.subscribe, strike: faults.unsubscribe },
        refusal: 'the customer is not solvent',
      }),
    ],
    answerLost,
  );
}
