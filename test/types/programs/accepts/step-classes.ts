// A step class is an ordinary class with one step, execute, that many sagas use; each computes its input.
import { Async, Compensate, Fallback, Retry, retry, Saga, SagaRunner, skip, Step, UseStep } from 'class-saga';
import type { CompensationContext, Effects, StepContext } from 'class-saga';
import { injectable } from 'tsyringe';
import { BookingDesk } from '../domain.js';
import type { Authorization, Booking, Rates, Receipt, TripRequest } from '../domain.js';

interface Mail {
  readonly to: string;
}

@injectable()
export class SendReceipt {
  constructor(private readonly desk: BookingDesk) {}

  @Step({ timeoutMs: 500 })
  @Retry({ attempts: 2 })
  async execute({ input, idempotencyKey }: StepContext<Mail>): Promise<Receipt> {
    const { price } = await this.desk.book(input.to, { idempotencyKey });
    return { number: price };
  }
  @Compensate('execute', { requiresEffect: true })
  async compensate(receipt: Receipt, { input, step }: CompensationContext<Mail & { readonly copyTo?: string }>) {
    console.log(receipt.number, input.to, input.copyTo);
    if (step.outcome === 'failed') return retry({ passes: 2 });
  }
  @Fallback('execute')
  async number({ input }: CompensationContext<Mail>): Promise<Receipt> {
    return { number: input.to.length };
  }
}

/** Of any item: what uses it says of which. */
@injectable()
export class Reserve<Item extends { readonly ref: string } = Booking> {
  @Step()
  async execute({ input }: StepContext<{ readonly item: Item }>): Promise<Item> {
    return input.item;
  }
  @Compensate('execute')
  async compensate(item: Item | undefined, { input }: CompensationContext<{ readonly item: Item }>) {
    console.log((item ?? input.item).ref);
  }
}

@injectable()
export class Log {
  @Step()
  execute() {
    console.log('logged');
  }
}

type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;

@Saga({ steps: ['authorization', ['receipt', 'copy'], 'reserve', 'rates', 'log', 'perhaps', 'charge'] })
export class BookTrip {
  @Step()
  async authorization(): Promise<Authorization> {
    return { id: 'a1' };
  }

  @UseStep(SendReceipt, { needs: ['authorization'], timeoutMs: 2_000, graceMs: 100 })
  @Async()
  @Retry({ attempts: 3 })
  receipt({ input, needs: { authorization } }: Trip<'authorization'>): UseStep<SendReceipt> {
    return { to: `${input.email} ${authorization.id}` };
  }
  @UseStep(SendReceipt)
  @Async()
  copy({ input }: Trip): UseStep<SendReceipt> {
    return { to: input.email, copyTo: 'archive' };
  }

  @UseStep(Reserve<Booking>)
  reserve({ input }: Trip): UseStep<Reserve<Booking>> {
    return { item: { ref: input.hotel, price: 100 } };
  }
  @UseStep(Reserve<Rates & { readonly ref: string }>)
  rates({ input }: Trip): UseStep<Reserve<Rates & { readonly ref: string }>> {
    return { item: { ref: input.hotel, base: 'EUR' } };
  }

  @UseStep(Log)
  log(): UseStep<Log> {}

  @UseStep(SendReceipt)
  perhaps({ input }: Trip): UseStep<SendReceipt> | undefined {
    return input.email === '' ? skip() : { to: input.email };
  }

  @Step({ needs: ['receipt', 'reserve', 'rates', 'perhaps'] })
  async charge({ needs: { receipt, reserve, rates, perhaps } }: Trip<'receipt' | 'reserve' | 'rates' | 'perhaps'>) {
    perhaps satisfies Receipt | undefined;
    return receipt.number + reserve.price + rates.base.length;
  }
}

export function mailOf(trip: BookTrip, context: Trip) {
  return trip.copy(context);
}

interface Expected {
  readonly authorization: Authorization;
  readonly receipt: Receipt;
  readonly copy: Receipt;
  readonly reserve: Booking;
  readonly rates: Rates & { readonly ref: string };
  readonly perhaps: Receipt | undefined;
  readonly charge: number;
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookTrip, request);
  const neitherLess: Expected = effects;
  const norMore: typeof effects = neitherLess;
  return norMore.receipt.number;
}
