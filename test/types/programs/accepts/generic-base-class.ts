// A base class may leave open what its steps return and what they are asked with.
import { Async, Compensate, continueWith, Fallback, Finally, Retry, retry, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, Effects, Settled, StepContext } from 'class-saga';
import type { Booking, Rates, Receipt, TripRequest } from '../domain.js';

export abstract class Reservation<Item, Request extends { readonly email: string } = TripRequest> {
  protected abstract order(request: Request, key: string): Promise<Item>;
  protected abstract withdraw(item: Item): Promise<void>;

  @Step()
  async rates(): Promise<Rates> {
    return { base: 'EUR' };
  }

  @Step({ needs: ['rates'] })
  @Retry({ attempts: 2 })
  async reserve({ input, idempotencyKey }: StepContext<Request, Effects<Reservation<Item, Request>, 'rates'>>): Promise<Item> {
    return this.order(input, idempotencyKey);
  }
  @Compensate('reserve')
  async cancel(item: Item | undefined, { step }: CompensationContext<Request>) {
    if (item !== undefined) await this.withdraw(item);
    if (step.outcome === 'failed') return retry({ passes: 2 });
  }

  @Step()
  @Async()
  async reserveAgain({ input, idempotencyKey }: StepContext<Request>): Promise<Item> {
    return this.order(input, idempotencyKey);
  }
  @Compensate('reserveAgain', { requiresEffect: true })
  async cancelAgain(item: Item) {
    await this.withdraw(item);
  }
  @Fallback('reserveAgain')
  async lastItem({ input, idempotencyKey }: CompensationContext<Request>): Promise<Item> {
    return this.order(input, idempotencyKey);
  }

  @Finally()
  async reserved(outcome: Settled<Reservation<Item, Request>>) {
    console.log(outcome.status);
  }

  @Finally()
  async withInput(outcome: Settled<Reservation<Item, Request>>, { email }: { readonly email: string }) {
    console.log(outcome.status, email);
  }

  @Finally()
  async withRequest(outcome: Settled<Reservation<Item, Request>>, request: Request) {
    console.log(outcome.status, request.email);
  }

  @Finally()
  async anyEnd(outcome: Settled<object>, input: unknown) {
    if (outcome.status === 'completed') console.log(outcome.effects['rates'], input);
    else if (outcome.failedStep) console.log(outcome.failedStep.length);
  }
}

@Saga({ steps: ['rates', 'reserve', 'reserveAgain', 'charge'] })
export class BookHotel extends Reservation<Booking> {
  protected override async order(request: TripRequest, key: string) {
    return { ref: `${request.hotel} ${key}`, price: 100 };
  }
  protected override async withdraw() {}

  @Step({ needs: ['reserve', 'rates'] })
  async charge({ needs }: StepContext<TripRequest, Effects<BookHotel, 'reserve' | 'rates'>>): Promise<Receipt> {
    return { number: needs.reserve.price };
  }
  @Compensate('charge', { needs: ['reserve'] })
  async refund(_receipt: Receipt | undefined, { needs }: CompensationContext<TripRequest, Effects<BookHotel, 'reserve'>>) {
    console.log(needs.reserve.ref);
  }
}

export abstract class Bookings<Item extends { readonly ref: string }, Rate extends string | number = number> {
  abstract withdraw(ref: string): Promise<void>;

  @Step()
  async rate({ input }: StepContext<{ readonly rate: Rate }>): Promise<Rate> {
    return input.rate;
  }
  @Compensate('rate')
  async anyRate(rate: string | number | undefined, { input }: CompensationContext<{ readonly rate: Rate }>) {
    return rate === undefined ? continueWith(input.rate) : undefined;
  }

  @Step({ needs: ['rate'] })
  async reserve({ input, needs }: StepContext<{ readonly item: Item }, { readonly rate: string | number }>): Promise<Item> {
    if (needs.rate === 0) throw new Error('no rate');
    return input.item;
  }
  @Compensate('reserve')
  async cancel(item: { readonly ref: string } | undefined) {
    if (item) await this.withdraw(item.ref);
  }

  @Step({ needs: ['reserve'] })
  async list({ needs }: StepContext<unknown, Effects<Bookings<Item, Rate>, 'reserve'>>): Promise<readonly Item[]> {
    return [needs.reserve];
  }
  @Compensate('list', { needs: ['reserve'] })
  async unlist(items: readonly Item[] | undefined, { needs }: CompensationContext<unknown, Effects<Bookings<Item, Rate>, 'reserve'>>) {
    await this.withdraw(items?.[0]?.ref ?? needs.reserve.ref);
  }
}

@Saga()
export class BookByNumber extends Bookings<Booking> {
  override async withdraw() {}
}

export async function bookByNumber(runner: SagaRunner, item: Booking) {
  const { effects } = await runner.run(BookByNumber, { rate: 3, item });
  return effects satisfies { rate: number; reserve: Booking; list: readonly Booking[] };
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookHotel, request);
  return effects satisfies { rates: Rates; reserve: Booking; reserveAgain: Booking; charge: Receipt };
}
