// expect: 'lastKnownRates' must be a method:  async lastKnownRates(…) { … }  and no property, getter or arrow function
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
  get lastKnownRates(): Rates {
    return { base: 'USD' };
  }
}
