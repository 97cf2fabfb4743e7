// The whole thing, once: a saga that tsyringe constructs, with every decorator.
import { Async, Compensate, Fallback, Finally, Retry, retry, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, Effects, Settled, StepContext } from 'class-saga';
import { injectable } from 'tsyringe';
import { BookingDesk, CardGateway } from '../domain.js';
import type { Authorization, Booking, Rates, Receipt, TripRequest } from '../domain.js';

type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;
type Undo<K extends keyof BookTrip = never> = CompensationContext<TripRequest, Effects<BookTrip, K>>;

@Saga({ name: 'book-trip', version: '1', steps: ['exchangeRates', 'authorization', ['hotel', 'car'], 'confirmation', 'charge'] })
@injectable()
export class BookTrip {
  constructor(
    private readonly cards: CardGateway,
    private readonly desk: BookingDesk,
  ) {}

  @Step({ timeoutMs: 2_000, graceMs: 100 })
  @Retry({ attempts: 3, baseMs: 100, maxMs: 2_000, jitter: false, retryIf: (error) => error instanceof TypeError })
  async exchangeRates({ input, signal, attempt }: Trip): Promise<Rates> {
    signal.throwIfAborted();
    return { base: attempt > 1 ? 'EUR' : input.currency };
  }
  @Fallback('exchangeRates', { timeoutMs: 500, graceMs: 0 })
  async lastKnownRates({ input, failure }: Undo): Promise<Rates> {
    return { base: failure.step === 'exchangeRates' ? input.currency : 'EUR' };
  }

  @Step()
  async authorization({ idempotencyKey }: Trip): Promise<Authorization> {
    return this.cards.authorize({ idempotencyKey });
  }
  @Compensate('authorization', { needs: ['exchangeRates'] })
  async releaseCard(card: Authorization | undefined, { needs: { exchangeRates }, step }: Undo<'exchangeRates'>) {
    await this.cards.release(card?.id ?? `${step.key} ${exchangeRates.base}`);
  }

  @Step()
  @Async({ timeoutMs: 5_000, graceMs: 1_000 })
  async hotel({ input, idempotencyKey }: Trip) {
    return this.desk.book(input.hotel, { idempotencyKey });
  }
  @Compensate('hotel')
  @Retry({ attempts: 10, baseMs: 500, maxMs: 60_000 })
  async cancelHotel(hotel: Booking | undefined, { step }: Undo) {
    await (hotel ? this.desk.cancel(hotel.ref) : this.desk.cancelByKey(step.key));
    if (step.outcome !== 'succeeded') return retry({ passes: 3, baseMs: 10, maxMs: 30_000 });
  }

  @Step()
  @Async({ timeoutMs: Infinity })
  async car({ idempotencyKey }: Trip) {
    return this.desk.book('car', { idempotencyKey });
  }
  @Compensate('car', { requiresEffect: true, timeoutMs: 10_000 })
  async cancelCar(car: Booking) {
    await this.desk.cancel(car.ref);
  }

  @Step({ needs: ['hotel', 'car'] })
  async confirmation({ needs: { hotel, car } }: Trip<'hotel' | 'car'>): Promise<void> {
    console.log(hotel.ref, car.ref);
  }
  @Compensate('confirmation')
  async apologise(_: void, { input }: Undo) {
    console.log(input.email);
  }

  @Step({ needs: ['authorization', 'exchangeRates', 'hotel', 'car'] })
  async charge({ needs }: Trip<'authorization' | 'hotel' | 'car'>): Promise<Receipt> {
    return this.cards.capture(needs.authorization, needs.hotel.price + needs.car.price);
  }
  @Compensate('charge')
  async refund(_receipt: Receipt | undefined, { step, failure }: Undo) {
    console.log(step.name, step.error, failure.error);
  }

  @Finally({ graceMs: 200 })
  async done(outcome: Settled<BookTrip>, input: TripRequest) {
    if (outcome.status === 'completed') console.log(outcome.effects.charge.number, input.email);
  }
}

interface Expected {
  readonly exchangeRates: Rates;
  readonly authorization: Authorization;
  readonly hotel: Booking;
  readonly car: Booking;
  readonly charge: Receipt;
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookTrip, request);
  const neitherLess: Expected = effects;
  const norMore: typeof effects = neitherLess;
  return norMore.charge.number;
}

export async function tryToBook(runner: SagaRunner, request: TripRequest): Promise<string> {
  const trip = await runner.settle(BookTrip, request);
  switch (trip.status) {
    case 'completed':
      return trip.effects.hotel.ref;
    case 'compensated':
      if (trip.failedStep === 'hotel') return 'no room';
      return `${trip.failedStep ?? 'cancelled'}, then ${trip.otherFailures.length} more: ${String(trip.error)}`;
    case 'stuck':
      return trip.remaining
        .map(({ step, effect, key, outcome }) => `${step} ${outcome === 'in-doubt' ? key : JSON.stringify(effect)}`)
        .concat(String(trip.error), String(trip.compensationError))
        .join();
  }
}

/** What is written for the end of any saga takes the end of this one. */
export function report(outcome: Settled<object>): string {
  if (outcome.status === 'completed') return Object.keys(outcome.effects).join();
  return outcome.failedStep ?? 'no step failed';
}
export async function reported(runner: SagaRunner, request: TripRequest) {
  return report(await runner.settle(BookTrip, request));
}
