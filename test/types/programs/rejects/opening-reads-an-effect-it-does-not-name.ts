// expect: 'lodging' must take one context whose needs are those named in @SubSaga(…, { needs })
// at: SubSaga(BookLodging, { needs: ['authorization'] })
import { Saga, Step, SubSaga } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
import type { Authorization, Booking, Rates, TripRequest } from '../domain.js';

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
  async exchangeRates(): Promise<Rates> {
    return { base: 'EUR' };
  }

  @Step()
  async authorization(): Promise<Authorization> {
    return { id: 'a1' };
  }

  @SubSaga(BookLodging, { needs: ['authorization'] })
  lodging({ needs }: StepContext<TripRequest, Effects<BookTrip, 'authorization' | 'exchangeRates'>>): SubSaga<BookLodging> {
    return { guest: needs.authorization.id + needs.exchangeRates.base };
  }
}
