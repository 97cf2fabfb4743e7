// A saga of sagas, two levels deep: each opening computes the input of its sub-saga, and its effect is the sub-saga's.
import { Async, Compensate, Finally, Saga, SagaRunner, skip, Step, SubSaga } from 'class-saga';
import type { CompensationContext, Effects, EffectsOf, InputOf, Settled, StepContext, StepName } from 'class-saga';
import type { Authorization, Booking, Receipt, TripRequest } from '../domain.js';

@Saga()
export class BookMassage {
  @Step()
  async massage({ input }: StepContext<string>): Promise<Booking> {
    return { ref: input, price: 40 };
  }
}

interface LodgingRequest {
  readonly guest: string;
  readonly hold: string;
  readonly nights?: number;
}
type Lodging<K extends keyof BookLodging = never> = StepContext<LodgingRequest, Effects<BookLodging, K>>;

@Saga({ steps: ['hotel', 'spa', 'voucher', 'welcome'] })
export class BookLodging {
  constructor(private readonly nights: number) {}

  @Step()
  async hotel({ input }: Lodging): Promise<Booking> {
    return { ref: input.hold, price: this.nights * (input.nights ?? 1) };
  }
  @Compensate('hotel')
  async cancelHotel(_hotel: Booking | undefined, _: CompensationContext<LodgingRequest>) {}

  @SubSaga(BookMassage, { needs: ['hotel'], effect: 'massage' })
  spa({ input, needs: { hotel } }: Lodging<'hotel'>): SubSaga<BookMassage, 'massage'> | undefined {
    return input.nights === undefined ? skip() : `${hotel.ref} ${input.guest}`;
  }

  @Step({ needs: ['spa'] })
  async voucher({ needs: { spa } }: Lodging<'spa'>) {
    return { worth: spa?.price ?? 0 };
  }

  @Step()
  async welcome({ input }: Lodging) {
    console.log(input.guest);
  }

  @Finally()
  async done(outcome: Settled<BookLodging>, input: LodgingRequest) {
    if (outcome.status === 'completed') console.log(outcome.effects.spa?.ref, input.guest);
    else if (outcome.failedStep === '../authorization' || outcome.failedStep === 'spa/massage') console.log(outcome.error);
  }
}

type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;

@Saga({ steps: ['authorization', 'lodging', 'hotel', 'charge'] })
export class BookTrip {
  @Step()
  async authorization(): Promise<Authorization> {
    return { id: 'a1' };
  }

  @SubSaga(BookLodging, { needs: ['authorization'] })
  lodging({ input, needs: { authorization } }: Trip<'authorization'>): SubSaga<BookLodging> {
    return { guest: input.email, hold: authorization.id };
  }

  @SubSaga(BookLodging, { effect: 'hotel' })
  hotel({ input }: Trip): SubSaga<BookLodging, 'hotel'> {
    const request: LodgingRequest = { guest: input.email, hold: input.hotel };
    return request;
  }

  @Step({ needs: ['lodging', 'hotel'] })
  @Async()
  async charge({ needs: { lodging, hotel } }: Trip<'lodging' | 'hotel'>): Promise<Receipt> {
    lodging satisfies EffectsOf<BookLodging>;
    lodging.spa satisfies Booking | undefined;
    return { number: lodging.hotel.price + hotel.price + lodging.voucher.worth };
  }
  @Compensate('charge', { needs: ['lodging'] })
  async refund(_receipt: Receipt | undefined, { needs }: CompensationContext<TripRequest, Effects<BookTrip, 'lodging'>>) {
    console.log(needs.lodging.hotel.ref);
  }
}

interface Expected {
  readonly authorization: Authorization;
  readonly lodging: { readonly hotel: Booking; readonly spa: Booking | undefined; readonly voucher: { worth: number } };
  readonly hotel: Booking;
  readonly charge: Receipt;
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookTrip, request);
  const neitherLess: Expected = effects;
  const norMore: typeof effects = neitherLess;
  const neitherLessNested: Expected['lodging'] = norMore.lodging;
  const norMoreNested: typeof effects.lodging = neitherLessNested;
  return norMoreNested.voucher;
}

export async function failed(runner: SagaRunner, request: TripRequest) {
  const trip = await runner.settle(BookTrip, request);
  return trip.status === 'compensated' && (trip.failedStep === 'lodging/spa/massage' || trip.failedStep === 'lodging');
}

/** What an opening computed is of the sub-saga's input type, so that a unit test can read it. */
export function holdOf(trip: BookTrip, context: Trip<'authorization'>): string {
  const request: InputOf<BookLodging> = trip.lodging(context);
  return request.hold + trip.lodging(context).guest;
}

/** And it has a name where declarations are written. */
export function lodgingRequestOf(trip: BookTrip, context: Trip<'authorization'>) {
  return trip.lodging(context);
}

export const stepNames: StepName<BookTrip>[] = ['authorization', 'lodging', 'hotel', 'charge'];
