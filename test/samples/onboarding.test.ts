import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import type { ObservedEvent } from 'class-saga';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../samples/onboarding/database/connect.js';
import { createTables } from '../../samples/onboarding/database/tables.js';
import { inTransaction } from '../../samples/onboarding/database/transaction.js';
import { signUpAll } from '../../samples/onboarding/program.js';
import { readBooks } from '../../samples/onboarding/reckoning/books.js';
import type { Books } from '../../samples/onboarding/reckoning/books.js';
import { discrepancies } from '../../samples/onboarding/reckoning/reckoning.js';
import type { Fault } from '../../samples/onboarding/services/faults.js';
import { openOutsideWorld } from '../../samples/onboarding/services/outside-world.js';
import type { OutsideWorld } from '../../samples/onboarding/services/outside-world.js';
import { openPostgres } from '../../samples/onboarding/services/postgres.js';
import { SignUpDesk } from '../../samples/onboarding/sign-up-desk.js';
import { readSignUps } from '../../samples/onboarding/sign-ups-file.js';
import type { PlannedSignUp } from '../../samples/onboarding/sign-ups-file.js';
import type { RunningService } from '../../samples/shared/services/http-service.js';

// Everything here runs against the sample's real servers, one set of them for each test, each with a database of its own.

const sampleSignUps = await readSignUps(fileURLToPath(new URL('../../samples/onboarding/sign-ups.json', import.meta.url)));
const [aSignUp] = sampleSignUps as [PlannedSignUp];

interface Result {
  readonly isAllWell: boolean;
  readonly told: string;
  readonly books: Books;
}

let postgres: RunningService;
let administration: Pool;
beforeAll(async () => {
  postgres = await openPostgres();
  administration = connect(postgres.address);
}, 120_000);
afterAll(async () => {
  await administration.end();
  await postgres.close();
}, 120_000);

let databases = 0;
async function newDatabase(): Promise<RunningService> {
  const name = `world_${(databases += 1)}`;
  await administration.query(`CREATE DATABASE ${name}`);
  const address = new URL(name, postgres.address).href;
  return { address, close: async () => void (await administration.query(`DROP DATABASE ${name} WITH (FORCE)`)) };
}

async function inWorld<T>(use: (world: OutsideWorld, database: Pool) => Promise<T>): Promise<T> {
  const world = await openOutsideWorld(newDatabase);
  const database = connect(world.database);
  try {
    await createTables(database);
    return await use(world, database);
  } finally {
    await database.end();
    await world.close();
  }
}

function signUp(signUps: readonly PlannedSignUp[], before: (database: Pool) => Promise<unknown> = async () => {}): Promise<Result> {
  return inWorld(async (world, database) => {
    await before(database);
    const lines: string[] = [];
    const isAllWell = await signUpAll(signUps, world, (line) => lines.push(line));
    return { isAllWell, told: lines.join('\n'), books: await readBooks(database, world.addresses) };
  });
}

const signUpWith = (...faults: Fault[]): Promise<Result> => signUp([{ ...aSignUp, faults }]);

function expectNothingLeft({ isAllWell, told, books }: Result): void {
  expect(told).toContain('Not signed up, and everything is undone.');
  expect(told).not.toContain('UserSignedUp');
  expect(books).toMatchObject({ users: [], subscriptions: [], deliveries: [], jobs: [{ outcome: 'compensated' }] });
  const lastNews = new Map(books.mails.map(({ to, news }) => [to, news]));
  expect([...lastNews.values()]).not.toContain('receipt');
  expect(isAllWell).toBe(true);
}

