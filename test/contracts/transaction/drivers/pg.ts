import type { Pool, PoolClient } from 'pg';
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TransactionDriver } from '../driver.js';
import { poolOf } from './pool.js';

type Tx = PoolClient;

@Saga()
class WriteNote {
  @Step()
  async note({ input, transaction }: StepContext<string, unknown, never, Tx>): Promise<void> {
    await transaction.query('insert into notes (note) values ($1)', [input]);
  }
}

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    const { command } = await client.query('commit');
    if (command === 'ROLLBACK') throw new Error('Nothing is committed: a statement failed, and its error was hidden.');
    client.release();
  } catch (error) {
    await client.query('rollback').then(() => client.release(), (broken: Error) => client.release(broken));
    throw error;
  }
}

export function openPg(url: string): TransactionDriver<Tx> {
  const pool = poolOf(url);
  return {
    transaction: (work) => inTransaction(pool, work),
    savepoint: (client, statement) => client.query(statement),
    tellsSilentRollback: true,
    insert: (client, note) => client.query('insert into notes (note) values ($1)', [note]),
    runTyped: (note) =>
      new SagaRunner().run(WriteNote, note, {
        transaction: (work) => inTransaction(pool, work),
        savepoint: (client, statement) => client.query(statement),
      }),
    close: () => pool.end(),
  };
}
