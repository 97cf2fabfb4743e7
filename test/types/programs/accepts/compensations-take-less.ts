// A compensation may take less than it is given, be private, and answer with any verdict.
import { abort, Compensate, continueWith, Saga, Step } from 'class-saga';
import type { EffectOf, Verdict } from 'class-saga';
import type { Booking } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Compensate('hotel')
  private async cancelHotel() {}

  @Step()
  async car(): Promise<Booking> {
    return { ref: 'c1', price: 50 };
  }
  @Compensate('car')
  protected cancelCar(car: Booking | undefined) {
    return car ? undefined : abort();
  }

  @Step()
  async flight(): Promise<Booking> {
    return { ref: 'f1', price: 300 };
  }
  @Compensate('flight')
  async cancelFlight(flight?: Booking): Promise<Verdict<Booking> | void> {
    if (flight) return continueWith(flight);
  }

  @Step()
  async ferry() {
    return { ticket: 'f2', deck: 3 };
  }
  @Compensate('ferry')
  async cancelFerry(ferry: EffectOf<BookTrip['ferry']> | undefined) {
    console.log(ferry?.deck.toFixed());
  }

  @Step()
  async train(): Promise<Booking> {
    return { ref: 't1', price: 60 };
  }
  @Compensate('train')
  async cancelTrain(train: unknown, ...rest: unknown[]) {
    console.log(train, rest);
    return continueWith({ ref: 'by bus', price: 20 });
  }

  keep = () => [this.cancelHotel, this.cancelTrain];
}