const goldenAccount = `\
→ a step forward   ← a step undone   ┌ │ └ at the same time

Ada signs up
     1 → user                       user 1: ada@example.com
     2 → subscription/plans         basic 5.00 EUR, team 12.00 EUR, pro 30.00 EUR
     3 → subscription/subscription  SUB-1: pro, 30.00 EUR a month
     4 → subscription/bookkeeping   books@onboarding.example has the receipt for SUB-1
  ┌  5 → welcome/delivery           PARCEL-1: to 12 Mill Lane, Leeds
  └  6 → welcome/receipt            ada@example.com has the receipt for SUB-1
     7 → updateUser                 user 1 has the plan pro
         committed
         UserSignedUp is published: ada@example.com, SUB-1
  Signed up, as user 1.

Ben, by the plans last known
  This time the billing service (plans) is down.
     1 → user                       user 2: ben@example.com
     2 → subscription/plans         ✗ the billing service cannot be reached; once more
                                    ✗ the billing service cannot be reached; once more
                                    ✗ the billing service cannot be reached
         turning back
     3 ← subscription/plans         going on with basic 5.00 EUR, team 12.00 EUR, pro 30.00 EUR
         forward again
     4 → subscription/subscription  SUB-2: basic, 5.00 EUR a month
     5 → subscription/bookkeeping   books@onboarding.example has the receipt for SUB-2
  ┌  6 → welcome/delivery           PARCEL-2: to 3 Rue Cler, Paris
  └  7 → welcome/receipt            ben@example.com has the receipt for SUB-2
     8 → updateUser                 user 2 has the plan basic
         committed
         UserSignedUp is published: ben@example.com, SUB-2
  Signed up, as user 2.

Cleo lives too far out
  This time the delivery service refuses.
     1 → user                       user 3: cleo@example.com
     2 → subscription/plans         basic 5.00 EUR, team 12.00 EUR, pro 30.00 EUR
     3 → subscription/subscription  SUB-3: team, 12.00 EUR a month
     4 → subscription/bookkeeping   books@onboarding.example has the receipt for SUB-3
  ┌  5 → welcome/delivery           ✗ the delivery service refuses: nobody delivers there
  └  6 → welcome/receipt            cleo@example.com has the receipt for SUB-3
         turning back
     7 ← welcome/delivery           cancelled by its key, whether it was scheduled or not
     8 ← welcome/receipt            cleo@example.com has an excuse
     9 ← subscription/bookkeeping   books@onboarding.example has an excuse
    10 ← subscription/subscription  SUB-3 is deleted
         rolled back
  Not signed up, and everything is undone.

Ada once more
     1 → user                       user 4: ada@example.com
     2 → subscription/plans         basic 5.00 EUR, team 12.00 EUR, pro 30.00 EUR
     3 → subscription/subscription  SUB-4: team, 12.00 EUR a month
     4 → subscription/bookkeeping   books@onboarding.example has the receipt for SUB-4
  ┌  5 → welcome/delivery           PARCEL-3: to 12 Mill Lane, Leeds
  └  6 → welcome/receipt            ada@example.com has the receipt for SUB-4
     7 → updateUser                 user 4 has the plan team
         ✗ the commit fails: duplicate key value violates unique constraint "one_user_per_address"
         turning back
     8 ← welcome/receipt            ada@example.com has an excuse
     9 ← welcome/delivery           PARCEL-3 is cancelled
    10 ← subscription/bookkeeping   books@onboarding.example has an excuse
    11 ← subscription/subscription  SUB-4 is deleted
  Not signed up, and everything is undone.

Dan does not wait
  This time the billing service does its work, but its answer is lost.
     1 → user                       user 5: dan@example.com
     2 → subscription/plans         basic 5.00 EUR, team 12.00 EUR, pro 30.00 EUR
     3 → subscription/subscription  ✗ broken off: nobody knows what was done
         ✗ SignUp was cancelled by its caller.
         turning back
     4 ← subscription/subscription  deleted by its key, whether there was one or not
         rolled back
  Not signed up, and everything is undone.

What the database and the services say
                                 user       subscription   delivery   mails                              job
  Ada signs up                   1, pro     SUB-1          PARCEL-1   receipt, receipt                   completed
  Ben, by the plans last known   2, basic   SUB-2          PARCEL-2   receipt, receipt                   completed
  Cleo lives too far out         –          –              –          receipt, receipt, excuse, excuse   compensated
  Ada once more                  –          –              –          receipt, receipt, excuse, excuse   compensated
  Dan does not wait              –          –              –          –                                  compensated

Nothing is left behind.`;

