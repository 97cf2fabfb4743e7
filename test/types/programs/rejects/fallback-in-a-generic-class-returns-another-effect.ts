// expect: 'lastItem' must return what 'reserve' returns
// at: Fallback('reserve')
import { Fallback, Step } from 'class-saga';
import type { CompensationContext } from 'class-saga';

export abstract class Reservation<Item> {
  abstract order(): Promise<Item>;

  @Step()
  async reserve(): Promise<Item> {
    return this.order();
  }
  @Fallback('reserve')
  async lastItem({ step }: CompensationContext) {
    return step.key;
  }
}
