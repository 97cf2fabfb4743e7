import { injectable } from 'tsyringe';
import { HttpClient } from '../../shared/clients/http-client.js';
import type { Call, KeyedCall } from '../../shared/clients/http-client.js';
import { ServiceAddresses } from '../clients/service-addresses.js';
import { deliveryShape } from './delivery.js';
import type { Delivery } from './delivery.js';

/** What goes where. */
export interface Parcel {
  readonly reference: string;
  readonly address: string;
}

/** Has parcels delivered. */
@injectable()
export class Fulfilment {
  private readonly service: HttpClient;

  constructor(addresses: ServiceAddresses) {
    this.service = new HttpClient('the delivery service', addresses.delivery);
  }

  schedule({ reference, address }: Parcel, call: KeyedCall): Promise<Delivery> {
    return this.service.post('/deliveries', { reference, address }, deliveryShape, call);
  }

  cancel(delivery: Delivery, call: Call): Promise<void> {
    return this.service.delete(`/deliveries/${delivery.id}`, call);
  }

  /** For when nobody knows whether it was scheduled: what stands under the key is cancelled, and what arrives under it later is refused. */
  cancelByKey(key: string, call: Call): Promise<void> {
    return this.service.delete(`/deliveries/by-key/${encodeURIComponent(key)}`, call);
  }
}
