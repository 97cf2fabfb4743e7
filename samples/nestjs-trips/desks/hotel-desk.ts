import { Injectable } from '@nestjs/common';
import type { KeyedCall } from '../../shared/clients/http-client.js';
import type { Booking } from '../../trip-booking/clients/booking.js';
import type { Stay } from '../../trip-booking/hotels/stay.js';
import { Settings } from '../settings.js';
import { Tenant } from '../tenancy/tenant.js';
import { BookingDesk } from './booking-desk.js';

@Injectable()
export class HotelDesk extends BookingDesk {
  constructor(settings: Settings, tenant: Tenant) {
    super('the hotel desk', settings.hotels, tenant);
  }

  book({ reference, traveller, hotel: { name, nights } }: Stay, call: KeyedCall): Promise<Booking> {
    return this.order({ reference, guest: traveller, item: name, units: nights }, call);
  }
}
