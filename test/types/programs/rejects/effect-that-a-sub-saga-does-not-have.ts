// expect: Property 'flight' does not exist on type '{ readonly hotel: Booking; readonly car: Booking; }'.
// at: flight
import { Saga, Step, SubSaga } from 'class-saga';
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
  lodging({ input }: StepContext<TripRequest>): SubSaga<BookLodging> {
    return { guest: input.email };
  }

  @Step({ needs: ['lodging'] })
  async charge({ needs: { lodging } }: StepContext<TripRequest, Effects<BookTrip, 'lodging'>>) {
    return lodging.flight;
  }
}
