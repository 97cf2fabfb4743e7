// The services that trips are booked at: the servers of the trip-booking sample, each behind a gate. They know nothing of sagas.
import { z } from 'zod';
import { FaultPlan } from '../../shared/services/fault-plan.js';
import { openBookingDesk } from '../../trip-booking/services/booking-desk.js';
import { openCardGateway } from '../../trip-booking/services/card-gateway.js';
import type { Fault, services } from '../../trip-booking/services/faults.js';
import { openGate } from './gate.js';
import type { Gate } from './gate.js';

export interface OutsideWorld {
  readonly cards: Gate;
  readonly hotels: Gate;
  readonly flights: Gate;
  /** From now on the services do these things wrong, and no others. */
  play(faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** What the services keep of one trip: what was cancelled, released or refunded is no longer in it. */
export interface Books {
  readonly hotels: readonly string[];
  readonly flights: readonly string[];
  /** Money still held. */
  readonly authorizations: readonly string[];
  /** Money taken. */
  readonly receipts: readonly string[];
}

export async function openOutsideWorld(): Promise<OutsideWorld> {
  const faults = new FaultPlan<typeof services>();
  const cards = await openGate(
    await openCardGateway({
      authorize: faults.of('card', 'authorize'),
      release: faults.of('card', 'release'),
      capture: faults.of('card', 'capture'),
      refund: faults.of('card', 'refund'),
    }),
  );
  const hotels = await openGate(
    await openBookingDesk({
      prefix: 'HOTEL',
      price: { cents: 130_00, currency: 'EUR' },
      soldOut: 'no room is left',
      faults: { book: faults.of('hotel', 'book'), cancel: faults.of('hotel', 'cancel') },
      dropsUnconfirmed: false,
    }),
  );
  const flights = await openGate(
    await openBookingDesk({
      prefix: 'FLIGHT',
      price: { cents: 220_00, currency: 'EUR' },
      soldOut: 'no seat is left',
      faults: { book: faults.of('flight', 'book'), cancel: faults.of('flight', 'cancel') },
      dropsUnconfirmed: false,
    }),
  );
  return {
    cards,
    hotels,
    flights,
    play: (planned) => faults.play(planned),
    close: async () => {
      await Promise.all([cards, hotels, flights].map((gate) => gate.close()));
    },
  };
}

export async function readBooks({ cards, hotels, flights }: OutsideWorld, reference: string): Promise<Books> {
  return {
    hotels: await listed(`${hotels.address}/bookings`, 'ref', reference),
    flights: await listed(`${flights.address}/bookings`, 'ref', reference),
    authorizations: await listed(`${cards.address}/authorizations`, 'id', reference),
    receipts: await listed(`${cards.address}/captures`, 'number', reference),
  };
}

/** What entries of this trip are called by the service. */
async function listed(url: string, name: 'ref' | 'id' | 'number', reference: string): Promise<readonly string[]> {
  const entries = z.array(z.record(z.string(), z.unknown())).parse(await (await fetch(url)).json());
  return entries.filter((entry) => entry['reference'] === reference).map((entry) => String(entry[name]));
}
