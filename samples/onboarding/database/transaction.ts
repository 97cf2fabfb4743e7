import type { Pool, PoolClient } from 'pg';

/** What steps write through this is there once the transaction committed, and was never there if it did not. */
export type Transaction = Pick<PoolClient, 'query'>;

/** Runs the work in a transaction of its own: commits when it is done, rolls back when it failed. @throws what made it fail */
export async function inTransaction(database: Pool, work: (transaction: Transaction) => Promise<void>): Promise<void> {
  const connection = await database.connect();
  let isBroken = false;
  const broke = (): void => {
    isBroken = true;
  };
  connection.on('error', broke);
  try {
    await connection.query('BEGIN');
    await work(connection);
    const { command } = await connection.query('COMMIT');
    // To a transaction of which a statement failed, PostgreSQL answers so, and with no error.
    if (command === 'ROLLBACK') throw new Error('the transaction was rolled back: one of its statements had failed');
  } catch (error) {
    await connection.query('ROLLBACK').catch(broke); // a connection that is thrown away is rolled back as well
    throw error;
  } finally {
    connection.off('error', broke);
    connection.release(isBroken);
  }
}
