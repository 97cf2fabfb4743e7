// What a base class declares, a subclass needs, and replaces by another sub-saga.
import { Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { Effects, EventsOf, StepContext } from 'class-saga';
import type { Booking, Receipt, TripRequest } from '../domain.js';

@Saga()
export class BookRoom {
  @Step()
  async hotel({ input }: StepContext<{ readonly guest: string }>): Promise<Booking> {
    return { ref: input.guest, price: 100 };
  }
}
@Saga()
export class BookSuite extends BookRoom {
  @Step({ needs: ['hotel'] })
  async suite({ emit }: StepContext<{ readonly champagne?: boolean }, Effects<BookSuite, 'hotel'>, 'suite-booked'>) {
    emit('suite-booked');
    return { rooms: 3 };
  }
}
export class SendReceipt {
  @Step()
  async execute({ input }: StepContext<string>): Promise<Receipt> {
    return { number: input.length };
  }
}

export abstract class WithLodging {
  @SubSaga(BookRoom)
  lodging({ input }: StepContext<TripRequest>): SubSaga<BookRoom> {
    return { guest: input.email };
  }
  @UseStep(SendReceipt, { needs: ['lodging'] })
  receipt({ needs }: StepContext<TripRequest, Effects<WithLodging, 'lodging'>>): UseStep<SendReceipt> {
    return needs.lodging.hotel.ref;
  }
}

@Saga({ steps: ['lodging', 'receipt', 'charge'] })
export class BookTrip extends WithLodging {
  @Step({ needs: ['lodging', 'receipt'] })
  async charge({ needs: { lodging, receipt } }: StepContext<TripRequest, Effects<BookTrip, 'lodging' | 'receipt'>>) {
    return lodging.hotel.price + receipt.number;
  }
}

@Saga({ steps: ['lodging', 'receipt'] })
export class BookBetterTrip extends WithLodging {
  @SubSaga(BookSuite, { override: true })
  override lodging(context: StepContext<TripRequest>): SubSaga<BookSuite> {
    const { guest } = super.lodging(context);
    return { guest, champagne: true };
  }
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookTrip, request);
  effects satisfies { lodging: { hotel: Booking }; receipt: Receipt; charge: number };
  const better = await runner.run(BookBetterTrip, request);
  better.effects.lodging.suite.rooms satisfies number;
  better.events satisfies readonly EventsOf<BookSuite>[];
  return better.effects.lodging.hotel;
}
