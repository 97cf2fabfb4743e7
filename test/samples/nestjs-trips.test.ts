import { randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../samples/nestjs-trips/database/data-source.js';
import { ask } from '../../samples/nestjs-trips/office/ask.js';
import type { Answer } from '../../samples/nestjs-trips/office/ask.js';
import { startInstance } from '../../samples/nestjs-trips/office/instance.js';
import type { Instance } from '../../samples/nestjs-trips/office/instance.js';
import { lisbon } from '../../samples/nestjs-trips/office/wishes.js';
import type { NamedWish } from '../../samples/nestjs-trips/office/wishes.js';
import { openOutsideWorld, readBooks } from '../../samples/nestjs-trips/outside/outside-world.js';
import type { OutsideWorld } from '../../samples/nestjs-trips/outside/outside-world.js';
import type { Visit } from '../../samples/nestjs-trips/outside/gate.js';
import type { TripView } from '../../samples/nestjs-trips/trips/trip-view.js';
import { startPostgres } from '../../samples/shared/services/postgres.js';
import type { Postgres } from '../../samples/shared/services/postgres.js';
import { Folder, runScript } from './sample-script.js';

// Real processes over real HTTP: two instances that run all the time, and one for each test that ends one.

const folder = new Folder();
let postgres: Postgres;
let world: OutsideWorld;
let a: Instance;
let b: Instance;
const started: Instance[] = [];

async function start(drainMs: number): Promise<Instance> {
  const instance = await startInstance({ world, database: postgres.url, drainMs });
  started.push(instance);
  return instance;
}

beforeAll(async () => {
  [postgres, world] = await Promise.all([startPostgres(), openOutsideWorld()]);
  await migrate(postgres.url);
  [a, b] = await Promise.all([start(10_000), start(10_000)]);
}, 120_000);
afterEach(() => world.play([]));
afterAll(async () => {
  for (const instance of started) instance.kill('SIGTERM');
  await Promise.all(started.map(({ exited }) => exited));
  await world.close();
  await postgres.stop();
}, 120_000);

let trips = 0;
/** Nobody has asked for it before. */
const newTrip = (): NamedWish => ({ ...lisbon, reference: `trip-${(trips += 1)}` });

const tenant = 'acme';
const book = (instance: Instance, body: NamedWish): Promise<Answer> => ask(instance, 'POST /trips', { tenant, body });

async function show(instance: Instance, { reference }: NamedWish): Promise<TripView> {
  return (await ask(instance, `GET /trips/${reference}`, { tenant })).body as TripView;
}

const untilEnded = (instance: Instance, trip: NamedWish): Promise<void> =>
  expect.poll(async () => (await show(instance, trip)).status, { timeout: 60_000 }).toMatch(/completed|compensated|stuck/);

const booksOf = ({ reference }: NamedWish): ReturnType<typeof readBooks> => readBooks(world, reference);
const bookedOnce = {
  hotels: [expect.stringMatching(/^HOTEL-/)],
  flights: [expect.stringMatching(/^FLIGHT-/)],
  authorizations: [],
  receipts: [expect.stringMatching(/^RECEIPT-/)],
};
const nothing = { hotels: [], flights: [], authorizations: [], receipts: [] };

/** All that the services were asked for under keys of this trip. */
function visitsOf({ reference }: NamedWish): readonly Visit[] {
  const all = [world.cards, world.hotels, world.flights].flatMap(({ visits }) => visits);
  return all.filter(({ key }) => key?.startsWith(`${tenant}/${reference}:`));
}

describe('POST /trips', () => {
  it('books the whole trip, and answers with what was booked', async () => {
    const trip = newTrip();
    const { status, location, body } = await book(a, trip);
    expect([status, location]).toEqual([201, `/trips/${trip.reference}`]);
    const { hotels: [hotel], flights: [flight], receipts: [number], ...others } = await booksOf(trip);
    expect(body).toEqual({ reference: trip.reference, hotel, flight, receipt: { number, amount: { cents: 740_00, currency: 'EUR' } } });
    expect(others).toEqual({ authorizations: [] });
    const { reference, traveller } = trip;
    expect((await ask(b, 'GET /trips', { tenant })).body).toContainEqual({ tenant, reference, traveller, hotel, flight });
  });

  it.each([
    ['hotel', 'book', 409, 'the hotel desk refuses: no room is left'],
    ['flight', 'book', 409, 'the flight desk refuses: no seat is left'],
    ['card', 'authorize', 402, 'the card gateway refuses: the card is declined'],
    ['card', 'capture', 402, 'the card gateway refuses: the bank says no'],
  ] as const)('undoes everything where the %s (%s) refuses, and answers what the step threw, again and anywhere', async (...given) => {
    const [service, on, status, message] = given;
    const trip = newTrip();
    world.play([{ service, on, fault: 'refuse' }]);
    const first = await book(a, trip);
    expect(first).toMatchObject({ status, body: { message } });
    expect(await booksOf(trip)).toEqual(nothing);
    expect(await show(b, trip)).toMatchObject({ status: 'compensated', trip: null });
    world.play([]);
    expect(await book(b, trip)).toEqual(first);
    expect(await booksOf(trip)).toEqual(nothing);
  });

  it('asks a service again that is out of order, under the same key', async () => {
    const trip = newTrip();
    world.play([{ service: 'hotel', on: 'book', fault: 'fail', times: 2 }]);
    expect(await book(a, trip)).toMatchObject({ status: 201 });
    const keys = visitsOf(trip).filter(({ what }) => what === 'POST /bookings').map(({ key }) => key);
    expect(keys.filter((key) => key?.includes(':hotel:'))).toEqual(Array(3).fill(`${tenant}/${trip.reference}:hotel:1`));
    expect(await booksOf(trip)).toEqual(bookedOnce);
  });

  it('answers 503 where that helps nothing', async () => {
    const trip = newTrip();
    world.play([{ service: 'flight', on: 'book', fault: 'down' }]);
    expect(await book(a, trip)).toMatchObject({ status: 503, body: { message: 'the flight desk cannot be reached' } });
    expect(await booksOf(trip)).toEqual(nothing);
  });

  it('books nothing twice, however often it is asked, and at which instance', async () => {
    const trip = newTrip();
    const answers = await Promise.all([a, b, a, b].map((instance) => book(instance, trip)));
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], status: 201 });
    expect(await book(b, trip)).toEqual(answers[0]);
    expect(await booksOf(trip)).toEqual(bookedOnce);
    expect(new Set(visitsOf(trip).map(({ key }) => key)).size).toBe(visitsOf(trip).length);
  });

  it('takes the Idempotency-Key for a reference where there is none, and makes one where there is neither', async () => {
    const { reference: _, ...body } = lisbon;
    const idempotencyKey = randomUUID();
    const keyed = await Promise.all([a, b].map((instance) => ask(instance, 'POST /trips', { tenant, body, idempotencyKey })));
    for (const answer of keyed) expect(answer).toMatchObject({ status: 201, location: `/trips/${idempotencyKey}` });
    expect(await readBooks(world, idempotencyKey)).toEqual(bookedOnce);
    for (const wrong of ['a b', 'a/b', '..']) {
      expect(await ask(a, 'POST /trips', { tenant, body, idempotencyKey: wrong })).toMatchObject({ status: 400 });
    }
    const unkeyed = await Promise.all([a, b].map((instance) => ask(instance, 'POST /trips', { tenant, body })));
    expect(new Set(unkeyed.map(({ location }) => location)).size).toBe(2);
  });

  it('refuses another trip under a reference that is taken', async () => {
    const trip = newTrip();
    await book(a, trip);
    expect(await book(b, { ...trip, traveller: 'Jonas Weber' })).toMatchObject({
      status: 409, body: { message: 'Another request has this id.' },
    });
  });

  it('keeps the trips of two tenants apart that have the same reference', async () => {
    const trip = newTrip();
    const answers = await Promise.all(['acme', 'globex'].map((whose) => ask(a, 'POST /trips', { tenant: whose, body: trip })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect((await booksOf(trip)).receipts).toHaveLength(2);
    const all = (await ask(b, 'GET /trips', { tenant: 'globex' })).body;
    expect(all).toEqual([expect.objectContaining({ tenant: 'globex', reference: trip.reference })]);
  });

  it('does not wait where it is not to', async () => {
    const trip = newTrip();
    const accepted = await ask(a, 'POST /trips?wait=false', { tenant, body: trip });
    expect(accepted).toEqual({ status: 202, location: `/trips/${trip.reference}`, body: { reference: trip.reference } });
    await untilEnded(b, trip);
    expect(await show(b, trip)).toMatchObject({ status: 'completed' });
  });

  it('says what is wrong with a request', async () => {
    const { hotel: _, ...bad } = newTrip();
    const answer = await ask(a, 'POST /trips', { tenant, body: { ...bad, flight: { from: 'LHR', to: 'Lisbon', seats: 1 } } });
    const { message } = answer.body as { message: string[] };
    expect([answer.status, ...message.map((line) => line.split(':')[0])]).toEqual([400, 'hotel', 'flight.to']);
    for (const whose of [{}, { tenant: 'ACME/' }]) {
      expect(await ask(a, 'POST /trips', { ...whose, body: newTrip() })).toMatchObject({ status: 400 });
    }
  });
});

