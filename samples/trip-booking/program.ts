import { SagaRunner } from 'class-saga';
import type { Settled } from 'class-saga';
import { fromContainer } from 'class-saga/tsyringe';
import { container } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { legend } from '../shared/account/account.js';
import { undoAgain } from '../shared/clients/ask-again.js';
import { moneyInWords } from '../shared/money.js';
import type { Tell } from '../shared/run-sample.js';
import { account } from './account/account.js';
import { phraseFor } from './account/phrases.js';
import { Billing } from './billing/billing.js';
import { BookTrip } from './book-trip.js';
import { ServiceAddresses } from './clients/service-addresses.js';
import { readBooks } from './reckoning/books.js';
import { discrepancies, table } from './reckoning/reckoning.js';
import type { Expected } from './reckoning/reckoning.js';
import { faultInWords } from './services/faults.js';
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
  for (const { title, request, faults } of trips) {
    tell('');
    tell(`${title}, for ${request.traveller}`);
    for (const fault of faults) tell(`  This time ${faultInWords(fault)}.`);
    world.play(faults);
    const outcome = await runner.settle(BookTrip, request);
    tell(`  ${conclusion(outcome)}`);
    ends.push({ reference: request.reference, title, isBooked: outcome.status === 'completed' });
  }

  const books = await readBooks(world.addresses);
  const wrong = discrepancies(books, ends);
  tell('');
  tell('What the services say');
  for (const line of [...table(books, ends), '', ...(wrong.length > 0 ? wrong : ['Nothing is left behind.'])]) tell(line);
  return wrong.length === 0;
}

function contextsFor(addresses: ServiceAddresses): DependencyContainer {
  const contexts = container.createChildContainer();
  contexts.registerInstance(ServiceAddresses, addresses);
  contexts.registerSingleton(Billing); // it remembers from one trip to the next which rates it heard last
  return contexts;
}

function conclusion(outcome: Settled<BookTrip>): string {
  switch (outcome.status) {
    case 'completed':
      return `Booked, for ${moneyInWords(outcome.effects.charge.amount)}.`;
    case 'compensated':
      return 'Not booked, and everything is undone.';
    case 'stuck':
      return `Stuck: somebody must look after ${outcome.remaining.map(({ step }) => phraseFor(step).name ?? step).join(', ')}.`;
  }
}
