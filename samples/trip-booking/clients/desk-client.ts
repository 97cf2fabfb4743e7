import { bookingShape } from './booking.js';
import type { Booking } from './booking.js';
import { HttpClient } from '../../shared/clients/http-client.js';
import type { Call, KeyedCall } from '../../shared/clients/http-client.js';

export interface Order {
  /** The trip it is for. */
  readonly reference: string;
  readonly guest: string;
  readonly item: string;
  readonly units: number;
  /** `night`, `day`, `seat`. */
  readonly unit: string;
}

/** Hotels, cars and flights are sold over desks of one make: this is how one talks to them. */
export class DeskClient {
  private readonly desk: HttpClient;

  constructor(service: string, address: string) {
    this.desk = new HttpClient(service, address);
  }

  cancel(booking: Booking, call: Call): Promise<void> {
    return this.desk.delete(`/bookings/${booking.ref}`, call);
  }

  /** For when nobody knows whether the desk booked: what stands under the key is cancelled, and what arrives under it later is refused. */
  cancelByKey(key: string, call: Call): Promise<void> {
    return this.desk.delete(`/bookings/by-key/${encodeURIComponent(key)}`, call);
  }

  protected order({ reference, guest, item, units, unit }: Order, call: KeyedCall): Promise<Booking> {
    const wish = `${item}, ${units} ${unit}${units === 1 ? '' : 's'}`;
    return this.desk.post('/bookings', { reference, guest, item: wish, units }, bookingShape, call);
  }
}