describe('the five sign-ups of the sample', () => {
  let result: Result;
  beforeAll(async () => {
    result = await signUp(sampleSignUps);
  }, 120_000);

  it('are told in order, forward and back, committed or rolled back', () => {
    expect(result.told).toBe(goldenAccount);
  });

  it('leave in the database and the services what was signed up, and nothing else', () => {
    const { users, subscriptions, deliveries, mails, jobs } = result.books;
    expect(users.map(({ reference, email, plan }) => [reference, email, plan])).toEqual([
      ['SIGNUP-1', 'ada@example.com', 'pro'],
      ['SIGNUP-2', 'ben@example.com', 'basic'],
    ]);
    expect(subscriptions.map(({ reference, id, plan }) => [reference, id, plan.name])).toEqual([
      ['SIGNUP-1', 'SUB-1', 'pro'],
      ['SIGNUP-2', 'SUB-2', 'basic'],
    ]);
    expect(deliveries.map(({ reference, id }) => [reference, id])).toEqual([['SIGNUP-1', 'PARCEL-1'], ['SIGNUP-2', 'PARCEL-2']]);
    expect(jobs.map(({ reference, outcome }) => [reference, outcome])).toEqual([
      ['SIGNUP-1', 'completed'],
      ['SIGNUP-2', 'completed'],
      ['SIGNUP-3', 'compensated'],
      ['SIGNUP-4', 'compensated'],
      ['SIGNUP-5', 'compensated'],
    ]);
    const books = 'books@onboarding.example';
    expect(mails.filter(({ reference }) => reference === 'SIGNUP-1')).toEqual([
      { reference: 'SIGNUP-1', to: books, news: 'receipt' },
      { reference: 'SIGNUP-1', to: 'ada@example.com', news: 'receipt' },
    ]);
    expect(mails.filter(({ reference }) => reference === 'SIGNUP-3')).toEqual([
      { reference: 'SIGNUP-3', to: books, news: 'receipt' },
      { reference: 'SIGNUP-3', to: 'cleo@example.com', news: 'receipt' },
      { reference: 'SIGNUP-3', to: 'cleo@example.com', news: 'excuse' },
      { reference: 'SIGNUP-3', to: books, news: 'excuse' },
    ]);
    expect(result.isAllWell).toBe(true);
  });
});

describe('a sign-up in which one thing goes wrong for good', () => {
  const failures: readonly Fault[] = [
    // No plans were ever heard of: the circuit breaker has nothing to go on with.
    { service: 'billing', on: 'plans', fault: 'refuse' },
    { service: 'billing', on: 'plans', fault: 'fail' },
    { service: 'billing', on: 'plans', fault: 'down' },
    { service: 'billing', on: 'plans', fault: 'never-answers' },
    { service: 'billing', on: 'subscribe', fault: 'refuse' },
    { service: 'billing', on: 'subscribe', fault: 'fail' },
    { service: 'billing', on: 'subscribe', fault: 'down' },
    { service: 'billing', on: 'subscribe', fault: 'never-answers' },
    { service: 'mail', on: 'bookkeeping', fault: 'refuse' },
    { service: 'mail', on: 'bookkeeping', fault: 'fail' },
    { service: 'mail', on: 'bookkeeping', fault: 'down' },
    { service: 'mail', on: 'bookkeeping', fault: 'never-answers' },
    { service: 'delivery', on: 'schedule', fault: 'refuse' },
    { service: 'delivery', on: 'schedule', fault: 'fail' },
    { service: 'delivery', on: 'schedule', fault: 'down' },
    { service: 'delivery', on: 'schedule', fault: 'never-answers' },
    { service: 'mail', on: 'receipt', fault: 'refuse' },
    { service: 'mail', on: 'receipt', fault: 'fail' },
    { service: 'mail', on: 'receipt', fault: 'down' },
    { service: 'mail', on: 'receipt', fault: 'never-answers' },
  ];
  it.concurrent.each(failures)('leaves nothing behind: $service, $on, $fault (R8, R21, R24)', async (failure) => {
    expectNothingLeft(await signUpWith(failure));
  });

  it.concurrent('leaves nothing behind when there is no such plan', async () => {
    const result = await signUp([{ ...aSignUp, request: { ...aSignUp.request, plan: 'gold' } }]);
    expectNothingLeft(result);
    expect(result.books.jobs[0]?.problem).toContain('there is no plan gold, only basic, team, pro');
  });

  const refuses = "RAISE 'the database refuses'";
  const breaksOff = 'PERFORM pg_terminate_backend(pg_backend_pid())';
  it.concurrent.each([
    ['user', 'BEFORE INSERT', refuses],
    ['user', 'BEFORE INSERT', breaksOff],
    ['updateUser', 'BEFORE UPDATE', refuses],
    ['updateUser', 'BEFORE UPDATE', breaksOff],
    ['the commit', 'DEFERRED', refuses],
    ['the commit', 'DEFERRED', breaksOff],
  ])('leaves nothing behind: %s, as the database does %s: %s (R21)', async (_step, when, what) => {
    const result = await signUp([aSignUp], (database) => inDatabase(database, when, what));
    expectNothingLeft(result);
  });

  /** Has the database do this whenever users are written, or, deferred, when that is committed. */
  async function inDatabase(database: Pool, when: string, what: string): Promise<void> {
    const [kind, time] = when === 'DEFERRED' ? ['CONSTRAINT TRIGGER', 'AFTER INSERT'] : ['TRIGGER', when];
    const deferred = when === 'DEFERRED' ? 'DEFERRABLE INITIALLY DEFERRED' : '';
    await database.query(`CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${what}; RETURN NEW; END $$`);
    await database.query(`CREATE ${kind} trouble ${time} ON users ${deferred} FOR EACH ROW EXECUTE FUNCTION trouble()`);
  }
});

