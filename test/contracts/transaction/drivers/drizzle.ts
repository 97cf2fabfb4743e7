import { drizzle } from 'drizzle-orm/node-postgres';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { pgTable, serial, text } from 'drizzle-orm/pg-core';
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TransactionDriver } from '../driver.js';
import { poolOf } from './pool.js';

const notes = pgTable('notes', { id: serial().primaryKey(), note: text().notNull() });

type Tx = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

@Saga()
class WriteNote {
  @Step()
  async note({ input, transaction }: StepContext<string, unknown, never, Tx>): Promise<void> {
    await transaction.insert(notes).values({ note: input });
  }
}

export function openDrizzle(url: string): TransactionDriver<Tx> {
  const pool = poolOf(url);
  const db = drizzle(pool);
  return {
    transaction: (work) => db.transaction(work),
    savepoint: (tx, statement) => tx.execute(statement),
    tellsSilentRollback: false,
    insert: (tx, note) => tx.insert(notes).values({ note }),
    runTyped: (note) =>
      new SagaRunner().run(WriteNote, note, {
        transaction: (work) => db.transaction(work),
        savepoint: (tx, statement) => tx.execute(statement),
      }),
    close: () => pool.end(),
  };
}
