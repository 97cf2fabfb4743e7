import { Injectable } from '@nestjs/common';
import type { KeyedCall } from '../../shared/clients/http-client.js';
import type { Booking } from '../../trip-booking/clients/booking.js';
import type { Journey } from '../../trip-booking/flights/journey.js';
import { Settings } from '../settings.js';
import { Tenant } from '../tenancy/tenant.js';
import { BookingDesk } from './booking-desk.js';

@Injectable()
export class FlightDesk extends BookingDesk {
  constructor(settings: Settings, tenant: Tenant) {
    super('the flight desk', settings.flights, tenant);
  }

  book({ reference, traveller, flight: { from, to, seats } }: Journey, call: KeyedCall): Promise<Booking> {
    return this.order({ reference, guest: traveller, item: `${from} to ${to}`, units: seats }, call);
  }
}
