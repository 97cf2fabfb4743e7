import { z } from 'zod';
import type { NextFault } from '../../shared/services/fault-plan.js';
import { serve } from '../../shared/services/http-service.js';
import type { RunningService } from '../../shared/services/http-service.js';
import { Ledger } from '../../shared/services/ledger.js';
import { routesOf } from '../../shared/services/ledger-routes.js';
import type { Delivery } from '../fulfilment/delivery.js';

export type DeliveryFaults = Readonly<Record<'schedule' | 'cancel', NextFault>>;

const orderShape = z.object({ reference: z.string(), address: z.string() });

export interface KeptDelivery extends Delivery {
  readonly reference: string;
}

/** Keeps which parcels are to be delivered. */
export function openDeliveryService(faults: DeliveryFaults, answerLost: () => void): Promise<RunningService> {
  const deliveries = new Ledger<KeptDelivery>('PARCEL');
  return serve(
    routesOf(deliveries, {
      path: '/deliveries',
      make: (id, body) => ({ id, ...orderShape.parse(body) }),
      faults: { enter: faults.schedule, strike: faults.cancel },
      refusal: 'nobody delivers there',
    }),
    answerLost,
  );
}
