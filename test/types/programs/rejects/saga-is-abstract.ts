// expect: Unable to resolve signature of class decorator when called as an expression.
// at: Saga()
import { Saga, Step } from 'class-saga';

@Saga()
export abstract class BookTrip {
  @Step()
  async hotel() {}
}
