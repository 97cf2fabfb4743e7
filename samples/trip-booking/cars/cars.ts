import { injectable } from 'tsyringe';
import type { Booking } from '../clients/booking.js';
import { DeskClient } from '../clients/desk-client.js';
import type { KeyedCall } from '../../shared/clients/http-client.js';
import { ServiceAddresses } from '../clients/service-addresses.js';
import type { Hire } from './hire.js';

@injectable()
export class Cars extends DeskClient {
  constructor(addresses: ServiceAddresses) {
    super('the car desk', addresses.carDesk);
  }

  book({ reference, traveller, car: { model, days } }: Hire, call: KeyedCall): Promise<Booking> {
    return this.order({ reference, guest: traveller, item: model, units: days, unit: 'day' }, call);
  }
}
