// expect: 'charge' must take one context whose needs are those named in @Step({ needs })
// at: Step({ needs: ['reserve'] })
import { Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Booking } from '../domain.js';

export abstract class Reservation<Item> {
  abstract order(): Promise<Item>;

  @Step()
  async reserve(): Promise<Item> {
    return this.order();
  }

  @Step({ needs: ['reserve'] })
  async charge({ needs }: StepContext<unknown, { readonly reserve: Booking }>) {
    return needs.reserve.price;
  }
}
