// expect: a method of a saga is named by a string, not by a symbol
// at: SubSaga(BookLodging)
import { Saga, Step, SubSaga } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookLodging {
  @Step()
  async hotel({ input }: StepContext<{ readonly guest: string }>): Promise<Booking> {
    return { ref: input.guest, price: 100 };
  }

  @Step()
  async car(): Promise<Booking> {
    return { ref: 'c1', price: 50 };
  }
}

const lodging = Symbol('lodging');

@Saga()
export class BookTrip {
  @SubSaga(BookLodging)
  [lodging](): SubSaga<BookLodging> {
    return { guest: 'Ann' };
  }
}
