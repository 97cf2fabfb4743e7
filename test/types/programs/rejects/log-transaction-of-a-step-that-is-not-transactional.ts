// expect: 'order' takes a LogTransaction, so it must be transactional:  @Step({ transactional: true })
// at: Step()
import { Saga, Step } from 'class-saga';
import type { LogTransaction, StepContext } from 'class-saga';

interface Client {
  query(statement: string): Promise<void>;
}

@Saga()
export class BookTrip {
  @Step()
  async order({ transaction }: StepContext<unknown, unknown, never, LogTransaction<Client>>) {
    await transaction.query('insert');
  }
}
