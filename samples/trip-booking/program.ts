import { SagaRunner } from 'class-saga';
import { fromContainer } from 'class-saga/tsyringe';
import { legend } from '../shared/account/account.js';
import { undoAgain } from '../shared/clients/ask-again.js';
import type { Tell } from '../shared/run-sample.js';
import { account } from './account/account.js';
import { announce } from './account/announcement.js';
import { conclusion } from './account/conclusion.js';
import { BookTrip } from './book-trip.js';
import { contextsFor } from './contexts.js';
import { reckon } from './reckoning/reckon.js';
import type { Expected } from './reckoning/reckoning.js';
import type { OutsideWorld } from './services/outside-world.js';
import type { PlannedTrip } from './trips-file.js';

/** Books the trips one after the other, tells how it went, and asks the services what is left. Answers whether all is as it should be. */
export async function bookTrips(trips: readonly PlannedTrip[], world: OutsideWorld, tell: Tell): Promise<boolean> {
  const runner = new SagaRunner({
    resolver: fromContainer(contextsFor(world.addresses)),
    observers: [account(tell)],
    compensationRetry: undoAgain,
  });
  tell(legend);

  const ends: Expected[] = [];
  for (const trip of trips) {
    announce(trip, tell);
    world.play(trip.faults);
    const outcome = await runner.settle(BookTrip, trip.request);
    tell(`  ${conclusion(outcome)}`);
    ends.push({ reference: trip.request.reference, title: trip.title, isBooked: outcome.status === 'completed' });
  }
  return reckon(world.addresses, ends, tell);
}
