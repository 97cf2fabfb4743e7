// expect: 'lodging' must take one StepContext, or nothing
// at: SubSaga(BookLodging, { needs: ['authorization'] })
import { Saga, Step, SubSaga } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Authorization, Booking } from '../domain.js';

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

  @SubSaga(BookLodging, { needs: ['authorization'] })
  lodging(authorization: Authorization): SubSaga<BookLodging> {
    return { guest: authorization.id };
  }
}
