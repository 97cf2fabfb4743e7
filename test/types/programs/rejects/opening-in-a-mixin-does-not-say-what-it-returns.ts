// expect: 'lodging' must declare its return type:  SubSaga<…>  of the class that @SubSaga names
// at: SubSaga(BookLodging)
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

export function WithLodging<B extends abstract new (...args: any[]) => object>(Base: B) {
  abstract class Trip extends Base {
    @SubSaga(BookLodging)
    lodging({ input }: StepContext<TripRequest>) {
      return { guest: input.email };
    }
  }
  return Trip;
}
