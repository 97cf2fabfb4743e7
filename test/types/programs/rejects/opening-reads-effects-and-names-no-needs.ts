// expect: 'lodging' names no needs, so its context has none. To receive effects:  @SubSaga(…, { needs: ['…'] })
// at: SubSaga(BookLodging)
import { Saga, Step, SubSaga } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
import type { Authorization, Booking, TripRequest } from '../domain.js';

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
  async authorization(): Promise<Authorization> {
    return { id: 'a1' };
  }

  @SubSaga(BookLodging)
  lodging({ needs }: StepContext<TripRequest, Effects<BookTrip, 'authorization'>>): SubSaga<BookLodging> {
    return { guest: needs.authorization.id };
  }
}
