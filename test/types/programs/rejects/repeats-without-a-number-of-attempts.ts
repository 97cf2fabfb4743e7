// expect: Argument of type '{ baseMs: number; }' is not assignable to parameter of type 'RetryOptions'.
// at: { baseMs: 100 }
import { Retry, Saga, Step } from 'class-saga';

@Saga()
export class BookTrip {
  @Step()
  @Retry({ baseMs: 100 })
  async hotel() {}
}
