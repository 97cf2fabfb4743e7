// expect: Type '"exactly-once"' is not assignable to type
// at: delivery
import { Saga, Step } from 'class-saga';

@Saga()
export class BookTrip {
  @Step({ delivery: 'exactly-once' })
  async order() {}
}
