import { z } from 'zod';
import type { Money } from '../billing/money.js';
import type { Booking } from '../clients/booking.js';
import type { NextFault } from './fault-plan.js';
import { serve } from './http-service.js';
import type { RunningService } from './http-service.js';
import { Ledger } from './ledger.js';

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
  return serve([
    {
      method: 'POST',
      path: '/bookings',
      fault: faults.book,
      refusal: soldOut,
      answer: ({ body, idempotencyKey }) => {
        const { units, ...order } = orderShape.parse(body);
        return bookings.enter(idempotencyKey, (ref) => ({ ref, ...order, price: { ...price, cents: price.cents * units } }));
      },
      unheard: ({ idempotencyKey }) => {
        if (dropsUnconfirmed) bookings.strikeKey(idempotencyKey);
      },
    },
    { method: 'DELETE', path: '/bookings/:', fault: faults.cancel, answer: ({ id }) => bookings.strike(id) },
    { method: 'DELETE', path: '/bookings/by-key/:', fault: faults.cancel, answer: ({ id }) => bookings.strikeKey(id) },
    { method: 'GET', path: '/bookings', answer: () => bookings.allStanding() },
  ]);
}