describe('a subscription that was made, though its answer never came', () => {
  it('is deleted by its key, and the next sign-up has one of its own (R5, R25)', async () => {
    const lost: Fault = { service: 'billing', on: 'subscribe', fault: 'never-answers' };
    const another = { ...aSignUp, request: { ...aSignUp.request, reference: 'SIGNUP-2' } };
    const { isAllWell, told, books } = await signUp([{ ...aSignUp, faults: [lost] }, another]);
    expect(told).toContain('deleted by its key, whether there was one or not');
    expect(books.subscriptions.map(({ id, reference }) => [id, reference])).toEqual([['SUB-2', 'SIGNUP-2']]); // SUB-1 was made
    expect(isAllWell).toBe(true);
  });
});

describe('a sign-up that its caller cancels', () => {
  it.concurrent.each<Fault>([
    { service: 'billing', on: 'plans', fault: 'never-answers' },
    { service: 'billing', on: 'subscribe', fault: 'never-answers' },
    { service: 'mail', on: 'bookkeeping', fault: 'never-answers' },
    { service: 'delivery', on: 'schedule', fault: 'never-answers' },
    { service: 'mail', on: 'receipt', fault: 'never-answers' },
  ])('leaves nothing behind, whoever is at work: $service, $on (R19)', async (fault) => {
    const result = await signUp([{ ...aSignUp, faults: [fault], impatient: true }]);
    expectNothingLeft(result);
    expect(result.told).toContain('✗ SignUp was cancelled by its caller.');
    expect(result.told).not.toContain('→ updateUser');
  });

  it('leaves nothing behind at whatever moment, until the commit is sent (R19, R21)', async () => {
    await inWorld(async (world, database) => {
      const statuses: string[] = [];
      for (let moment = 1, seen = moment; seen >= moment; moment += 1) {
        const caller = new AbortController();
        seen = 0;
        const observer = ({ type }: ObservedEvent): void => {
          seen += 1;
          if (seen === moment) caller.abort(new Error(`at ${type}`));
        };
        const desk = new SignUpDesk(database, world.addresses, { observers: [observer] });
        const reference = `SIGNUP-${moment}`;
        const { status } = await desk.signUp({ ...aSignUp.request, reference, email: `${moment}@example.com` }, caller.signal);
        const books = await readBooks(database, world.addresses);
        expect(discrepancies(books, [{ reference, title: `Cancelled at moment ${moment}`, status }])).toEqual([]);
        statuses.push(status);
      }
      const inTime = statuses.lastIndexOf('compensated') + 1;
      expect(inTime).toBeGreaterThan(20);
      expect(new Set(statuses.slice(0, inTime))).toEqual(new Set(['compensated']));
      expect(new Set(statuses.slice(inTime))).toEqual(new Set(['completed']));
    });
  });

  it('does not begin at all when that was before, and its job is acknowledged (R19)', async () => {
    await inWorld(async (world, database) => {
      const desk = new SignUpDesk(database, world.addresses, {});
      const outcome = await desk.signUp(aSignUp.request, AbortSignal.abort(new Error('never mind')));
      expect(outcome).toMatchObject({ status: 'compensated', failedStep: undefined, error: { reason: new Error('never mind') } });
      const { mails, jobs } = await readBooks(database, world.addresses);
      expect(mails).toEqual([]);
      expect(jobs).toMatchObject([{ outcome: 'compensated' }]);
    });
  });
});

