// expect: 'cancel' must accept undefined: when 'reserve' fails, nobody knows what it did. Or say  { requiresEffect: true }
// at: Compensate('reserve')
// needs: strictNullChecks
import { Compensate, Step } from 'class-saga';

export abstract class Reservation<Item> {
  abstract order(): Promise<Item>;

  @Step()
  async reserve(): Promise<Item> {
    return this.order();
  }
  @Compensate('reserve')
  async cancel(item: Item) {
    console.log(item);
  }
}
