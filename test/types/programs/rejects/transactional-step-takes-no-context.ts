// expect: 'order' is transactional, so it takes a  StepContext<…, …, …, LogTransaction<…>>
// at: Step({ transactional: true })
import { Saga, Step } from 'class-saga';

@Saga()
export class BookTrip {
  @Step({ transactional: true })
  async order() {}
}
