// expect: This comparison appears to be unintentional because the types '"trip-booked"' and '"trip-cancelled"' have no overlap.
// at: event === 'trip-cancelled'
import { Saga, SagaRunner, Step, SubSaga } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookLodging {
  @Step()
  async hotel({ input }: StepContext<{ readonly guest: string }, unknown, 'hotel-booked'>): Promise<Booking> {
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
  lodging({ input }: StepContext<TripRequest, unknown, 'trip-booked'>): SubSaga<BookLodging> {
    return { guest: input.email };
  }
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { events } = await runner.run(BookTrip, request);
  return events.filter((event) => event === 'hotel-booked' || event === 'trip-cancelled');
}
