// expect: Type '"exchangeRate"' is not assignable to type '"exchangeRates" | "authorization"'
// at: 'exchangeRate'
import { Compensate, Saga, Step } from 'class-saga';
import type { Authorization, Rates } from '../domain.js';

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
  @Compensate('authorization', { needs: ['exchangeRate'] })
  async release(_card: Authorization | undefined) {}
}
