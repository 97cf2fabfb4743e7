// What is no step does not disturb: private helpers, helpers that take something else, services, accessors, statics, any constructor.
import { Compensate, Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import { inject, injectable } from 'tsyringe';
import { BookingDesk } from '../domain.js';
import type { TripRequest } from '../domain.js';

@injectable()
@Saga()
export class BookTrip {
  static readonly retries = 3;
  readonly started = new Date(0);
  #price = 100;

  constructor(
    readonly desk: BookingDesk,
    @inject('city') protected readonly city: string,
    private readonly log: (line: string) => void = console.log,
  ) {}

  static total(prices: number[]) {
    return prices.reduce((sum, price) => sum + price, 0);
  }
  get price() {
    return this.#price;
  }
  priceOf(nights: number) {
    return this.nightly() * nights;
  }
  private nightly() {
    return this.#price;
  }

  @Step()
  async hotel({ input, idempotencyKey }: StepContext<TripRequest>) {
    this.log(`${this.city} ${this.priceOf(2)}`);
    return this.desk.book(input.hotel, { idempotencyKey });
  }
  @Compensate('hotel')
  async cancelHotel() {}
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookTrip, request);
  const names: readonly 'hotel'[] = [] as readonly (keyof typeof effects)[];
  return names;
}
