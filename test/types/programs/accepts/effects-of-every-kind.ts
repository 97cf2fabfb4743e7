// Whatever a step returns is its effect: nothing, undefined by skip(), a union, a list, a function, something untyped; awaited or not.
import { Compensate, continueWith, Fallback, Saga, SagaRunner, skip, Step } from 'class-saga';
import type { CompensationContext, Effects, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

type Fare = { readonly kind: 'free' } | { readonly kind: 'paid'; readonly amounts: number[] };

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>): Promise<Booking | undefined> {
    if (input.hotel === '') return skip();
    return { ref: input.hotel, price: 100 };
  }
  @Compensate('hotel')
  async cancelHotel(hotel: Booking | undefined) {
    console.log(hotel?.ref);
  }

  @Step()
  async car({ input }: StepContext<TripRequest>) {
    return input.hotel === '' ? skip() : 'a car';
  }
  @Compensate('car')
  async cancelCar(car: string | undefined) {
    console.log(car);
  }

  @Step()
  async nothing() {}
  @Compensate('nothing')
  async undoNothing(_: undefined) {}

  @Step()
  async nothingKnown() {}
  @Compensate('nothingKnown', { requiresEffect: true })
  async undoNothingKnown(_: undefined) {}

  @Step()
  async fare(): Promise<Fare> {
    return { kind: 'free' };
  }
  @Compensate('fare')
  async forget(fare: Fare | undefined) {
    return fare?.kind === 'free' ? continueWith({ kind: 'free' }) : continueWith({ kind: 'paid', amounts: [1, 2] });
  }
  @Fallback('fare')
  async free(_: CompensationContext<TripRequest>): Promise<Fare> {
    return { kind: 'free' };
  }

  @Step()
  when(): Date {
    return new Date(0);
  }
  @Compensate('when')
  async whenElse() {
    return continueWith(new Date(1));
  }

  @Step()
  async parse(): Promise<any> {
    return JSON.parse('{}');
  }
  @Compensate('parse')
  async unparse(parsed: { readonly id: string } | undefined) {
    console.log(parsed?.id);
    return continueWith('anything');
  }

  @Step()
  async opaque(): Promise<unknown> {
    return 1;
  }

  @Step()
  async quote(): Promise<() => number> {
    return () => 3;
  }

  @Step()
  async fails(): Promise<never> {
    throw new Error('sold out');
  }

  @Step({ needs: ['hotel', 'nothing', 'quote'] })
  async charge({ needs }: StepContext<TripRequest, Effects<BookTrip, 'hotel' | 'nothing' | 'quote'>>) {
    return needs.quote() + (needs.hotel?.price ?? 0);
  }
}

type Names = 'hotel' | 'car' | 'fare' | 'when' | 'parse' | 'opaque' | 'quote' | 'charge';

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookTrip, request);
  effects.hotel satisfies Booking | undefined;
  effects.car satisfies string | undefined;
  effects.fare satisfies Fare;
  effects.when satisfies Date;
  effects.parse.anything;
  effects.quote() satisfies number;
  effects.charge satisfies number;

  const neitherLess: Record<Names, unknown> = effects;
  const norMore: Record<keyof typeof effects, unknown> = neitherLess;
  return norMore;
}
