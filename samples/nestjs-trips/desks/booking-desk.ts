import { ConflictException } from '@nestjs/common';
import type { Call, KeyedCall } from '../../shared/clients/http-client.js';
import { bookingShape } from '../../trip-booking/clients/booking.js';
import type { Booking } from '../../trip-booking/clients/booking.js';
import type { Tenant } from '../tenancy/tenant.js';
import { Desk } from './desk.js';

const path = '/bookings';

/** What a desk is asked for. */
export interface Order {
  /** The trip it is for. */
  readonly reference: string;
  readonly guest: string;
  readonly item: string;
  /** Nights or seats. */
  readonly units: number;
}

/** Hotels and flights are sold over desks of one make: this is how one talks to them. */
export class BookingDesk {
  private readonly desk: Desk;

  constructor(service: string, address: string, tenant: Tenant) {
    this.desk = new Desk(service, address, tenant, (problem) => new ConflictException(problem));
  }

  cancel(booking: Booking, call: Call): Promise<void> {
    return this.desk.delete(`${path}/${booking.ref}`, call);
  }

  cancelByKey(key: string, call: Call): Promise<void> {
    return this.desk.deleteByKey(path, key, call);
  }

  protected order(order: Order, call: KeyedCall): Promise<Booking> {
    return this.desk.post(path, order, bookingShape, call);
  }
}
