import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { bookTrips } from '../../samples/trip-booking/program.js';
import { readBooks } from '../../samples/trip-booking/reckoning/books.js';
import type { Books } from '../../samples/trip-booking/reckoning/books.js';
import type { Fault } from '../../samples/trip-booking/services/faults.js';
import { openOutsideWorld } from '../../samples/trip-booking/services/outside-world.js';
import type { OutsideWorld } from '../../samples/trip-booking/services/outside-world.js';
import { readTrips } from '../../samples/trip-booking/trips-file.js';
import type { PlannedTrip } from '../../samples/trip-booking/trips-file.js';

// Everything here runs against the sample's real servers, one set of them for each test.

const sampleTrips = await readTrips(fileURLToPath(new URL('../../samples/trip-booking/trips.json', import.meta.url)));
const [aTrip] = sampleTrips as [PlannedTrip];

interface Result {
  readonly isAllWell: boolean;
  readonly told: string;
  readonly books: Books;
}

async function book(trips: readonly PlannedTrip[], before: (world: OutsideWorld) => Promise<unknown> = async () => {}): Promise<Result> {
  const world = await openOutsideWorld();
  try {
    await before(world);
    const lines: string[] = [];
    const isAllWell = await bookTrips(trips, world, (line) => lines.push(line));
    return { isAllWell, told: lines.join('\n'), books: await readBooks(world.addresses) };
  } finally {
    await world.close();
  }
}

const bookWith = (...faults: Fault[]): Promise<Result> => book([{ ...aTrip, faults }]);

const goldenAccount = `\
→ a step forward   ← a step undone   ┌ │ └ at the same time

Four days in Lisbon, for Inês Duarte
     1 → exchange rates  fixing 1: 1 EUR buys 1.08 USD, 0.85 GBP, 0.95 CHF
     2 → authorization   HOLD-1: up to 1,500.00 EUR are held on the card
  ┌  3 → hotel           HOTEL-1: Pensão Amor, 4 nights, 520.00 EUR
  │  4 → car             CAR-1: Fiat Panda, 2 days, 108.00 USD
  └  5 → flight          FLIGHT-1: LHR to LIS, 1 seat, 187.00 GBP
     6 → confirmation    the traveller is told
     7 → charge          RECEIPT-1: 840.00 EUR are taken from the card
  Booked, for 840.00 EUR.

A weekend in Vienna, for Jonas Weber
  This time the car desk refuses.
     1 → exchange rates  fixing 2: 1 EUR buys 1.08 USD, 0.85 GBP, 0.95 CHF
     2 → authorization   HOLD-2: up to 1,200.00 EUR are held on the card
  ┌  3 → hotel           HOTEL-2: Hotel Sacher, 2 nights, 260.00 EUR
  │  4 → car             ✗ the car desk refuses: no car is left
  └  5 → flight          FLIGHT-2: HAM to VIE, 1 seat, 187.00 GBP
         turning back
     6 ← flight          FLIGHT-2 is cancelled
     7 ← hotel           HOTEL-2 is cancelled
     8 ← authorization   HOLD-2 is released
  Not booked, and everything is undone.

The Edinburgh Festival, for Maud Keller
  This time the flight desk fails twice.
     1 → exchange rates  fixing 3: 1 CHF buys 1.05 EUR, 1.14 USD, 0.89 GBP
     2 → authorization   HOLD-3: up to 2,000.00 CHF are held on the card
  ┌  3 → hotel           HOTEL-3: The Balmoral, 5 nights, 650.00 EUR
  │  4 → car             CAR-2: Mini Cooper, 1 day, 54.00 USD
  └  5 → flight          ✗ the flight desk fails (HTTP 503)
         turning back
     6 ← flight          cancelled by its key, whether it was booked or not
         forward again, pass 2
     7 → flight          ✗ the flight desk fails (HTTP 503)
         turning back
     8 ← flight          cancelled by its key, whether it was booked or not
         forward again, pass 3
     9 → flight          FLIGHT-3: ZRH to EDI, 2 seats, 374.00 GBP
    10 → confirmation    the traveller is told
    11 → charge          RECEIPT-2: 1,083.00 CHF are taken from the card
  Booked, for 1,083.00 CHF.

A conference in Porto, for Inês Duarte
  This time the rates service is down.
     1 → exchange rates  ✗ the rates service cannot be reached; once more
                         ✗ the rates service cannot be reached; once more
                         ✗ the rates service cannot be reached
         turning back
     2 ← exchange rates  going on with fixing 2: 1 EUR buys 1.08 USD, 0.85 GBP, 0.95 CHF
         forward again
     3 → authorization   HOLD-4: up to 1,000.00 EUR are held on the card
  ┌  4 → hotel           HOTEL-4: Casa do Rio, 3 nights, 390.00 EUR
  │  5 → car             CAR-3: Renault Clio, 3 days, 162.00 USD
  └  6 → flight          FLIGHT-4: LIS to OPO, 1 seat, 187.00 GBP
     7 → confirmation    the traveller is told
     8 → charge          RECEIPT-3: 760.00 EUR are taken from the card
  Booked, for 760.00 EUR.

New Year in New York, for Ada Brown
  This time the hotel desk does its work, but its answer is lost.
     1 → exchange rates  fixing 4: 1 USD buys 0.93 EUR, 0.79 GBP, 0.88 CHF
     2 → authorization   HOLD-5: up to 3,000.00 USD are held on the card
  ┌  3 → hotel           ✗ no answer in time: nobody knows what was done
  │  4 → car             CAR-4: Ford Mustang, 3 days, 162.00 USD
  └  5 → flight          FLIGHT-5: LHR to JFK, 2 seats, 374.00 GBP
         turning back
     6 ← hotel           cancelled by its key, whether it was booked or not
     7 ← flight          FLIGHT-5 is cancelled
     8 ← car             CAR-4 is cancelled
     9 ← authorization   HOLD-5 is released
  Not booked, and everything is undone.

What the services say
                           hotel     car     flight     held   taken          mails
  Four days in Lisbon      HOTEL-1   CAR-1   FLIGHT-1   –      840.00 EUR     is booked
  A weekend in Vienna      –         –       –          –      –              –
  The Edinburgh Festival   HOTEL-3   CAR-2   FLIGHT-3   –      1,083.00 CHF   is booked
  A conference in Porto    HOTEL-4   CAR-3   FLIGHT-4   –      760.00 EUR     is booked
  New Year in New York     –         –       –          –      –              –

Nothing is left behind.`;

