// expect: Argument of type 'typeof BookTrip' is not assignable to parameter of type 'SagaClass<BookTrip>'.
// at: BookTrip
import { SagaRunner, Step } from 'class-saga';

export abstract class BookTrip {
  @Step()
  async hotel() {}
}

export const trip = new SagaRunner().run(BookTrip);
