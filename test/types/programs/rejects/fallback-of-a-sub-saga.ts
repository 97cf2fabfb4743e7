// expect: 'lodging' takes no fallback: it is a sub-saga, and its steps have their own
// at: Fallback('lodging')
import { Fallback, Saga, skip, Step, SubSaga } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
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
  @SubSaga(BookLodging, { effect: 'hotel' })
  lodging({ input }: StepContext<TripRequest>): SubSaga<BookLodging, 'hotel'> | undefined {
    return input.email === '' ? skip() : { guest: input.email };
  }
  @Fallback('lodging')
  async anyHotel(_: CompensationContext<TripRequest>): Promise<Booking> {
    return { ref: 'h1', price: 1 };
  }
}
