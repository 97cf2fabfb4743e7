import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrips } from '../../samples/trip-booking/trips-file.js';
import { Folder, runScript } from './sample-script.js';

const folder = new Folder();

const wish = {
  traveller: 'Ada Brown',
  email: 'ada@example.com',
  currency: 'EUR',
  budget: 900.5,
  card: { holder: 'Ada Brown', number: '4000001234567865' },
  hotel: { name: 'The Plaza', nights: 1 },
  car: { model: 'Ford Mustang', days: 1 },
  flight: { from: 'LHR', to: 'JFK', seats: 1 },
};
const trip = { title: 'A trip', request: wish };

describe('a file of trips', () => {
  it('gives each trip a reference of its own, no faults unless it names some, and a fault its operation', async () => {
    const file = await folder.fileWith('good.json', [trip, { ...trip, faults: [{ service: 'card', fault: 'down' }] }]);
    const trips = await readTrips(file);
    expect(trips.map(({ request }) => request.reference)).toEqual(['TRIP-1', 'TRIP-2']);
    expect(trips.map(({ faults }) => faults)).toEqual([[], [{ service: 'card', on: 'authorize', fault: 'down' }]]);
  });

  const { card, flight, hotel } = wish;
  it.each([
    ['a missing field', { ...wish, budget: undefined }, 'trip 2, request.budget: is missing'],
    ['a field that nobody reads', { ...wish, hotle: 1 }, 'trip 2, request: has no place for hotle'],
    ['a wrong type', { ...wish, traveller: 7 }, 'trip 2, request.traveller: must be of type string'],
    ['an empty name', { ...wish, hotel: { ...hotel, name: '' } }, 'trip 2, request.hotel.name: must not be empty'],
    ['an unknown currency', { ...wish, currency: 'DEM' }, 'trip 2, request.currency: must be one of: EUR, USD, GBP, CHF'],
    ['no night', { ...wish, hotel: { ...hotel, nights: 0 } }, 'trip 2, request.hotel.nights: must be at least 1'],
    ['no money', { ...wish, budget: 0 }, 'trip 2, request.budget: must be more than 0'],
    ['a bad address', { ...wish, email: 'ada' }, 'trip 2, request.email: must be an e-mail address'],
    ['a short card number', { ...wish, card: { ...card, number: '4000' } }, 'trip 2, request.card.number: must be 16 digits'],
    ['a city for an airport', { ...wish, flight: { ...flight, to: 'Paris' } }, 'trip 2, request.flight.to: must be an airport code'],
  ])('is refused for %s, naming the file and the field', async (_, request, problem) => {
    const file = await folder.fileWith('bad-request.json', [trip, { title: 'Another', request }]);
    await expect(readTrips(file)).rejects.toThrow(`${file} cannot be booked:\n  ${problem}`);
  });

  it.each([
    [{ service: 'boat', fault: 'down' }, 'faults[0].service: must be one of: rates, card, hotel, car, flight, mail'],
    [{ service: 'car', fault: 'sink' }, 'faults[0].fault: must be one of: refuse, fail, down, never-answers'],
    [{ service: 'car', on: 'park', fault: 'down' }, 'faults[0].on: must be one of: book, cancel'],
    [{ service: 'car', fault: 'down', times: 0 }, 'faults[0].times: must be at least 1'],
  ])('is refused for the fault %j', async (fault, problem) => {
    const file = await folder.fileWith('bad-fault.json', [{ ...trip, faults: [fault] }]);
    await expect(readTrips(file)).rejects.toThrow(`trip 1, ${problem}`);
  });

  it('names every mistake at once', async () => {
    const expensive = { title: 'Another', request: { ...wish, budget: 'much' } };
    const file = await folder.fileWith('mistakes.json', [{ ...trip, title: '' }, expensive]);
    await expect(readTrips(file)).rejects.toThrow('  trip 1, title: must not be empty\n  trip 2, request.budget: must be of type number');
  });

  it.each([
    ['{}', 'cannot be booked:\n  the whole file: must be of type array'],
    ['[]', 'cannot be booked:\n  the whole file: there must be at least one'],
    ['', 'is not JSON: Unexpected end of JSON input'],
    ['[\n  { "title": "A",\n  }\n]', 'is not JSON: Expected double-quoted property name in JSON at position'],
  ])('is refused when it holds %j', async (content, problem) => {
    const file = await folder.fileWith('whole.json', content);
    await expect(readTrips(file)).rejects.toThrow(`${file} ${problem}`);
  });

  it('is refused when it is not there, or is a folder', async () => {
    const missing = join(folder.path, 'none.json');
    await expect(readTrips(missing)).rejects.toThrow(`${missing} cannot be read: there is no such file`);
    await expect(readTrips(folder.path)).rejects.toThrow(`${folder.path} cannot be read: it is a folder`);
  });
});

describe('npm start', () => {
  const start = (...args: string[]) => runScript('start', args);

  it('books the five trips, leaves nothing behind and ends by itself', async () => {
    const { code, output } = await start();
    expect(output).toMatch(/^Nothing is left behind\.\n$/m);
    expect(code).toBe(0);
  });

  it('books the trips of the file that it is given', async () => {
    const { code, output } = await start(await folder.fileWith('mine.json', [trip]));
    expect(output).toContain('A trip, for Ada Brown');
    expect(code).toBe(0);
  });

  it('exits with 1 when something is left behind', async () => {
    const faults = [{ service: 'car', fault: 'refuse' }, { service: 'hotel', on: 'cancel', fault: 'refuse' }];
    const { code, output } = await start(await folder.fileWith('stuck.json', [{ ...trip, faults }]));
    expect(output).toContain('A trip: hotel bookings: 1, and there should be 0');
    expect(code).toBe(1);
  });

  it('says in a sentence what is wrong with the file, and exits with 1', async () => {
    const { code, output, errors } = await start(await folder.fileWith('wrong.json', [{ ...trip, request: { ...wish, budget: 'much' } }]));
    expect(errors).toContain(`${join(folder.path, 'wrong.json')} cannot be booked:\n  trip 1, request.budget: must be of type number\n`);
    expect(errors).not.toMatch(/^ +at /m); // no stack trace
    expect(output).toBe('');
    expect(code).toBe(1);
  });
});