describe('the five trips of the sample', () => {
  let result: Result;
  beforeAll(async () => {
    result = await book(sampleTrips);
  });

  it('are told in order, forward and back', () => {
    expect(result.told).toBe(goldenAccount);
  });

  it('leave in the services what was booked, and nothing else', () => {
    const { hotels, cars, flights, authorizations, receipts, mails } = result.books;
    const refs = [hotels, cars, flights].map((bookings) => bookings.map(({ reference, ref }) => [reference, ref]));
    expect(refs).toEqual([
      [['TRIP-1', 'HOTEL-1'], ['TRIP-3', 'HOTEL-3'], ['TRIP-4', 'HOTEL-4']],
      [['TRIP-1', 'CAR-1'], ['TRIP-3', 'CAR-2'], ['TRIP-4', 'CAR-3']],
      [['TRIP-1', 'FLIGHT-1'], ['TRIP-3', 'FLIGHT-3'], ['TRIP-4', 'FLIGHT-4']],
    ]);
    expect(authorizations).toEqual([]);
    expect(receipts.map(({ reference, amount }) => [reference, amount])).toEqual([
      ['TRIP-1', { cents: 840_00, currency: 'EUR' }],
      ['TRIP-3', { cents: 1_083_00, currency: 'CHF' }],
      ['TRIP-4', { cents: 760_00, currency: 'EUR' }],
    ]);
    expect(mails).toEqual([
      { reference: 'TRIP-1', news: 'is booked' },
      { reference: 'TRIP-3', news: 'is booked' },
      { reference: 'TRIP-4', news: 'is booked' },
    ]);
    expect(result.isAllWell).toBe(true);
  });
});

describe('a trip in which one thing goes wrong for good', () => {
  // A mail server that fails for ever cannot take the apology either: it fails as often as the confirmation is sent.
  const failures: readonly Fault[] = [
    { service: 'rates', on: 'read', fault: 'refuse' },
    { service: 'rates', on: 'read', fault: 'fail' },
    { service: 'rates', on: 'read', fault: 'down' },
    { service: 'rates', on: 'read', fault: 'never-answers' },
    { service: 'card', on: 'authorize', fault: 'refuse' },
    { service: 'card', on: 'authorize', fault: 'fail' },
    { service: 'card', on: 'authorize', fault: 'down' },
    { service: 'card', on: 'authorize', fault: 'never-answers' },
    { service: 'hotel', on: 'book', fault: 'refuse' },
    { service: 'hotel', on: 'book', fault: 'fail' },
    { service: 'hotel', on: 'book', fault: 'down' },
    { service: 'hotel', on: 'book', fault: 'never-answers' },
    { service: 'car', on: 'book', fault: 'refuse' },
    { service: 'car', on: 'book', fault: 'fail' },
    { service: 'car', on: 'book', fault: 'down' },
    { service: 'car', on: 'book', fault: 'never-answers' },
    { service: 'flight', on: 'book', fault: 'refuse' },
    { service: 'flight', on: 'book', fault: 'fail' },
    { service: 'flight', on: 'book', fault: 'down' },
    { service: 'flight', on: 'book', fault: 'never-answers' },
    { service: 'mail', on: 'send', fault: 'refuse' },
    { service: 'mail', on: 'send', fault: 'fail', times: 3 },
    { service: 'mail', on: 'send', fault: 'down', times: 3 },
    { service: 'mail', on: 'send', fault: 'never-answers', times: 1 },
    { service: 'card', on: 'capture', fault: 'refuse' },
    { service: 'card', on: 'capture', fault: 'fail' },
    { service: 'card', on: 'capture', fault: 'down' },
    { service: 'card', on: 'capture', fault: 'never-answers' },
  ];

  it.concurrent.each(failures)('leaves nothing behind: $service, $on, $fault', async (failure) => {
    const { isAllWell, told, books } = await bookWith(failure);
    expect(told).toContain('Not booked, and everything is undone.');
    expect(isAllWell).toBe(true);
    const { mails, ...bookingsAndMoney } = books;
    expect(bookingsAndMoney).toEqual({ hotels: [], cars: [], flights: [], authorizations: [], receipts: [] });
    expect(mails.at(-1)?.news).not.toBe('is booked');
  });
});

