// expect: Argument of type '"exchangeRate"' is not assignable to parameter of type '"exchangeRates" | "authorization"'.
// at: 'exchangeRate'
import { Fallback, Saga, Step } from 'class-saga';
import type { CompensationContext } from 'class-saga';
import type { Authorization, Rates, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async exchangeRates(): Promise<Rates> {
    return { base: 'EUR' };
  }
  @Fallback('exchangeRate')
  async lastKnownRates({ input }: CompensationContext<TripRequest>): Promise<Rates> {
    return { base: input.currency };
  }

  @Step()
  async authorization(): Promise<Authorization> {
    return { id: 'a1' };
  }
}