describe('GET /trips/:reference', () => {
  it('shows what has happened to each step, while that goes on, too', async () => {
    const trip = newTrip();
    const held = world.hotels.hold('POST');
    const booked = book(a, trip);
    await held.isDue;
    await expect.poll(async () => (await show(b, trip)).diagram).toContain('flight["flight: done"]:::done');
    const { diagram, ...view } = await show(b, trip);
    expect(view).toEqual({ reference: trip.reference, tenant, status: 'running', trip: null });
    expect(diagram).toMatch(
      /^flowchart LR\n {2}authorization\["authorization: done"\]:::done\n {2}hotel\["hotel: under way"\]\n {2}flight\["flight: done"\]/,
    );
    expect(diagram).toContain('entry["entry: not begun"]\n');
    expect(diagram).toContain('authorization --> hotel & flight\n  hotel & flight --> entry\n  entry --> charge\n');
    held.letGo();
    expect(await booked).toMatchObject({ status: 201 });
    const { hotels: [hotel], flights: [flight] } = await booksOf(trip);
    const shown = await show(b, trip);
    expect(shown).toMatchObject({ status: 'completed', trip: { tenant, hotel, flight } });
    expect(shown.diagram).toContain('charge["charge: done"]:::done');
  });

  it('shows what was undone', async () => {
    const trip = newTrip();
    world.play([{ service: 'hotel', on: 'book', fault: 'refuse' }]);
    await book(a, trip);
    const { diagram } = await show(b, trip);
    expect(diagram).toContain('hotel["hotel: failed, undone"]:::undone');
    expect(diagram).toContain('authorization["authorization: done, undone"]:::undone');
  });

  it('knows no trip that was never asked for, and none of another tenant', async () => {
    const trip = newTrip();
    await book(a, trip);
    for (const instance of [a, b]) {
      expect(await ask(instance, 'GET /trips/nowhere', { tenant })).toMatchObject({ status: 404 });
      expect(await ask(instance, `GET /trips/${trip.reference}`, { tenant: 'globex' })).toMatchObject({ status: 404 });
    }
  });
});

