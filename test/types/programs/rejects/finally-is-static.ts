// expect: 'done' must not be static
// at: Finally()
import { Finally, Saga, Step } from 'class-saga';

@Saga()
export class BookTrip {
  @Step()
  async hotel() {}
  @Finally()
  static async done() {}
}
