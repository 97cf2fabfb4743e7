// Steps that write in the transaction of the execution log: `run` asks for no transaction on their behalf.
import { Async, Compensate, Saga, SagaRunner, Step, stepContext, SubSaga, UseStep } from 'class-saga';
import type { Effects, LogTransaction, StepContext, TransactionOf } from 'class-saga';
import type { TripRequest } from '../domain.js';

interface Client {
  query(statement: string): Promise<{ readonly rows: readonly unknown[] }>;
}
type Log = LogTransaction<Client>;

type Trip<K extends keyof BookTrip = never, Transaction = unknown> = StepContext<TripRequest, Effects<BookTrip, K>, never, Transaction>;

@Saga()
export class BookTrip {
  @Step({ transactional: true })
  async order({ input, transaction, inDoubt }: Trip<never, Log>) {
    await transaction.query(`insert ${input.hotel} ${inDoubt}`);
    return takes(transaction);
  }
  @Compensate('order')
  async takeBack(_order: number | undefined) {}

  @Step({ needs: ['order'], transactional: true, timeoutMs: 5_000 })
  @Async()
  async seat({ needs, transaction }: Trip<'order', Log>) {
    await transaction.query(`insert ${needs.order}`);
  }

  @Step({ transactional: false, delivery: 'at-most-once' })
  async charge({ inDoubt }: Trip) {
    const never: boolean = inDoubt;
    return never;
  }

  @Step({ delivery: 'at-least-once' })
  async mail() {}
}

/** The handle itself is handed over: it goes where the handle goes. */
async function takes(client: Client) {
  const { rows } = await client.query('select');
  return rows.length;
}

/** A step class and a saga above it. */
export class Audit {
  @Step({ transactional: true })
  async execute({ transaction }: StepContext<unknown, unknown, never, LogTransaction<Client>>) {
    await transaction.query('insert');
  }
}
@Saga()
export class Outer {
  @SubSaga(BookTrip)
  trip({ input }: StepContext<TripRequest>): SubSaga<BookTrip> {
    return input;
  }
  @UseStep(Audit)
  audit(): UseStep<Audit> {}
}

/** Whether it is transactional may be computed: then nobody can know what it gets. */
const isTransactional: boolean = process.argv.length > 2;
@Saga()
export class Perhaps {
  @Step({ transactional: isTransactional })
  async order({ transaction }: StepContext<unknown, unknown, never, Log>) {
    await transaction.query('insert');
  }
  @Step({ transactional: true })
  async any({ transaction }: StepContext<unknown, unknown, never, LogTransaction<any>>) { // eslint-disable-line @typescript-eslint/no-explicit-any -- a handle without types
    return transaction;
  }
}

interface Tx {
  insert(): Promise<void>;
}
/** Steps of both kinds: `run` asks for what the others ask for. */
@Saga()
export class Both {
  @Step({ transactional: true })
  async order({ transaction }: StepContext<unknown, unknown, never, Log>) {
    await transaction.query('insert');
  }
  @Step()
  async seat({ transaction }: StepContext<unknown, unknown, never, Tx>) {
    await transaction.insert();
  }
}

export async function runAll(runner: SagaRunner, request: TripRequest, transact: (work: (tx: Tx) => Promise<void>) => Promise<void>) {
  await runner.run(BookTrip, request);
  await runner.run(Outer, request, { deadlineMs: 5_000 });
  await runner.run(Perhaps);
  await runner.run(Both, undefined, { transaction: transact });
}

/** In a unit test a handle is a handle. */
export async function test(saga: BookTrip, client: Client) {
  const context = stepContext<TripRequest, object, never, Log>({ transaction: client, inDoubt: true });
  return saga.order(context);
}

type Same<A, B> = [A, B] extends [B, A] ? true : false;

export const none: Same<TransactionOf<BookTrip>, unknown> = true;
export const ofParts: Same<TransactionOf<Outer>, unknown> = true;
export const ofOthers: Same<TransactionOf<Both>, Tx> = true;
