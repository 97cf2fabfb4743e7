// Run options: all may be left out, but for the transaction of a saga whose steps cannot do without.
import { Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { Completed, Effects, ExecutionMetadata, RunArguments, RunOptions, SagaClass, StepContext, TransactionOf } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

interface Tx {
  query(statement: string): Promise<void>;
}
const tagged: ExecutionMetadata = { tenant: 'acme' };
interface Database {
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** As Knex does: the handle is more than is asked for. */
  begin(work: (tx: Tx & { readonly commit: () => void }) => Promise<void>): PromiseLike<unknown>;
}

@Saga()
export class NoTransaction {
  @Step()
  async hotel({ input }: StepContext<TripRequest>): Promise<Booking> {
    return { ref: input.hotel, price: 100 };
  }
}
@Saga()
export class NoInput {
  @Step()
  async hotel({ transaction }: StepContext) {
    return transaction === undefined;
  }
}

type SignUpStep<K extends keyof SignUp = never> = StepContext<{ readonly email: string }, Effects<SignUp, K>, 'signed-up', Tx>;

@Saga()
export class SignUp {
  @Step()
  async user({ input, transaction, emit }: SignUpStep) {
    await transaction.query(`insert ${input.email}`);
    emit('signed-up');
    return { id: 1 };
  }

  @Step({ needs: ['user'] })
  async mail({ needs: { user } }: SignUpStep<'user'>) {
    return user.id;
  }
}

@Saga()
export class Counted {
  @Step()
  async count({ transaction }: StepContext<unknown, unknown, never, Tx>) {
    await transaction.query('update');
  }
}

@Saga()
export class Perhaps {
  @Step()
  async count({ transaction }: StepContext<string | undefined, unknown, never, Tx | undefined>) {
    await transaction?.query('update');
  }
}

/** A step class, and a saga above it, that ask for transactions of their own. */
export class Audit {
  @Step()
  async execute({ transaction }: StepContext<unknown, unknown, never, { readonly audit: () => void }>) {
    transaction.audit();
  }
}
@Saga()
export class Lodging {
  @SubSaga(Counted)
  count(): SubSaga<Counted> {}
}
@Saga()
export class Outer {
  @SubSaga(Lodging)
  lodging(): SubSaga<Lodging> {}

  @UseStep(Audit)
  audit(): UseStep<Audit> {}
}

export async function runAll(runner: SagaRunner, request: TripRequest, db: Database, audited: Tx & { audit(): void }) {
  const { signal } = new AbortController();

  await runner.run(NoTransaction, request);
  await runner.run(NoTransaction, request, {});
  await runner.settle(NoTransaction, request, { signal, deadlineMs: 5_000, executionId: 'trip-1', metadata: { tenant: 'acme' } });
  await runner.run(NoTransaction, request, { transaction: (work) => db.transaction(work) });
  await runner.run(NoInput);
  await runner.run(NoInput, undefined, { deadlineMs: Infinity, metadata: tagged });
  await runner.start(NoTransaction, request, { id: 'trip-1', metadata: { ...tagged, user: request.hotel } });

  await runner.run(SignUp, { email: 'ann@example.org' }, { transaction: (work) => db.transaction(work) });
  await runner.settle(SignUp, { email: 'ann@example.org' }, {
    signal,
    transaction: (work) => db.begin(work),
    savepoint: (tx, statement) => tx.query(statement),
  });
  await runner.run(SignUp, { email: 'ann@example.org' }, { transaction: async (work) => db.transaction(async (tx) => work(tx)) });

  await runner.run(Counted, undefined, { transaction: (work) => db.transaction(work) });

  await runner.run(Perhaps);
  await runner.run(Perhaps, 'Ritz');
  await runner.run(Perhaps, 'Ritz', { transaction: (work) => db.transaction(work), savepoint: (tx, statement) => tx.query(statement) });

  await runner.run(Outer, undefined, { transaction: async (work) => work(audited) });
}

/** What wraps a runner passes on what the saga asks for. */
export async function logged<S extends object>(runner: SagaRunner, saga: SagaClass<S>, ...args: RunArguments<S>): Promise<Completed<S>> {
  console.log(saga.name);
  return runner.run(saga, ...args);
}
export async function loggedAll(runner: SagaRunner, request: TripRequest, db: Database) {
  const { effects } = await logged(runner, NoTransaction, request);
  await logged(runner, SignUp, { email: 'ann@example.org' }, { transaction: (work) => db.transaction(work) });
  return effects.hotel.ref;
}

/** Where nothing is known of a saga, all is optional. */
export async function anySaga(runner: SagaRunner, saga: SagaClass, options: RunOptions) {
  await runner.settle(saga);
  return runner.settle(saga, { email: 'ann@example.org' }, options);
}

type Same<A, B> = [A, B] extends [B, A] ? true : false;

export const none: Same<TransactionOf<NoTransaction>, unknown> = true;
export const required: Same<TransactionOf<SignUp>, Tx> = true;
export const optional: Same<TransactionOf<Perhaps>, Tx | undefined> = true;
export const ofParts: Same<TransactionOf<Outer>, Tx & { readonly audit: () => void }> = true;
export const ofAny: Same<TransactionOf<object>, unknown> = true;
export const takes: Same<RunArguments<NoInput>, [input?: undefined, options?: RunOptions]> = true;
