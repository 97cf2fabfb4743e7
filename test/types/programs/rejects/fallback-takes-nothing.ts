// expect: 'lastKnownRates' must take one CompensationContext, used or not: it tells a fallback from a step
// at: Fallback('exchangeRates')
import { Fallback, Saga, Step } from 'class-saga';
import type { Rates } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async exchangeRates(): Promise<Rates> {
    return { base: 'EUR' };
  }
  @Fallback('exchangeRates')
  async lastKnownRates(): Promise<Rates> {
    return { base: 'USD' };
  }
}
