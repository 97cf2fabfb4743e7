import { EventEmitter } from 'node:events';
import { toEventEmitter } from 'class-saga';
import type { Settled } from 'class-saga';
import type { Pool } from 'pg';
import { legend } from '../shared/account/account.js';
import type { Tell } from '../shared/run-sample.js';
import { account } from './account/account.js';
import { connect } from './database/connect.js';
import { createTables } from './database/tables.js';
import { readBooks } from './reckoning/books.js';
import { discrepancies, table } from './reckoning/reckoning.js';
import type { Expected } from './reckoning/reckoning.js';
import { faultInWords } from './services/faults.js';
import type { OutsideWorld } from './services/outside-world.js';
import { SignUpDesk } from './sign-up-desk.js';
import type { SignUp } from './sign-up.js';
import type { PlannedSignUp } from './sign-ups-file.js';
import type { UserSignedUp } from './user-signed-up.js';

/**
 * Does the sign-ups one after the other, tells how it went, and asks the database and the services what is left. Answers whether all is
 * as it should be.
 */
export async function signUpAll(signUps: readonly PlannedSignUp[], world: OutsideWorld, tell: Tell): Promise<boolean> {
  const database = connect(world.database);
  try {
    await createTables(database);
    const ends = await signUpEach(signUps, world, database, tell);
    const books = await readBooks(database, world.addresses);
    const wrong = discrepancies(books, ends);
    tell('');
    tell('What the database and the services say');
    for (const line of [...table(books, ends), '', ...(wrong.length > 0 ? wrong : ['Nothing is left behind.'])]) tell(line);
    return wrong.length === 0;
  } finally {
    await database.end();
  }
}

async function signUpEach(signUps: readonly PlannedSignUp[], world: OutsideWorld, database: Pool, tell: Tell): Promise<Expected[]> {
  const events = new EventEmitter();
  events.on('UserSignedUp', ({ user, subscription }: UserSignedUp) => {
    tell(`         UserSignedUp is published: ${user.email}, ${subscription}`);
  });
  const desk = new SignUpDesk(database, world.addresses, { observers: [account(tell)], publish: toEventEmitter(events) });
  tell(legend);

  const ends: Expected[] = [];
  for (const { title, request, faults, impatient } of signUps) {
    tell('');
    tell(title);
    for (const fault of faults) tell(`  This time ${faultInWords(fault)}.`);
    const caller = new AbortController();
    world.play(faults, () => {
      if (impatient) caller.abort(new Error('no answer came'));
    });
    const outcome = await desk.signUp(request, caller.signal);
    tell(`  ${conclusion(outcome)}`);
    ends.push({ reference: request.reference, title, status: outcome.status });
  }
  return ends;
}

function conclusion(outcome: Settled<SignUp>): string {
  switch (outcome.status) {
    case 'completed':
      return `Signed up, as user ${outcome.effects.user.id}.`;
    case 'compensated':
      return 'Not signed up, and everything is undone.';
    case 'stuck':
      return `Stuck: somebody must look after ${outcome.remaining.map(({ step }) => step).join(', ')}.`;
  }
}
