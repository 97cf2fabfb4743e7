import { moneyInWords } from '../../shared/money.js';
import { inColumns, listed, miscounts } from '../../shared/reckoning/table.js';
import type { Count } from '../../shared/reckoning/table.js';
import { ofTrip } from './books.js';
import type { Books } from './books.js';

/** A trip, and whether its saga was completed. */
export interface Expected {
  readonly reference: string;
  readonly title: string;
  readonly isBooked: boolean;
}

/** The books as a table, a trip a line. */
export function table(books: Books, trips: readonly Expected[]): string[] {
  const rows = trips.map(({ reference, title }) => {
    const { hotels, cars, flights, authorizations, receipts, mails } = ofTrip(books, reference);
    return [
      title,
      listed(hotels, ({ ref }) => ref),
      listed(cars, ({ ref }) => ref),
      listed(flights, ({ ref }) => ref),
      listed(authorizations, ({ amount }) => moneyInWords(amount)),
      listed(receipts, ({ amount }) => moneyInWords(amount)),
      listed(mails, ({ news }) => news),
    ];
  });
  return inColumns([['', 'hotel', 'car', 'flight', 'held', 'taken', 'mails'], ...rows]);
}

/** One sentence for each thing that is not as it should be: a booked trip has everything once, any other has nothing. */
export function discrepancies(books: Books, trips: readonly Expected[]): string[] {
  return trips.flatMap(({ reference, title, isBooked }) => {
    const { hotels, cars, flights, authorizations, receipts, mails } = ofTrip(books, reference);
    const once = isBooked ? 1 : 0;
    const counts: Count[] = [
      { what: 'hotel bookings', found: hotels.length, due: once },
      { what: 'car bookings', found: cars.length, due: once },
      { what: 'flight bookings', found: flights.length, due: once },
      { what: 'open authorizations', found: authorizations.length, due: 0 },
      { what: 'payments', found: receipts.length, due: once },
    ];
    const lastNews = mails.at(-1)?.news ?? 'not a word';
    return [
      ...miscounts(title, counts),
      ...((lastNews === 'is booked') === isBooked ? [] : [`${title}: the last that the traveller heard is: ${lastNews}`]),
    ];
  });
}