describe('a sign-up in which something goes wrong for a while', () => {
  it.concurrent.each<Fault>([
    { service: 'billing', on: 'plans', fault: 'fail', times: 2 },
    { service: 'billing', on: 'subscribe', fault: 'down', times: 2 },
    { service: 'mail', on: 'bookkeeping', fault: 'fail', times: 2 },
    { service: 'delivery', on: 'schedule', fault: 'fail', times: 2 },
    { service: 'mail', on: 'receipt', fault: 'down', times: 2 },
  ])('is done all the same, once: $service, $on, $fault (R6)', async (hitch) => {
    const { isAllWell, told, books } = await signUpWith(hitch);
    expect(told).toContain('once more');
    expect(told).toContain('UserSignedUp is published: ada@example.com, SUB-1');
    expect(Object.values(books).map((kept: readonly unknown[]) => kept.length)).toEqual([1, 1, 1, 2, 1]);
    expect(isAllWell).toBe(true);
  });

  it.concurrent('is undone all the same when it is the undoing that goes wrong (R15)', async () => {
    const result = await signUpWith(
      { service: 'delivery', on: 'schedule', fault: 'refuse' },
      { service: 'billing', on: 'unsubscribe', fault: 'down', times: 2 },
      { service: 'mail', on: 'excuse', fault: 'fail', times: 2 },
    );
    expectNothingLeft(result);
  });
});

describe('two sign-ups at once with one address', () => {
  it('sign up one user, whoever is first (R21, R23)', async () => {
    await inWorld(async (world, database) => {
      const references = ['SIGNUP-1', 'SIGNUP-2'];
      const all = references.map((reference) => ({ ...aSignUp, request: { ...aSignUp.request, reference } }));
      const areWell = await Promise.all(all.map((one) => signUpAll([one], world, () => {})));
      expect(areWell).toEqual([true, true]);
      const { users, subscriptions, deliveries, jobs } = await readBooks(database, world.addresses);
      expect([users.length, subscriptions.length, deliveries.length]).toEqual([1, 1, 1]);
      expect(jobs.map(({ outcome }) => outcome).sort()).toEqual(['compensated', 'completed']);
    });
  });
});

describe('a sign-up whose connection to the database breaks while another service is at work', () => {
  it('leaves nothing behind (R21)', async () => {
    await inWorld(async (world, database) => {
      const idle = "datname = current_database() AND state = 'idle in transaction'";
      const breakOff = () => void database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${idle}`);
      const lost: Fault = { service: 'billing', on: 'plans', fault: 'never-answers' }; // alone it does no harm: plans are known by then
      const another = { ...aSignUp, faults: [lost], request: { ...aSignUp.request, reference: 'SIGNUP-2', email: 'ben@example.com' } };
      const lines: string[] = [];
      const breaking: OutsideWorld = { ...world, play: (faults) => world.play(faults, breakOff) };
      expect(await signUpAll([aSignUp, another], breaking, (line) => lines.push(line))).toBe(true);
      expect(lines).toContain('  Not signed up, and everything is undone.');
      expect((await readBooks(database, world.addresses)).users).toMatchObject([{ reference: 'SIGNUP-1' }]);
    });
  });
});

describe('a sign-up of which something is left behind', () => {
  it('is told so when a compensation failed for good, and the job knows it (R15)', async () => {
    const { isAllWell, told, books } = await signUpWith(
      { service: 'delivery', on: 'schedule', fault: 'refuse' },
      { service: 'billing', on: 'unsubscribe', fault: 'refuse' },
    );
    expect(isAllWell).toBe(false);
    expect(told).toContain('Stuck: somebody must look after subscription/subscription.');
    expect(told).toMatch(/^Ada signs up: subscriptions: 1, and there should be 0$/m);
    expect(books.users).toEqual([]); // rolled back all the same
    expect(books.jobs).toMatchObject([{ outcome: 'stuck' }]);
  });
});

describe('a database transaction of the sample', () => {
  it('is not taken for committed where the database rolled it back', async () => {
    await inWorld(async (_, database) => {
      const committed = inTransaction(database, async (transaction) => {
        await transaction.query('SELECT 1 / 0').catch(() => {});
      });
      await expect(committed).rejects.toThrow('the transaction was rolled back');
    });
  });
});
