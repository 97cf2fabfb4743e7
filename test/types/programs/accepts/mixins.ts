// A mixin: steps that sagas of several base classes share.
import { Compensate, Finally, Saga, SagaRunner, Step, SubSaga } from 'class-saga';
import type { CompensationContext, Effects, Settled, StepContext } from 'class-saga';
import { BookingDesk } from '../domain.js';
import type { Booking, Receipt, TripRequest } from '../domain.js';

/** `any`, because TypeScript asks for it of a mixin. */
type Class<Instance = object> = abstract new (...args: any[]) => Instance;

@Saga()
export class BookMassage {
  @Step()
  async massage({ input }: StepContext<string>): Promise<Booking> {
    return { ref: input, price: 40 };
  }
}

export function WithLodging<B extends Class>(Base: B) {
  type Trip<K extends keyof Lodging = never> = StepContext<TripRequest, Effects<Lodging, K>, 'lodging-booked'>;

  abstract class Lodging extends Base {
    @Step()
    async hotel({ input, emit }: Trip): Promise<Booking> {
      emit('lodging-booked');
      return { ref: input.hotel, price: 100 };
    }
    @Compensate('hotel')
    async cancelHotel(hotel: Booking | undefined, _: CompensationContext<TripRequest>) {
      console.log(hotel?.ref);
    }

    @SubSaga(BookMassage, { needs: ['hotel'] })
    spa({ needs }: Trip<'hotel'>): SubSaga<BookMassage> {
      return needs.hotel.ref;
    }

    @Step({ needs: ['hotel', 'spa'] })
    async bill({ needs: { hotel, spa } }: Trip<'hotel' | 'spa'>) {
      return hotel.price + spa.massage.price;
    }
    @Compensate('bill', { needs: ['hotel'] })
    async unbill(_bill: number | undefined, { needs }: CompensationContext<TripRequest, Effects<Lodging, 'hotel'>>) {
      console.log(needs.hotel.ref);
    }

    @Finally()
    async lodged(outcome: Settled<object>) {
      console.log(outcome.status);
    }
  }
  return Lodging;
}

/** One that needs a step of its base class. */
export function WithCharge<B extends Class<{ bill(context: StepContext<TripRequest>): Promise<number> }>>(Base: B) {
  abstract class Charge extends Base {
    @Step({ needs: ['bill'] })
    async charge({ needs: { bill } }: StepContext<TripRequest, Effects<Charge, 'bill'>>): Promise<Receipt> {
      return { number: bill };
    }
    @Compensate('charge')
    async refund(_receipt: Receipt | undefined) {}
  }
  return Charge;
}

/** One with helpers: they are private, which its type then has to leave out, or no declarations could be written of it. */
export interface Guide {
  guide(context: StepContext<TripRequest>): Promise<Booking>;
}
export function WithGuide<B extends Class>(Base: B): B & Class<Guide> {
  abstract class WithHelpers extends Base implements Guide {
    #fee = 10;

    @Step()
    async guide({ input }: StepContext<TripRequest>): Promise<Booking> {
      return { ref: input.email, price: this.feeOf(2) };
    }
    @Compensate('guide')
    async cancelGuide(_guide: Booking | undefined) {}

    private feeOf(hours: number) {
      return this.#fee * hours;
    }
  }
  return WithHelpers;
}

export class Rates {
  constructor(protected readonly desk: BookingDesk) {}

  @Step()
  async rates({ input }: StepContext<TripRequest>) {
    return { base: input.currency };
  }
}

@Saga({ steps: ['rates', 'hotel', 'spa', 'bill', 'guide', 'confirmation'] })
export class BookTrip extends WithGuide(WithLodging(Rates)) {
  constructor(desk: BookingDesk) {
    super(desk);
  }

  @Step({ needs: ['rates', 'hotel', 'spa', 'bill', 'guide'] })
  async confirmation({ needs }: StepContext<TripRequest, Effects<BookTrip, 'rates' | 'hotel' | 'spa' | 'bill' | 'guide'>>) {
    return `${needs.hotel.price + needs.spa.massage.price + needs.bill + needs.guide.price} ${needs.rates.base}`;
  }
  @Compensate('rates')
  async forget(_rates: { readonly base: string } | undefined) {
    await this.desk.cancelByKey('k1');
  }
}

/** Without a base class of its own: `class {}`, and not `Object`, whose `toString` and the like would look like steps. */
@Saga({ steps: ['hotel', 'spa', 'bill', 'charge'] })
export class BookHotel extends WithCharge(WithLodging(class {})) {}

export async function book(runner: SagaRunner, request: TripRequest) {
  const trip = await runner.run(BookTrip, request);
  trip.effects satisfies { rates: { base: string }; hotel: Booking; spa: { massage: Booking }; bill: number; guide: Booking };
  trip.events satisfies readonly 'lodging-booked'[];
  const { effects } = await runner.run(BookHotel, request);
  const norMore: readonly ('hotel' | 'spa' | 'bill' | 'charge')[] = [] as readonly (keyof typeof effects)[];
  return [effects satisfies { hotel: Booking; spa: { massage: Booking }; bill: number; charge: Receipt }, norMore];
}