describe('an instance that gets a SIGTERM in the middle of a booking', () => {
  it('lets the steps under way end, and leaves the rest to another instance', async () => {
    const leaving = await start(60_000);
    const trip = newTrip();
    const held = world.hotels.hold('POST');
    const answer = book(leaving, trip);
    await held.isDue;
    leaving.kill('SIGTERM');
    await expect.poll(() => leaving.output(), { timeout: 60_000 }).toContain('takes up nothing more');
    expect(await show(leaving, trip)).toMatchObject({ status: 'running', tenant });
    const seen = visitsOf(trip).length;
    held.letGo();

    expect(await answer).toEqual({ status: 202, location: `/trips/${trip.reference}`, body: { reference: trip.reference } });
    expect(await leaving.exited).toMatchObject({ signal: 'SIGTERM' });
    expect(leaving.output()).not.toContain(`${tenant}/${trip.reference}: completed`);
    await untilEnded(b, trip);
    await expect.poll(() => a.output() + b.output()).toContain(`${tenant}/${trip.reference}: completed`);
    const { diagram, ...view } = await show(b, trip);
    expect(view).toMatchObject({ status: 'completed', tenant });
    expect(diagram).toContain('hotel["hotel: done"]');
    expect(await booksOf(trip)).toEqual(bookedOnce);
    expect(visitsOf(trip)).toEqual(
      [
        ['POST /authorizations', 'authorization'],
        ['POST /captures', 'charge'],
        ['POST /bookings', 'hotel'],
        ['POST /bookings', 'flight'],
      ].map(([what, step]) => ({ what, key: `${tenant}/${trip.reference}:${step}:1`, tenant })),
    );
    expect(visitsOf(trip)).toHaveLength(seen + 1); // the other instance has charged the card
  });

  it('leaves a step that does not end in time, and another asks for it again, for the same tenant and under the same key', async () => {
    const leaving = await start(100);
    const trip = newTrip();
    const held = world.hotels.hold('POST');
    const answer = book(leaving, trip);
    await held.isDue;
    leaving.kill('SIGTERM');

    expect(await answer).toMatchObject({ status: 202, location: `/trips/${trip.reference}` });
    expect(await leaving.exited).toMatchObject({ signal: 'SIGTERM', errors: '' });
    await untilEnded(b, trip);
    const { diagram, ...view } = await show(b, trip);
    expect(view).toMatchObject({ status: 'completed', tenant });
    expect(diagram).toContain('hotel["hotel: interrupted, done"]');
    const bookings = visitsOf(trip).filter(({ key }) => key?.includes(':hotel:'));
    expect(bookings).toEqual(Array(2).fill({ what: 'POST /bookings', key: `${tenant}/${trip.reference}:hotel:1`, tenant }));
    expect(await booksOf(trip)).toEqual(bookedOnce);
    held.letGo();
    expect(await book(b, trip)).toMatchObject({ status: 201, body: { reference: trip.reference } });
  });

  it('leaves to another what is still to be undone', async () => {
    const leaving = await start(100);
    const trip = newTrip();
    world.play([{ service: 'card', on: 'capture', fault: 'refuse' }]);
    const cancelled = world.hotels.hold('DELETE');
    const answer = book(leaving, trip);
    await cancelled.isDue;
    leaving.kill('SIGTERM');

    expect(await answer).toMatchObject({ status: 202 });
    expect(await leaving.exited).toMatchObject({ signal: 'SIGTERM', errors: '' });
    await untilEnded(b, trip);
    expect(await show(b, trip)).toMatchObject({ status: 'compensated', trip: null });
    expect(await booksOf(trip)).toEqual(nothing);
    expect(await book(b, trip)).toMatchObject({ status: 402, body: { message: 'the card gateway refuses: the bank says no' } });
    cancelled.letGo();
  });
});

describe('GET /health', () => {
  it('says that the database and the sagas are up', async () => {
    const details = { database: { status: 'up' }, sagas: { status: 'up', stuck: 0, incompatible: 0 } };
    expect(await ask(a, 'GET /health')).toMatchObject({ status: 200, body: { status: 'ok', details } });
  });
});

describe('npm run trips', () => {
  it('shows how one instance goes on with what another left, leaves nothing behind, and ends by itself', async () => {
    const temporary = join(folder.path, 'temporary');
    await mkdir(temporary);
    const { code, output, errors } = await runScript('trips', [], { TMPDIR: temporary });
    expect(errors).toBe('');
    expect(output).toContain('POST /trips to A is answered with 202, Location /trips/porto');
    expect(output).toContain('hotel["hotel: interrupted, done"]:::done');
    expect(output).toMatch(/^Everything is booked once, and nothing is left behind\.\n$/m);
    expect(await readdir(temporary)).toEqual([]);
    expect(code).toBe(0);
  });
});
