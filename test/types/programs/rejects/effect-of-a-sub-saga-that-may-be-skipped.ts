// expect: 'lodging' is possibly 'undefined'.
// at: lodging
// needs: strictNullChecks
import { Saga, skip, Step, SubSaga } from 'class-saga';
import type { Effects, StepContext } from 'class-saga';
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
  @SubSaga(BookLodging)
  lodging({ input }: StepContext<TripRequest>): SubSaga<BookLodging> | undefined {
    return input.email === '' ? skip() : { guest: input.email };
  }

  @Step({ needs: ['lodging'] })
  async charge({ needs: { lodging } }: StepContext<TripRequest, Effects<BookTrip, 'lodging'>>) {
    return lodging.hotel.price;
  }
}
