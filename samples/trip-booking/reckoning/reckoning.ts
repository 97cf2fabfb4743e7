import { moneyInWords } from '../billing/money.js';
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
  const all = [['', 'hotel', 'car', 'flight', 'held', 'taken', 'mails'], ...rows];
  const widths = all.reduce<number[]>((widest, row) => row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)), []);
  return all.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('   ')}`.trimEnd());
}

/** One sentence for each thing that is not as it should be: a booked trip has everything once, any other has nothing. */
export function discrepancies(books: Books, trips: readonly Expected[]): string[] {
  return trips.flatMap(({ reference, title, isBooked }) => {
    const { hotels, cars, flights, authorizations, receipts, mails } = ofTrip(books, reference);
    const once = isBooked ? 1 : 0;
    const counts = [
      { what: 'hotel bookings', found: hotels.length, due: once },
      { what: 'car bookings', found: cars.length, due: once },
      { what: 'flight bookings', found: flights.length, due: once },
      { what: 'open authorizations', found: authorizations.length, due: 0 },
      { what: 'payments', found: receipts.length, due: once },
    ];
    const wrong = counts.filter(({ found, due }) => found !== due);
    const lastNews = mails.at(-1)?.news ?? 'not a word';
    return [
      ...wrong.map(({ what, found, due }) => `${title}: ${what}: ${found}, and there should be ${due}`),
      ...((lastNews === 'is booked') === isBooked ? [] : [`${title}: the last that the traveller heard is: ${lastNews}`]),
    ];
  });
}

function listed<T>(entries: readonly T[], told: (entry: T) => string): string {
  return entries.map(told).join(', ') || '–';
}
