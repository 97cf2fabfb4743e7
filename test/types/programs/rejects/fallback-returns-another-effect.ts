// expect: 'lastKnownRates' must return what 'exchangeRates' returns
// at: Fallback('exchangeRates')
import { Fallback, Saga, Step } from 'class-saga';
import type { CompensationContext } from 'class-saga';
import type { Rates, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async exchangeRates(): Promise<Rates> {
    return { base: 'EUR' };
  }
  @Fallback('exchangeRates')
  async lastKnownRates({ input }: CompensationContext<TripRequest>) {
    return input.currency;
  }
}
