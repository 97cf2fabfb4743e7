// expect: 'hotel' must be a method:  async hotel(…) { … }  and no property, getter or arrow function
// at: Step()
import { Saga, Step } from 'class-saga';

@Saga()
export class BookTrip {
  @Step()
  get hotel(): string {
    return 'Ritz';
  }
}
