import { knex as knexOf } from 'knex';
import type { Knex } from 'knex';
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TransactionDriver } from '../driver.js';

type Tx = Knex.Transaction;

@Saga()
class WriteNote {
  @Step()
  async note({ input, transaction }: StepContext<string, unknown, never, Tx>): Promise<void> {
    await transaction('notes').insert({ note: input });
  }
}

export function openKnex(url: string): TransactionDriver<Tx> {
  const knex = knexOf({
    client: 'pg',
    connection: url,
    pool: { min: 0, max: 2 },
    acquireConnectionTimeout: 5_000,
    log: { warn: () => {} }, // of connections that the tests cut
  });
  return {
    transaction: (work) => knex.transaction(work),
    savepoint: (trx, statement) => trx.raw(statement),
    tellsSilentRollback: false,
    insert: (trx, note) => trx('notes').insert({ note }),
    runTyped: (note) =>
      new SagaRunner().run(WriteNote, note, {
        transaction: (work) => knex.transaction(work),
        savepoint: (trx, statement) => trx.raw(statement),
      }),
    close: () => knex.destroy(),
  };
}
