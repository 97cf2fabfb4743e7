import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Generated, Transaction } from 'kysely';
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TransactionDriver } from '../driver.js';
import { poolOf } from './pool.js';

interface Tables {
  readonly notes: { readonly id: Generated<number>; readonly note: string };
}
type Tx = Transaction<Tables>;

@Saga()
class WriteNote {
  @Step()
  async note({ input, transaction }: StepContext<string, unknown, never, Tx>): Promise<void> {
    await transaction.insertInto('notes').values({ note: input }).execute();
  }
}

export function openKysely(url: string): TransactionDriver<Tx> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: poolOf(url) }) });
  return {
    transaction: (work) => db.transaction().execute(work),
    savepoint: (tx, statement) => sql.raw(statement).execute(tx),
    tellsSilentRollback: false,
    insert: (tx, note) => tx.insertInto('notes').values({ note }).execute(),
    runTyped: (note) =>
      new SagaRunner().run(WriteNote, note, {
        transaction: (work) => db.transaction().execute(work),
        savepoint: (tx, statement) => sql.raw(statement).execute(tx),
      }),
    close: () => db.destroy(),
  };
}
