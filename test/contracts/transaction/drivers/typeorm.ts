import { DataSource, EntitySchema } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TransactionDriver } from '../driver.js';

const Note = new EntitySchema<{ id: number; note: string }>({
  name: 'notes',
  columns: { id: { type: Number, primary: true, generated: true }, note: { type: String } },
});

type Tx = EntityManager;

@Saga()
class WriteNote {
  @Step()
  async note({ input, transaction }: StepContext<string, unknown, never, Tx>): Promise<void> {
    await transaction.insert(Note, { note: input });
  }
}

export async function openTypeOrm(url: string): Promise<TransactionDriver<Tx>> {
  const dataSource = new DataSource({ type: 'postgres', url, poolSize: 2, connectTimeoutMS: 5_000, entities: [Note] });
  await dataSource.initialize();
  return {
    transaction: (work) => dataSource.transaction(work),
    savepoint: (manager, statement) => manager.query(statement),
    tellsSilentRollback: false,
    insert: (manager, note) => manager.insert(Note, { note }),
    runTyped: (note) =>
      new SagaRunner().run(WriteNote, note, {
        transaction: (work) => dataSource.transaction(work),
        savepoint: (manager, statement) => manager.query(statement),
      }),
    close: () => dataSource.destroy(),
  };
}
