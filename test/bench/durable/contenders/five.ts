import type { StepContext } from 'class-saga';
import { Compensate, Retry, Saga, Step } from 'class-saga';
import type { Booking, Shape } from '../work.js';
import { book, bookOrFail, cancel } from '../work.js';

/** `waiting`: the third step fails, and is repeated a day later. */
export interface Trip {
  readonly shape: Shape | 'waiting';
}

const aDayMs = 86_400_000;

@Saga()
export class Five {
  @Step()
  async flight(): Promise<Booking> {
    return book(1);
  }
  @Compensate('flight')
  async cancelFlight(booking: Booking | undefined): Promise<void> {
    await cancel(booking!);
  }

  @Step()
  async hotel(): Promise<Booking> {
    return book(2);
  }
  @Compensate('hotel')
  async cancelHotel(booking: Booking | undefined): Promise<void> {
    await cancel(booking!);
  }

  @Step()
  @Retry({ attempts: 2, baseMs: aDayMs, maxMs: aDayMs, jitter: false })
  async car({ input }: StepContext<Trip>): Promise<Booking> {
    if (input.shape === 'waiting') throw new Error('ask again tomorrow');
    return book(3);
  }
  @Compensate('car')
  async cancelCar(booking: Booking | undefined): Promise<void> {
    await cancel(booking!);
  }

  @Step()
  async guide(): Promise<Booking> {
    return book(4);
  }
  @Compensate('guide')
  async cancelGuide(booking: Booking | undefined): Promise<void> {
    await cancel(booking!);
  }

  @Step()
  async insurance({ input }: StepContext<Trip>): Promise<Booking> {
    return bookOrFail(5, input.shape === 'failing' ? 'failing' : 'happy');
  }
}
