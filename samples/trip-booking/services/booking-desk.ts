import { z } from 'zod';
import type { Money } from '../../shared/money.js';
import type { Booking } from '../clients/booking.js';
import type { NextFault } from '../../shared/services/fault-plan.js';
import { serve } from '../../shared/services/http-service.js';
import type { RunningService } from '../../shared/services/http-service.js';
import { Ledger } from '../../shared/services/ledger.js';
import { routesOf } from '../../shared/services/ledger-routes.js';

export interface DeskOptions {
  /** Of its references: `HOTEL` makes `HOTEL-1`. */
  readonly prefix: string;
  /** Of one night, day or seat. */
  readonly price: Money;
  /** What it says when it has nothing left. */
  readonly soldOut: string;
  readonly faults: { readonly book: NextFault; readonly cancel: NextFault };
  /** Whether it drops a booking whose answer did not get through. */
  readonly dropsUnconfirmed: boolean;
}

const orderShape = z.object({ reference: z.string(), guest: z.string(), item: z.string(), units: z.int() });

export interface KeptBooking extends Booking {
  readonly reference: string;
  readonly guest: string;
}

/** Sells nights, days or seats; hotel, car and flight desk are all of this make. */
export function openBookingDesk({ prefix, price, soldOut, faults, dropsUnconfirmed }: DeskOptions): Promise<RunningService> {
  const bookings = new Ledger<KeptBooking>(prefix);
  return serve(
    routesOf(bookings, {
      path: '/bookings',
      make: (ref, body) => {
        const { units, ...order } = orderShape.parse(body);
        return { ref, ...order, price: { ...price, cents: price.cents * units } };
      },
      faults: { enter: faults.book, strike: faults.cancel },
      refusal: soldOut,
      unheard: ({ idempotencyKey }) => {
        if (dropsUnconfirmed) bookings.strikeKey(idempotencyKey);
      },
    }),
  );
}
