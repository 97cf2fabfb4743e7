import { injectable } from 'tsyringe';
import type { Booking } from '../clients/booking.js';
import { DeskClient } from '../clients/desk-client.js';
import type { KeyedCall } from '../../shared/clients/http-client.js';
import { ServiceAddresses } from '../clients/service-addresses.js';
import type { Journey } from './journey.js';

@injectable()
export class Flights extends DeskClient {
  constructor(addresses: ServiceAddresses) {
    super('the flight desk', addresses.flightDesk);
  }

  book({ reference, traveller, flight: { from, to, seats } }: Journey, call: KeyedCall): Promise<Booking> {
    return this.order({ reference, guest: traveller, item: `${from} to ${to}`, units: seats, unit: 'seat' }, call);
  }
}
