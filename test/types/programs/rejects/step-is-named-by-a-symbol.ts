// expect: a method of a saga is named by a string, not by a symbol
// at: Step()
import { Saga, Step } from 'class-saga';

const hotel = Symbol('hotel');

@Saga()
export class BookTrip {
  @Step()
  async [hotel]() {}
}
