import { Async, Compensate, Retry, Saga, Step } from 'class-saga';
import type { CompensationContext, Effects, StepContext } from 'class-saga';
import type { Client } from 'pg';
import type { LogTransaction } from 'class-saga';
import type { Booked, Office, Order } from './office.js';

type Call = StepContext<Order>;
type Undo = CompensationContext<Order>;
type InTransaction = StepContext<Order, unknown, never, LogTransaction<Client>>;
type Tour<K extends keyof BookTour = never> = StepContext<Order, Effects<BookTour, K>, object>;

/** Everything that a saga is made of: plain steps, siblings, retries with backoff, an event, compensations that are tried again. */
@Saga()
export class BookTour {
  constructor(private readonly office: Office) {}

  @Step()
  account(call: Call): Promise<Booked> {
    return this.office.book('account', call);
  }
  @Compensate('account')
  closeAccount(_: Booked | undefined, call: Undo): Promise<void> {
    return this.office.cancel('account', call);
  }

  @Step()
  @Async()
  hotel(call: Call): Promise<Booked> {
    return this.office.book('hotel', call);
  }
  @Compensate('hotel')
  @Retry({ attempts: 5, baseMs: 20, jitter: false })
  cancelHotel(_: Booked | undefined, call: Undo): Promise<void> {
    return this.office.cancel('hotel', call, { busy: 1 });
  }

  @Step()
  @Async()
  flight(call: Call): Promise<Booked> {
    return this.office.book('flight', call);
  }
  @Compensate('flight')
  cancelFlight(_: Booked | undefined, call: Undo): Promise<void> {
    return this.office.cancel('flight', call);
  }

  @Step({ needs: ['hotel', 'flight'] })
  @Retry({ attempts: 4, baseMs: 20, jitter: false })
  deposit(call: Tour<'hotel' | 'flight'>): Promise<Booked> {
    return this.office.book('deposit', call, { busy: 2 });
  }
  @Compensate('deposit')
  repay(_: Booked | undefined, call: Undo): Promise<void> {
    return this.office.cancel('deposit', call);
  }

  @Step()
  letter(call: Tour): Promise<void> {
    return this.office.announce('letter', call);
  }

  @Step({ needs: ['deposit'] })
  charge(call: Tour<'deposit'>): Promise<Booked> {
    return this.office.book('charge', call);
  }
  @Compensate('charge')
  refund(_: Booked | undefined, call: Undo): Promise<void> {
    return this.office.cancel('charge', call);
  }
}

/** A payment that may be sent once only, whatever happens to the process. */
@Saga()
export class PayOnce {
  constructor(private readonly office: Office) {}

  @Step()
  order(call: Call): Promise<Booked> {
    return this.office.book('order', call);
  }
  @Compensate('order')
  dropOrder(_: Booked | undefined, call: Undo): Promise<void> {
    return this.office.cancel('order', call);
  }

  @Step({ delivery: 'at-most-once' })
  payment(call: Call): Promise<Booked> {
    return this.office.book('payment', call);
  }
  @Compensate('payment')
  returnPayment(_: Booked | undefined, call: Undo): Promise<void> {
    return this.office.cancel('payment', call);
  }
}

/** Told of what a transactional step has written, when it is not yet committed. */
export type Wrote = () => void;

/** A step that writes to the database of the log itself, in the transaction that records it. */
@Saga()
export class MoveStock {
  constructor(
    private readonly office: Office,
    private readonly wrote: Wrote,
  ) {}

  @Step()
  order(call: Call): Promise<Booked> {
    return this.office.book('order', call);
  }
  @Compensate('order')
  dropOrder(_: Booked | undefined, call: Undo): Promise<void> {
    return this.office.cancel('order', call);
  }

  @Step({ transactional: true })
  async stock({ input, transaction }: InTransaction): Promise<void> {
    await transaction.query('INSERT INTO public.stock_moved (execution) VALUES ($1)', [input.execution]);
    this.wrote();
    if (input.fails === 'stock') throw new Error('No stock is left.');
  }

  @Step()
  invoice(call: Call): Promise<Booked> {
    return this.office.book('invoice', call);
  }
}
