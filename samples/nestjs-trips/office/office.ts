import type { Tell } from '../../shared/run-sample.js';
import { readBooks } from '../outside/outside-world.js';
import type { Books, OutsideWorld } from '../outside/outside-world.js';
import type { TripView } from '../trips/trip-view.js';
import { ask } from './ask.js';
import type { Answer } from './ask.js';
import { startInstance } from './instance.js';
import type { Instance } from './instance.js';
import { lisbon, porto, vienna } from './wishes.js';
import type { NamedWish } from './wishes.js';

const tenant = 'acme';
/** So short, because in this story the hotel does not answer any more: whoever waits longer waits in vain. */
const drainMs = 500;
const askEveryMs = 50;

/**
 * Books three trips at two instances of the application: one that is booked, one that is refused, and one over which the instance that
 * books it is told to end. Answers whether all is as it should be.
 */
export async function bookAtTwoInstances(world: OutsideWorld, database: string, tell: Tell): Promise<boolean> {
  const [a, b] = await Promise.all([startInstance({ world, database, drainMs }), startInstance({ world, database, drainMs })]);
  try {
    tell(`Two instances of the application run on one PostgreSQL: A at ${a.url}, B at ${b.url}.`);

    tell(`\nA trip to Lisbon, for the tenant ${tenant}`);
    tellAnswer('POST /trips to A', await ask(a, 'POST /trips', { tenant, body: lisbon }), tell);
    await tellTrip('GET /trips/lisbon of B', b, lisbon, tell);
    tellAnswer('GET /trips/lisbon of B, for another tenant', await ask(b, 'GET /trips/lisbon', { tenant: 'globex' }), tell);

    tell('\nA trip to Vienna, where every hotel is full');
    world.play([{ service: 'hotel', on: 'book', fault: 'refuse' }]);
    tellAnswer('POST /trips to A', await ask(a, 'POST /trips', { tenant, body: vienna }), tell);
    world.play([]);
    await tellTrip('GET /trips/vienna of B', b, vienna, tell);

    tell('\nA trip to Porto, and A is told to end meanwhile');
    const held = world.hotels.hold('POST');
    const answer = ask(a, 'POST /trips', { tenant, body: porto });
    await held.isDue;
    tell('  The hotel has a room for it, and its answer is on the way.');
    tell('  A gets a SIGTERM.');
    a.kill('SIGTERM');
    tellAnswer('POST /trips to A', await answer, tell);
    await a.exited;
    tell('  A has ended. It left the trip to whoever comes.');
    await ended(b, porto);
    await tellTrip('GET /trips/porto of B', b, porto, tell);
    held.letGo();
    tell('  What the hotel was asked for, in whose name:');
    for (const { what, key, tenant: whose } of world.hotels.visits.filter(({ key }) => key?.startsWith(`${tenant}/porto`))) {
      tell(`    ${what}, under the key ${key}, for ${whose}`);
    }

    tell('\nWhat the services say');
    const all = await Promise.all([lisbon, vienna, porto].map(({ reference }) => readBooks(world, reference)));
    [lisbon, vienna, porto].forEach(({ reference }, index) => tell(`  ${reference.padEnd(8)}${booksInWords(all[index]!)}`));
    const isAllWell = isBookedOnce(all[0]!) && isEmpty(all[1]!) && isBookedOnce(all[2]!);
    tell(isAllWell ? '\nEverything is booked once, and nothing is left behind.' : '\nThat is not as it should be.');
    return isAllWell;
  } finally {
    a.kill('SIGTERM');
    b.kill('SIGTERM');
    await Promise.all([a.exited, b.exited]);
  }
}

function tellAnswer(what: string, { status, location, body }: Answer, tell: Tell): void {
  tell(`  ${what} is answered with ${status}${location === null ? '' : `, Location ${location}`}`);
  tell(`    ${JSON.stringify(body)}`);
}

async function tellTrip(what: string, instance: Instance, { reference }: NamedWish, tell: Tell): Promise<void> {
  const { body } = await ask(instance, `GET /trips/${reference}`, { tenant });
  const { status, diagram } = body as TripView;
  tell(`  ${what} says that it is ${status}`);
  for (const line of diagram.split('\n').filter((line) => !line.includes('classDef'))) tell(`    ${line}`);
}

/** Returns when the execution has come to its end. */
async function ended(instance: Instance, { reference }: NamedWish): Promise<void> {
  for (;;) {
    const { body } = await ask(instance, `GET /trips/${reference}`, { tenant });
    if (!/^(pending|running|compensating)$/.test((body as TripView).status)) return;
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}

function booksInWords({ hotels, flights, authorizations, receipts }: Books): string {
  return [...hotels, ...flights, ...authorizations, ...receipts].join(', ') || '–';
}

function isBookedOnce({ hotels, flights, authorizations, receipts }: Books): boolean {
  return hotels.length === 1 && flights.length === 1 && authorizations.length === 0 && receipts.length === 1;
}

function isEmpty(books: Books): boolean {
  return Object.values(books).every((kept: readonly string[]) => kept.length === 0);
}