describe('a trip in which something goes wrong for a while', () => {
  const hitches: readonly Fault[] = [
    { service: 'rates', on: 'read', fault: 'fail', times: 2 },
    { service: 'card', on: 'authorize', fault: 'down', times: 2 },
    { service: 'hotel', on: 'book', fault: 'fail', times: 2 },
    { service: 'car', on: 'book', fault: 'down', times: 2 },
    { service: 'flight', on: 'book', fault: 'never-answers', times: 2 },
    { service: 'mail', on: 'send', fault: 'fail', times: 2 },
    { service: 'card', on: 'capture', fault: 'fail', times: 2 },
  ];

  it.concurrent.each(hitches)('is booked all the same, once: $service, $on, $fault', async (hitch) => {
    const { isAllWell, told, books } = await bookWith(hitch);
    expect(told).toContain('Booked, for 840.00 EUR.');
    expect(isAllWell).toBe(true);
    expect(Object.values(books).map((kept: readonly unknown[]) => kept.length)).toEqual([1, 1, 1, 0, 1, 1]);
  });

  it.concurrent('is undone all the same when it is the undoing that goes wrong', async () => {
    const { isAllWell, told } = await bookWith(
      { service: 'car', on: 'book', fault: 'refuse' },
      { service: 'flight', on: 'cancel', fault: 'fail', times: 2 },
      { service: 'hotel', on: 'cancel', fault: 'down', times: 2 },
      { service: 'card', on: 'release', fault: 'fail', times: 2 },
    );
    expect(told).toContain('Not booked, and everything is undone.');
    expect(isAllWell).toBe(true);
  });
});

describe('a trip of which something is left behind', () => {
  it('is told so when a compensation failed for good', async () => {
    const { isAllWell, told } = await bookWith(
      { service: 'card', on: 'capture', fault: 'refuse' },
      { service: 'hotel', on: 'cancel', fault: 'down' },
    );
    expect(isAllWell).toBe(false);
    expect(told).toContain('Stuck: somebody must look after hotel, authorization.');
    expect(told).toMatch(/hotel bookings: 1, and there should be 0\n.*open authorizations: 1, and there should be 0$/);
  });

  it('is told so when the services keep what no saga answers for', async () => {
    const stray = { reference: 'TRIP-1', guest: 'Nobody', item: 'a stray booking', units: 1 };
    const refused: Fault = { service: 'card', on: 'authorize', fault: 'refuse' };
    const { isAllWell, told } = await book([{ ...aTrip, faults: [refused] }], ({ addresses }) =>
      fetch(`${addresses.carDesk}/bookings`, { method: 'POST', headers: { 'idempotency-key': 'stray' }, body: JSON.stringify(stray) }),
    );
    expect(isAllWell).toBe(false);
    expect(told).toContain('car bookings: 1, and there should be 0');
  });
});

describe('a desk', () => {
  it('refuses a booking that arrives after it was cancelled by its key', async () => {
    const world = await openOutsideWorld();
    try {
      const desk = `${world.addresses.hotelDesk}/bookings`;
      await fetch(`${desk}/by-key/${encodeURIComponent('a/key:1')}`, { method: 'DELETE' });
      const body = JSON.stringify({ reference: 'TRIP-1', guest: 'A', item: 'a room', units: 1 });
      const late = await fetch(desk, { method: 'POST', headers: { 'idempotency-key': 'a/key:1' }, body });
      expect(late.status).toBe(409);
      expect((await readBooks(world.addresses)).hotels).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
