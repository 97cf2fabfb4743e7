// What the programs book, and the services they book it with.

export interface TripRequest {
  readonly currency: string;
  readonly hotel: string;
  readonly email: string;
}
export interface Rates {
  readonly base: string;
}
export interface Authorization {
  readonly id: string;
}
export interface Booking {
  readonly ref: string;
  readonly price: number;
}
export interface Receipt {
  readonly number: number;
}

export abstract class BookingDesk {
  abstract book(what: string, options: { readonly idempotencyKey: string }): Promise<Booking>;
  abstract cancel(ref: string): Promise<'cancelled'>;
  abstract cancelByKey(key: string): Promise<'cancelled'>;
}
export abstract class CardGateway {
  abstract authorize(options: { readonly idempotencyKey: string }): Promise<Authorization>;
  abstract release(id: string): Promise<void>;
  abstract capture(card: Authorization, amount: number): Promise<Receipt>;
}
