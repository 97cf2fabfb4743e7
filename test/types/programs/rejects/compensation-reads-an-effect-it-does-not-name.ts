// expect: 'release' must take the effect of 'authorization', then a CompensationContext with the needs it names
// at: Compensate('authorization')
import { Compensate, Saga, Step } from 'class-saga';
import type { CompensationContext, Effects } from 'class-saga';
import type { Authorization, Rates, TripRequest } from '../domain.js';

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
  @Compensate('authorization')
  async release(_card: Authorization | undefined, { needs }: CompensationContext<TripRequest, Effects<BookTrip, 'exchangeRates'>>) {
    console.log(needs.exchangeRates.base);
  }
}
