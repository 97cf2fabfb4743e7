// expect: 'lodging' returns the input of a sub-saga:  @SubSaga(…)  instead of  @Step()
// at: Step()
import { Saga, Step, SubSaga } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

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

@Saga()
export class BookTrip {
  @Step()
  async lodging({ input }: StepContext<TripRequest>): Promise<SubSaga<BookLodging>> {
    return { guest: input.email };
  }
}
