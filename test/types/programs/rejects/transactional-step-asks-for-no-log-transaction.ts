// expect: 'order' is transactional, so it takes a  StepContext<…, …, …, LogTransaction<…>>
// at: Step({ transactional: true })
import { Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';

interface Client {
  query(statement: string): Promise<void>;
}

@Saga()
export class BookTrip {
  @Step({ transactional: true })
  async order({ transaction }: StepContext<unknown, unknown, never, Client>) {
    await transaction.query('insert');
  }
}
