// Real servers that know nothing of sagas. What they are to do wrong is said to them from here and not by the requests, as in life.

import type { ServiceAddresses } from '../clients/service-addresses.js';
import { openBookingDesk } from './booking-desk.js';
import { openCardGateway } from './card-gateway.js';
import { FaultPlan } from '../../shared/services/fault-plan.js';
import type { Fault, services } from './faults.js';
import { openMailServer } from '../../shared/services/mail-server.js';
import { openRatesService } from './rates-service.js';

export interface OutsideWorld {
  readonly addresses: ServiceAddresses;
  /** From now on the services do these things wrong, and no others. */
  play(faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** Starts every service that a trip needs: real servers, each on a free port of this machine. */
export async function openOutsideWorld(): Promise<OutsideWorld> {
  const faults = new FaultPlan<typeof services>();
  const rates = await openRatesService({ read: faults.of('rates', 'read') });
  const cards = await openCardGateway({
    authorize: faults.of('card', 'authorize'),
    release: faults.of('card', 'release'),
    capture: faults.of('card', 'capture'),
    refund: faults.of('card', 'refund'),
  });
  const hotelDesk = await openBookingDesk({
    prefix: 'HOTEL',
    price: { cents: 130_00, currency: 'EUR' },
    soldOut: 'no room is left',
    faults: { book: faults.of('hotel', 'book'), cancel: faults.of('hotel', 'cancel') },
    dropsUnconfirmed: false,
  });
  const carDesk = await openBookingDesk({
    prefix: 'CAR',
    price: { cents: 54_00, currency: 'USD' },
    soldOut: 'no car is left',
    faults: { book: faults.of('car', 'book'), cancel: faults.of('car', 'cancel') },
    dropsUnconfirmed: true,
  });
  const flightDesk = await openBookingDesk({
    prefix: 'FLIGHT',
    price: { cents: 187_00, currency: 'GBP' },
    soldOut: 'no seat is left',
    faults: { book: faults.of('flight', 'book'), cancel: faults.of('flight', 'cancel') },
    dropsUnconfirmed: false,
  });
  const mail = await openMailServer(faults.of('mail', 'send'));

  return {
    addresses: {
      rates: rates.address,
      cards: cards.address,
      hotelDesk: hotelDesk.address,
      carDesk: carDesk.address,
      flightDesk: flightDesk.address,
      mailServer: mail.address,
      mailbox: mail.mailbox,
    },
    play: (planned) => faults.play(planned),
    close: async () => {
      await Promise.all([rates, cards, hotelDesk, carDesk, flightDesk, mail].map((service) => service.close()));
    },
  };
}
