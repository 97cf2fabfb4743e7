import { z } from 'zod';
import { authorizationShape, receiptShape } from '../billing/card.js';
import { bookingShape } from '../clients/booking.js';
import { HttpClient } from '../../shared/clients/http-client.js';
import type { ServiceAddresses } from '../clients/service-addresses.js';

const reference = z.string();
const bookingsShape = z.array(bookingShape.extend({ reference }));
const authorizationsShape = z.array(authorizationShape.extend({ reference }));
const receiptsShape = z.array(receiptShape.extend({ reference }));
const mailsShape = z.array(
  z
    .object({ subject: z.string() })
    .transform(({ subject }) => /^Your trip (?<reference>\S+) (?<news>.+)$/.exec(subject)?.groups)
    .pipe(z.object({ reference, news: z.string() })),
);

/** What the services keep, by their own account: what was cancelled, released or refunded is no longer in it. */
export interface Books {
  readonly hotels: z.output<typeof bookingsShape>;
  readonly cars: z.output<typeof bookingsShape>;
  readonly flights: z.output<typeof bookingsShape>;
  /** Money still held. */
  readonly authorizations: z.output<typeof authorizationsShape>;
  /** Money taken. */
  readonly receipts: z.output<typeof receiptsShape>;
  readonly mails: z.output<typeof mailsShape>;
}

export async function readBooks({ hotelDesk, carDesk, flightDesk, cards, mailbox }: ServiceAddresses): Promise<Books> {
  const call = { signal: AbortSignal.timeout(10_000) };
  return {
    hotels: await new HttpClient('the hotel desk', hotelDesk).get('/bookings', bookingsShape, call),
    cars: await new HttpClient('the car desk', carDesk).get('/bookings', bookingsShape, call),
    flights: await new HttpClient('the flight desk', flightDesk).get('/bookings', bookingsShape, call),
    authorizations: await new HttpClient('the card gateway', cards).get('/authorizations', authorizationsShape, call),
    receipts: await new HttpClient('the card gateway', cards).get('/captures', receiptsShape, call),
    mails: await new HttpClient('the mailbox', mailbox).get('/mails', mailsShape, call),
  };
}

/** What the books say of one trip. */
export function ofTrip(books: Books, trip: string): Books {
  const ofIt = (entry: { readonly reference: string }) => entry.reference === trip;
  return {
    hotels: books.hotels.filter(ofIt),
    cars: books.cars.filter(ofIt),
    flights: books.flights.filter(ofIt),
    authorizations: books.authorizations.filter(ofIt),
    receipts: books.receipts.filter(ofIt),
    mails: books.mails.filter(ofIt),
  };
}
