import { injectable } from 'tsyringe';
import type { Booking } from '../clients/booking.js';
import { DeskClient } from '../clients/desk-client.js';
import type { KeyedCall } from '../../shared/clients/http-client.js';
import { ServiceAddresses } from '../clients/service-addresses.js';
import type { Stay } from './stay.js';

@injectable()
export class Hotels extends DeskClient {
  constructor(addresses: ServiceAddresses) {
    super('the hotel desk', addresses.hotelDesk);
  }

  book({ reference, traveller, hotel: { name, nights } }: Stay, call: KeyedCall): Promise<Booking> {
    return this.order({ reference, guest: traveller, item: name, units: nights, unit: 'night' }, call);
  }
}
