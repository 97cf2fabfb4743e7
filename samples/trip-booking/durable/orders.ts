import type { ServiceAddresses } from '../clients/service-addresses.js';
import type { TripRequest } from '../trip-request.js';

// What the office and the process that books say to each other.

/** Given on the command line of the process, as JSON. */
export interface Orders {
  /** The file of the execution log. */
  readonly logFile: string;
  readonly addresses: ServiceAddresses;
  readonly death: Death | null;
}

/** The moment at which the process is killed: as soon as such an event is in the log. */
export interface Death {
  readonly event: 'step-succeeded' | 'compensation-succeeded';
  /** @defaultValue whichever it is */
  readonly step?: string;
}

/** From the office. */
export type Order = { readonly type: 'book'; readonly request: TripRequest } | { readonly type: 'close' };

/** From the process. */
export interface Booked {
  readonly isBooked: boolean;
}
